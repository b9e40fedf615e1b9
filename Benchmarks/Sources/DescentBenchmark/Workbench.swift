import Foundation

/// Where things are, how often they are measured, and how a script is run.
struct Workbench {
  var descent: String
  var limits: String
  var scratch: String
  var rounds: Int

  enum Failure: Error, CustomStringConvertible {
    case noCompiler
    case differentEnds(String, descent: [Double], limit: [Double])
    case noText(String, in: String)

    var description: String {
      switch self {
      case .noCompiler: "no C compiler builds the limits: there is no cc, gcc or clang that works"
      case .differentEnds(let workload, let descent, let limit):
        "\(workload): descent ends at \(descent), the limit at \(limit)"
      case .noText(let text, let output): "'\(text)' is not in: \(output)"
      }
    }
  }

  /// Writes a file into the scratch folder.
  func write(_ name: String, _ text: String) throws -> String {
    let path = "\(scratch)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  /// The command that runs a script on one thread, as the limits do, and prints, of all it could,
  /// what `print` says.
  func command(_ script: String, _ inputs: [String] = []) -> [String] {
    [descent, "--quiet", "--precision", "17", "--threads", "1", script] + inputs
  }

  /// Both are the same descent: sums in another order differ in the last digits only.
  static func agree(_ ours: [Double], _ theirs: [Double]) -> Bool {
    ours.count == theirs.count
      && zip(ours, theirs).allSatisfy { abs($0 - $1) <= 1e-9 * max(abs($0), abs($1)) }
  }

  static func note(_ text: String) {
    FileHandle.standardError.write(Data("bench: \(text)\n".utf8))
  }
}
