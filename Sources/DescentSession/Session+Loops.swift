internal import DescentElaboration
internal import DescentSource
package import DescentSyntax

extension Expression {
  /// As it was written.
  package var text: String { source.text(in: range) }
}

extension Session {
  /// An expression that is kept beyond the loop around it: with the loop's value in place of its
  /// name, which means nothing afterwards.
  func closed(_ expression: Expression, without hidden: [String] = []) -> Expression {
    let values = loopValues.filter { !hidden.contains($0.key) }
    let tree = expression.tree
    guard !values.isEmpty, tree.names.contains(where: { values[$0] != nil }) else {
      return expression
    }
    let places = tree.nodes.compactMap { node -> (SourceRange, String)? in
      guard case .name(let place) = node.kind, let value = values[tree.names[Int(place)]],
        expression.range.lower <= node.range.lower, node.range.upper <= expression.range.upper
      else { return nil }
      return (node.range, value)
    }.sorted { $0.0.lower < $1.0.lower }
    var text = ""
    var end = expression.range.lower
    for (range, value) in places where range.lower >= end {
      text += expression.source.text(in: SourceRange(end, range.lower))
      // After a digit or a sign, or before a power, a bare number would read otherwise.
      let isAlone = places.count == 1 && range == expression.range
      text += isAlone ? value : "(\(value))"
      end = range.upper
    }
    text += expression.source.text(in: SourceRange(end, expression.range.upper))
    let source = SourceText(name: expression.source.name, text: text)
    guard var parser = try? Parser(source, origin: .prompt),
      let closed = try? parser.expressionWithBindings()
    else { return expression }
    return closed
  }

  /// A function that is kept beyond the loop around it.
  func closed(_ function: Scope.Function) -> Scope.Function {
    Scope.Function(
      name: function.name, arguments: function.arguments,
      defaults: function.defaults.map { $0.map { closed($0, without: function.arguments) } },
      body: closed(function.body, without: function.arguments))
  }
  /// What to say of a range that goes by 1 from one end past the other, so that it is one value
  /// only: `0.1..0.5`.
  func hint(onRange expression: Expression) -> String? {
    let tree = expression.tree
    guard case .range = tree[expression.root].kind,
      tree.children(of: expression.root).count == 2,
      let (_, values) = try? value(of: expression), values.count == 1
    else { return nil }
    return "\(expression.text) is one value, as ranges go by 1; for more, write: "
      + "\(expression.text) by 0.1"
  }
}
