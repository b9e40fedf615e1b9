internal import DescentGraph

extension Session {
  var style: NumberStyle { NumberStyle(significantDigits: settings.precision) }

  /// A number as it is shown.
  func text(_ value: Double) -> String { style.text(of: value) }

  /// A value as it is shown: a number, or the elements of a vector, folded in the middle.
  func text(_ values: [Double], shape: Shape, digits: Int? = nil) -> String {
    let style = digits.map { NumberStyle(significantDigits: $0) } ?? style
    if shape.isScalar, values.count == 1 { return style.text(of: values[0]) }
    if values.count <= 20 || settings.precision == 17 {
      return "[" + values.map { style.text(of: $0) }.joined(separator: ", ") + "]"
    }
    let head = values.prefix(6).map { style.text(of: $0) }.joined(separator: ", ")
    let tail = values.suffix(3).map { style.text(of: $0) }.joined(separator: ", ")
    return "[\(head), … \(values.count - 9) more …, \(tail)]"
  }

  /// An expression as it is shown: folded when it is longer than a screen holds.
  func text(of node: NodeID) -> String { Typesetter(graph, limit: 2000).text(node) }
}
