import DescentCommandLine
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The folder that holds the project.
let projectFolder: String = {
  var path = #filePath[...]
  for _ in 0..<3 { path = path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }
  return String(path)
}()

/// A file of the project.
func projectText(_ path: String) throws -> String {
  String(decoding: try FileReading.bytes(ofFile: projectFolder + "/" + path), as: UTF8.self)
}

@Suite(.enabled(if: Executable.exists)) struct `The lessons and examples` {
  static let scripts = scripts(in: "Scripts/lessons") + scripts(in: "Scripts/examples")

  private static let mnist = "Scripts/examples/mnist.descent"
  private static let images = "\(projectFolder)/../shared/data/t10k-images-idx3-ubyte.gz"
  private static let labels = "\(projectFolder)/../shared/data/t10k-labels-idx1-ubyte.gz"

  static let hasImages = FileReading.exists(images) && FileReading.exists(labels)
  static let mnistArguments = ["\(projectFolder)/\(mnist)", "images=\(images)", "labels=\(labels)"]

  private static func scripts(in folder: String) -> [String] {
    guard let stream = opendir("\(projectFolder)/\(folder)") else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".descent") { names.append("\(folder)/\(name)") }
    }
    return names.sorted()
  }

  @Test func `are there`() {
    #expect(Self.scripts.count >= 10)
    #expect(Self.scripts.first == "Scripts/lessons/01-first-walk.descent")
  }

  @Test(arguments: scripts)
  func `run and hold`(script: String) throws {
    let run = try ProcessRun.descent([projectFolder + "/" + script])
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output != "")
  }

  @Test(arguments: scripts)
  func `can be started by their names`(script: String) throws {
    #expect(permissions(of: projectFolder + "/" + script) == 0o755)
    #expect(try projectText(script).hasPrefix("#!/usr/bin/env descent\n"))
  }

  @Test(arguments: scripts)
  func `can be checked without running`(script: String) throws {
    let run = try ProcessRun.descent(["--check", projectFolder + "/" + script])
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output == "")
  }

  /// Without files to read, the last of them expects nothing.
  @Test(arguments: scripts.filter { $0 != mnist })
  func `fail with status 3 when one expected figure is another`(script: String) throws {
    let folder = try TemporaryFolder()
    let text = try projectText(script)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    // The last test of each file compares a number; its first digit becomes another one.
    let place = try #require(
      lines.lastIndex { $0.hasPrefix("expect ") && !$0.hasPrefix("expect error") })
    let compared = try #require(
      lines[place].indices.first { index in
        let rest = lines[place][index...]
        return ["== ", "≈ ", ", "].contains { rest.hasPrefix($0) }
      })
    let digit = try #require(lines[place][compared...].firstIndex { ("0"..."9").contains($0) })
    var changed = lines.map(String.init)
    var line = Array(changed[place])
    let offset = lines[place].distance(from: lines[place].startIndex, to: digit)
    line[offset] = line[offset] == "9" ? "8" : "9"
    changed[place] = String(line)
    let moved = changed.map {
      $0.replacing("\"../data/", with: "\"\(projectFolder)/Scripts/data/")
    }
    try folder.write("changed.descent", moved.joined(separator: "\n"))
    let run = try ProcessRun.descent([folder.path + "/changed.descent"])
    #expect(run.status == 3)
    #expect(run.errors.hasPrefix("error[expect.failed]: this does not hold"))
    #expect(run.errors.contains("changed.descent:\(place + 1):"))
    #expect(run.errors.contains("the sides are "))
  }

  @Test func `say what to give where a file is missing`() throws {
    let run = try ProcessRun.descent(["\(projectFolder)/\(Self.mnist)"])
    #expect(run.status == 0)
    #expect(run.output.contains("images=t10k-images-idx3-ubyte.gz labels=t10k-labels"))
  }

  @Test(
    .enabled(
      if: hasImages,
      "there are no images of MNIST beside the project, in shared/data"))
  func `read handwritten digits of 28 by 28 pixels`() throws {
    let run = try ProcessRun.descent(Self.mnistArguments)
    #expect(run.status == 0)
    #expect(run.errors == "")
    #expect(run.output.contains("Of the images that it never saw, 9"))
  }

  /// Each run of the worked examples as the tables print it, to the last of its digits.
  ///
  /// The figures are exact decimals. A double holds 16 digits of them, and ten steps that stretch
  /// an error by 1.2 at most add up a few dozen roundings of 1.1e-16.
  @Test func `print every figure of the worked examples`() throws {
    var runs: [(lesson: String, key: String, figures: [[Double?]])] = []
    for line in try projectText("Tests/Golden/lessons/figures.csv").split(separator: "\n")
      .dropFirst()
    {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let key = "\(cells[0]) from \(cells[1]) at rate \(cells[2])"
      if runs.last?.key != key { runs.append((cells[0], key, [])) }
      runs[runs.count - 1].figures.append([cells[4], cells[6], cells[5]].map { Double($0) })
    }
    #expect(runs.count == 14)
    for run in runs {
      let output = try ProcessRun.descent([
        "--format", "csv", "\(projectFolder)/Scripts/lessons/\(run.lesson).descent",
      ]).output
      // step, w, cost, slope
      let rows = output.split(separator: "\n").compactMap { line -> [Double]? in
        let cells = line.split(separator: ",").map { Double($0) }
        return cells.count == 4 && !cells.contains(nil) ? cells.compactMap { $0 } : nil
      }
      var found = 0
      for row in rows where found < run.figures.count && row[0] == Double(found) {
        if Self.agree(row, run.figures[found]) { found += 1 } else if found > 0 { found = 0 }
      }
      #expect(found == run.figures.count, "\(run.key)")
    }
  }

  private static func agree(_ row: [Double], _ figures: [Double?]) -> Bool {
    zip(row.dropFirst(), figures).allSatisfy { printed, figure in
      guard let figure else { return true }
      return (printed - figure).magnitude <= 1e-14 * max(1, figure.magnitude)
    }
  }
}
