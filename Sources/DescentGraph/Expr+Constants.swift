extension Expr {
  static func pi(_ graph: Graph) -> Expr { Expr(graph, graph.namedConstant(Pi.self)) }
}

extension Graph {
  package func namedConstant<C: NamedConstant>(_ type: C.Type) -> NodeID {
    (try? node(type, [], .number(type.value.bitPattern))) ?? constant(type.value)
  }
}
