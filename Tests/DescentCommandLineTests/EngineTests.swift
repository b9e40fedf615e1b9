import DescentCommandLine
import DescentEngine
import Testing

/// A person sees the same whoever takes the steps.
@Suite(.enabled(if: Executable.exists)) struct `The engine` {
  static let hasLibrary = NativeLibrary.description != nil
  static let noLibrary: Comment =
    "no LLVM library is found here: apt-get install libllvm19, or brew install llvm"

  /// Expectations of what is printed with fewer digits fail alike. The example that reads files which
  /// are not the project's says so.
  @Test(
    .enabled(if: hasLibrary, noLibrary), arguments: `The lessons and examples`.scripts)
  func `prints every lesson and example alike`(script: String) throws {
    let runs = try ["machine", "native", "auto"].map { engine in
      try ProcessRun.descent(
        ["--engine", engine, "--precision", "17", "--keep-going", "\(projectFolder)/\(script)"],
        timeLimit: 60)
    }
    #expect(runs[0].output != "")
    for run in runs.dropFirst() {
      #expect(run.output == runs[0].output)
      #expect(run.errors == runs[0].errors)
      #expect(run.status == runs[0].status)
    }
  }

  @Test(
    .enabled(if: hasLibrary, noLibrary),
    .enabled(
      if: `The lessons and examples`.hasImages, "there are no images of MNIST beside the project"))
  func `learns handwritten digits alike`() throws {
    let outputs = try ["machine", "native"].map { engine in
      try ProcessRun.descent(
        ["--engine", engine, "--precision", "17"] + `The lessons and examples`.mnistArguments,
        timeLimit: 120
      ).output
    }
    #expect(outputs[0] == outputs[1])
    #expect(outputs[0].contains("Of the images that it never saw, 9"))
  }

  @Test func `is told by 'show engine'`() throws {
    let lines = ["-e", "cost w^2", "-e", "step 3", "-e", "show engine"]
    let machine = try ProcessRun.descent(["--engine", "machine"] + lines)
    #expect(machine.output.contains("engine    = machine: the interpreter, chosen with --engine\n"))
    #expect(machine.output.contains("steps     = the interpreter\n"))
    let native = try ProcessRun.descent(["--engine", "native"] + lines)
    #expect(
      native.output.contains(
        Self.hasLibrary
          ? "steps     = native code, compiled in "
          : "steps     = the interpreter: no LLVM library is found"))
    #expect(native.output.contains(Self.hasLibrary ? "library   = LLVM " : "apt-get install"))
    let auto = try ProcessRun.descent(lines)
    #expect(auto.output.contains("engine    = auto: native code for what takes longer"))
    #expect([machine, native, auto].allSatisfy { $0.status == 0 && $0.errors == "" })
  }

  @Test(.enabled(if: hasLibrary, noLibrary))
  func `becomes native when steps take long`() throws {
    let run = try ProcessRun.descent([
      "-e", "cost (1-x)^2 + 100*(y-x^2)^2", "-e", "rate 1e-4", "-e", "step 3000000", "-e",
      "show engine",
    ])
    #expect(run.output.contains("steps     = native code, compiled in "))
    #expect(run.output.contains(" in the interpreter\n"))
  }
}
