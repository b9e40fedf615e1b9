import Foundation

/// What was measured with, and on what: no name of a machine.
struct Conditions: Codable {
  var date: String
  var processor: String
  var cores: Int
  var system: String
  var descent: String
  var swift: String
  var compilers: [String]
  var calculator: String?

  init(_ bench: Workbench) {
    let date = Date.now.ISO8601Format(.iso8601(timeZone: .gmt, dateSeparator: .dash))
    self.date = String(date.prefix(10))
    processor = Self.processor
    cores = ProcessInfo.processInfo.activeProcessorCount
    system = Self.firstLine(["uname", "-sm"]) ?? "?"
    descent = Self.firstLine([bench.descent, "--version"]) ?? "?"
    swift = Self.firstLine(["swift", "--version"]) ?? "?"
    compilers = CCompiler.all.map { "\($0.name): \($0.version)" }
    calculator = Self.firstLine(["gp", "--version-short"]).map { "PARI/GP \($0)" }
  }

  var lines: [String] {
    ["\(processor), \(cores) cores, \(system), \(date)", "\(descent); \(swift)"]
      + compilers + [calculator].compactMap(\.self)
  }

  private static var processor: String {
    if let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) {
      func value(_ key: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(key) }?
          .split(separator: ":", maxSplits: 1).last
          .map { $0.trimmingCharacters(in: .whitespaces) }
      }
      let name = value("model name") ?? "?"
      // Virtual machines hide the model's name, not its numbers.
      guard let family = value("cpu family"), let model = value("model\t") else { return name }
      return "\(name) (family \(family), model \(model))"
    }
    return firstLine(["sysctl", "-n", "machdep.cpu.brand_string"]) ?? "?"
  }

  private static func firstLine(_ command: [String]) -> String? {
    let run = try? ChildProcess.run(command, showsErrors: false)
    return run?.output.split(separator: "\n").first.map(String.init)
  }
}
