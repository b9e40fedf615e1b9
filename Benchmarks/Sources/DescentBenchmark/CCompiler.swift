/// A C compiler that is installed here.
struct CCompiler {
  var name: String
  var version: String

  /// One of each kind: `gcc`, `clang` and `cc`, without those that are another one's second name.
  static let all: [CCompiler] = {
    var compilers: [CCompiler] = []
    for name in ["gcc", "clang", "cc"] {
      guard
        let output = try? ChildProcess.run([name, "--version"], showsErrors: false).output,
        let first = output.split(separator: "\n").first
      else { continue }
      let version = unnamed(String(first))
      if compilers.contains(where: { unnamed($0.version) == version }) { continue }
      compilers.append(CCompiler(name: name, version: version))
    }
    return compilers
  }()

  /// `gcc (Debian 12.2.0) 12.2.0` and `cc (Debian 12.2.0) 12.2.0` are the same compiler.
  private static func unnamed(_ version: String) -> String {
    for name in ["gcc ", "cc "] where version.hasPrefix(name) {
      return String(version.dropFirst(name.count))
    }
    return version
  }

  func build(_ source: String, flags: [String], into program: String) -> Bool {
    (try? ChildProcess.run([name] + flags + [source, "-o", program, "-lm"])) != nil
  }
}
