import Testing

@testable import DescentGraph

@Suite struct CatalogueTests {
  @Test func `every primitive has a number of its own`() {
    let ids = Catalogue.primitives.map { Catalogue.id(of: $0) }
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { Int($0.index) < ids.count })
  }

  @Test func `an elementwise operation on numbers gives a number`() throws {
    let graph = Graph()
    let number = graph.symbol(graph.makeSymbol("x", shape: .scalar))
    for type in Catalogue.primitives where type.kernel.isElementwise {
      let operands = Array(repeating: number, count: type.arity.lowerBound)
      #expect(try type.shape(of: operands, attribute: .none, in: graph) == .scalar, "\(type.name)")
    }
  }

  @Test func `functions of one name take different numbers of arguments`() {
    for (name, types) in Catalogue.functions {
      for (place, type) in types.enumerated() {
        for other in types[..<place] {
          #expect(!type.arity.overlaps(other.arity), "\(name)")
        }
      }
    }
  }
}
