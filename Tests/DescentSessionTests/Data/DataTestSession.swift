import DescentData
import DescentSource
import DescentSyntax
import Foundation
import Testing

@testable import DescentSession

/// A session with files that are texts of the test, or of the project.
final class DataTestSession {
  var session = Session()
  var files: [String: String] = [:]
  private(set) var outputs: [Output] = []
  /// Stops after so many looks.
  var looksUntilStop = Int.max

  static let scripts = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Scripts")

  var environment: Environment {
    Environment(
      emit: { self.outputs.append($0) },
      isInterrupted: {
        self.looksUntilStop -= 1
        return self.looksUntilStop < 0
      },
      read: { path in
        if let text = self.files[path] { return .success(Array(text.utf8)) }
        guard let data = try? Data(contentsOf: Self.scripts.appending(path: path)) else {
          return .failure(FileProblem("there is no such file"))
        }
        return .success([UInt8](data))
      },
      write: { path, bytes in
        self.files[path] = String(decoding: bytes, as: UTF8.self)
        return nil
      })
  }

  @discardableResult
  func run(_ text: String) throws -> Ending {
    try session.run(Script(SourceText(name: "test", text: text), origin: .file), environment)
  }

  func numbers(_ text: String) throws -> [Double] {
    var parser = try Parser(SourceText(name: "test", text: text), origin: .prompt)
    let expression = try parser.expressionWithBindings()
    #expect(parser.isAtEnd)
    return try session.value(of: expression).value
  }

  func value(_ text: String) throws -> Double { try numbers(text)[0] }

  /// Every number of a column of the last table.
  func column(_ title: String) -> [Double] {
    for case .table(let table, _) in outputs.reversed() {
      guard let column = table.columns.first(where: { $0.title == title }) else { continue }
      switch column.values {
      case .numbers(let numbers): return numbers
      case .steps(let steps): return steps.map(Double.init)
      case .text: return []
      }
    }
    return []
  }

  var lines: [String] { outputs.compactMap { if case .line(let line) = $0 { line } else { nil } } }

  /// The message of what fails.
  func message(_ text: String) -> String? {
    do {
      try run(text)
      return nil
    } catch {
      return (error as? Diagnostic)?.message
    }
  }
}
