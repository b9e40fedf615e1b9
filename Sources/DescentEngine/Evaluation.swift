package import DescentGraph

extension Graph {
  /// The values of expressions where symbols have these values; of a value for each row, all rows'
  /// one after the other.
  package func evaluate(
    _ nodes: [NodeID], at values: SymbolValues, rows: RowData = .none,
    form: Compiler.Form = .refined
  ) -> [[Double]] {
    let symbols = self.symbols(in: nodes + nodes.map { refined($0) }).filter { values[$0] != nil }
    let machine = Machine(Compiler.compile(self, inputs: symbols, sections: [nodes], form: form))
    for (position, symbol) in symbols.enumerated() {
      machine.setInput(position, to: values[symbol] ?? [])
    }
    machine.setRows(rows)
    machine.evaluate()
    return nodes.indices.map { machine.output($0) }
  }
}
