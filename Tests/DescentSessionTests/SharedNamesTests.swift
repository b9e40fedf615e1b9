import DescentEngine
import DescentGraph
import DescentSource
import Testing

@testable import DescentElaboration
@testable import DescentSession

/// Names and numbers whose copies share what they have in common.
struct `Shared names` {
  @Test func `are listed in the order they were made`() {
    var names = OrderedNames<Int>()
    for number in 0..<200 { names["a\(number)"] = number }
    names["a7"] = -7
    names["a3"] = nil
    let copy = names
    names["a3"] = -3
    #expect(names.inOrder.map(\.meaning).prefix(8) == [0, 1, 2, 4, 5, 6, -7, 8])
    #expect(names.inOrder.last?.name == "a3")
    #expect(copy["a3"] == nil && copy.inOrder.count == 199)
  }

  @Test func `take another order only with the same names`() {
    var names = OrderedNames<Int>()
    for (place, name) in ["x", "y", "z"].enumerated() { names[name] = place }
    for wrong in [["z", "y"], ["z", "y", "y"], ["z", "y", "v"]] { names.reorder(wrong) }
    #expect(names.inOrder.map(\.name) == ["x", "y", "z"])
    names.reorder(["z", "x", "y"])
    #expect(names.inOrder.map(\.name) == ["z", "x", "y"])
    #expect(names.inOrder.map(\.meaning) == [2, 0, 1])
    names["w"] = 3
    #expect(names.inOrder.last?.name == "w")
  }

  @Test func `values know how many numbers they are`() {
    let graph = Graph()
    let (v, w) = (graph.makeSymbol("v", shape: .vector(3)), graph.makeSymbol("w", shape: .scalar))
    var values: SymbolValues = [v: [1, 2, 3], w: [4]]
    #expect(values.numberCount == 4 && values.count == 2)
    values[v]?[1] = 5
    let copy = values
    values[v] = [6]
    values[w] = nil
    values[w] = nil
    #expect(values.numberCount == 1 && values.count == 1 && values[w] == nil)
    #expect(copy[v] == [1, 5, 3] && copy.numberCount == 4)
  }

  /// Each line is an entry, and all entries that can be taken back are kept.
  @Test func `a session of many lines is taken back entry by entry`() throws {
    let typed = `Undo and redo`.Typed()
    for number in 0..<400 {
      try typed.type("p\(number) = \(number)")
      try typed.type("let d\(number) = p\(number)^2")
    }
    try typed.type("undo 500")
    #expect(typed.session.scope.parameters.map(\.name) == (0..<150).map { "p\($0)" })
    #expect(typed.session.scope.definedNames == (0..<150).map { "d\($0)" })
    #expect(typed.session.values.numberCount == 150)
    try typed.type("redo 500")
    #expect(typed.session.scope.definedNames == (0..<400).map { "d\($0)" })
  }
}
