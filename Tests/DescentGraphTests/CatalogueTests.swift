import Testing

@testable import DescentGraph

@Suite struct CatalogueTests {
  @Test func `every primitive has a number of its own`() {
    let ids = Catalogue.primitives.map { Catalogue.id(of: $0) }
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { Int($0.index) < ids.count })
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
