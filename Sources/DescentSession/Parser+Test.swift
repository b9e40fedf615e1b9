internal import DescentSource
internal import DescentSyntax

extension Parser {
  /// An expression that holds or does not, with advice where `=` stands for a comparison.
  mutating func test() throws(Diagnostic) -> Expression {
    let test = try expression()
    guard !isPunctuation(.equals) else {
      throw Diagnostic(
        "test.equals", "'=' sets a value and compares none",
        at: Diagnostic.Label(source, position), help: ["to compare, write: \(test.text) == …"])
    }
    return test
  }
}
