internal import DescentGraph
package import DescentSource
package import DescentSyntax

/// `print "w is {w}"`, `print w, cost`.
package struct Print: Command {
  package static let word = "print"
  package static let help = CommandHelp(
    .script, ["print [ITEM, …]"],
    "Prints texts and values, one space between. In a text, {w} is filled in, {w:.3} with 3 significant digits.",
    ["w = 3", "print \"w is {w} and w/7 is {w/7:.3}\"", "print w, w^2"])

  private let items: [PrintItem]

  package var changesSession: Bool { false }

  package static func parse(_ parser: inout Parser) throws(Diagnostic) -> Print {
    var items: [PrintItem] = []
    guard !parser.isAtEndOfCommand else { return Print(items: []) }
    repeat {
      items.append(
        parser.peek.kind == .string
          ? .text(try parser.string()) : .value(try parser.expressionWithBindings()))
    } while parser.accept(.comma) != nil
    return Print(items: items)
  }

  package func run(
    _ session: inout Session, _ environment: Environment, at place: Diagnostic.Label
  ) throws(Diagnostic) -> Ending {
    var parts: [String] = []
    for item in items {
      switch item {
      case .text(let template): parts.append(try session.filledIn(template))
      case .value(let expression):
        let (node, value) = try session.value(of: expression)
        let shape = session.graph.shape(node)
        parts.append(
          items.count == 1 ? session.block(value, shape: shape) : session.text(value, shape: shape))
      }
    }
    environment.emit(.printed(parts.joined(separator: " ")))
    return .proceed
  }
}

enum PrintItem: Sendable {
  case text(StringTemplate)
  case value(Expression)
}

extension Session {
  /// The name of the text that an expression is, if it is one.
  func textInputName(_ expression: Expression) -> String? {
    guard case .name(let place) = expression.tree[expression.root].kind else { return nil }
    let name = expression.tree.names[Int(place)]
    return textInputs[name] == nil ? nil : name
  }

  /// A text with its expressions filled in.
  func filledIn(_ template: StringTemplate) throws(Diagnostic) -> String {
    var result = ""
    for part in template.parts {
      switch part {
      case .text(let text): result += text
      case .expression(let expression, let digits):
        if let name = textInputName(expression), let text = textInputs[name] {
          result += text
          continue
        }
        let (node, value) = try value(of: expression)
        result += text(value, shape: graph.shape(node), digits: digits)
      }
    }
    return result
  }
}
