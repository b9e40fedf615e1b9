import DescentSession
import DescentSource
import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A file of the project, in lines.
func projectLines(_ path: String) throws -> [String] {
  var root = #filePath[...]
  for _ in 0..<3 { root = root[..<(root.lastIndex(of: "/") ?? root.startIndex)] }
  let file = try #require(fopen("\(root)/\(path)", "r"))
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
    bytes += chunk.prefix(count)
  }
  return String(decoding: bytes, as: UTF8.self).split(
    separator: "\n", omittingEmptySubsequences: false
  ).map(String.init)
}

/// The rows of the Markdown table under the heading that begins so, as cells without their spaces.
func tableRows(in lines: [String], headed heading: String) throws -> [[String]] {
  let start = try #require(lines.firstIndex { $0.hasPrefix("| \(heading) |") })
  return lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map { line in
    line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
      String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }
}

/// What stands between backquotes.
func quoted(_ cell: String) -> [String] {
  let parts = cell.split(separator: "`", omittingEmptySubsequences: false)
  return parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }
}

extension Session {
  /// Runs commands; what they said.
  @discardableResult
  mutating func outputs(of text: String) throws(Diagnostic) -> [Output] {
    var outputs: [Output] = []
    let environment = Environment(emit: { outputs.append($0) })
    let script = Script(SourceText(name: "<test>", text: text), origin: .typed)
    _ = try run(script, environment)
    return outputs
  }

  /// The value of an expression, as it is shown.
  mutating func shownValue(of expression: String) throws -> String? {
    guard case .value(let text, _, _) = try outputs(of: expression).last else { return nil }
    // The rows of a matrix stand on lines of their own.
    return text.replacing(/\s+/, with: " ")
  }
}
