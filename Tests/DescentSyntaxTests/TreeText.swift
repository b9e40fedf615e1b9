import DescentSource

@testable import DescentSyntax

/// A tree as an S-expression, built from the leaves up so that depth is no matter.
func text(of expression: Expression) -> String {
  let tree = expression.tree
  var texts: [String] = []
  for (position, node) in tree.nodes.enumerated() {
    let children = tree.children(of: SyntaxTree.Index(Int32(position)))
      .map { texts[Int($0.rawValue)] }
    func list(_ head: String) -> String { "(" + ([head] + children).joined(separator: " ") + ")" }
    let text: String
    switch node.kind {
    case .number(let value):
      text = value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
    case .name(let name): text = tree.names[Int(name)]
    case .end: text = "end"
    case .call(let name): text = list("call " + tree.names[Int(name)])
    case .index: text = list("index")
    case .list: text = list("list")
    case .prefix(let sign): text = list(sign.spelling)
    case .infix(let sign): text = list(sign.spelling)
    case .transpose: text = list("'")
    case .comparison(let start):
      let signs = tree.comparisons[Int(start)..<(Int(start) + children.count - 1)]
      text = list(signs.map(\.spelling).joined(separator: ","))
    case .within: text = list("within")
    case .range: text = list("..")
    case .conditional: text = list("if")
    case .at(let start):
      let names = tree.bindings[Int(start)..<(Int(start) + children.count - 1)].map(\.name)
      text = list("at " + names.joined(separator: ","))
    case .atRow: text = list("at row")
    case .on(let rows): text = list("on " + tree.names[Int(rows)])
    }
    texts.append(text)
  }
  return texts[Int(expression.root.rawValue)]
}

/// One command that is an expression, as a tree or as the code of its error.
func parse(_ text: String, _ origin: Parser.Origin = .prompt) -> String {
  do throws(Diagnostic) {
    return DescentSyntaxTests.text(of: try parsed(text, origin))
  } catch {
    return error.code
  }
}

func parsed(
  _ text: String, _ origin: Parser.Origin = .prompt
) throws(Diagnostic) -> Expression {
  var parser = try Parser(SourceText(name: "test", text: text), origin: origin)
  parser.skipSeparators()
  let expression = try parser.expressionWithBindings()
  try parser.endCommand()
  return expression
}

func failure(_ text: String, _ origin: Parser.Origin = .prompt) -> Diagnostic? {
  do throws(Diagnostic) {
    _ = try parsed(text, origin)
    return nil
  } catch {
    return error
  }
}
