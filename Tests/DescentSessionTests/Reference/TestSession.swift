import DescentElaboration
import DescentEngine
import DescentGraph
import DescentSource
import DescentSyntax
import Testing

@testable import DescentSession

/// A session that is typed at by a test, with what it says.
final class TestSession {
  var session = Session()
  private(set) var outputs: [Output] = []

  /// Runs commands; the error of the first that fails is thrown.
  func run(_ text: String) throws {
    let environment = Environment(emit: { self.outputs.append($0) })
    let script = Script(SourceText(name: "test", text: text), origin: .file)
    _ = try session.run(script, environment)
  }

  /// An expression as a node.
  func node(_ text: String) throws -> NodeID {
    var parser = try Parser(SourceText(name: "test", text: text), origin: .prompt)
    var elaborator = session.elaborator()
    let node = try elaborator.elaborate(try parser.expression())
    #expect(parser.isAtEnd)
    return node
  }

  func value(_ text: String) throws -> Double { session.evaluate([try node(text)])[0][0] }

  /// The value by the operations as they are written, no rewrite applied.
  func plainValue(_ node: NodeID) -> Double {
    session.graph.evaluate([node], at: session.environmentValues, form: .asWritten)[0][0]
  }

  func text(_ node: NodeID) -> String { Typesetter(session.graph).text(node) }
}
