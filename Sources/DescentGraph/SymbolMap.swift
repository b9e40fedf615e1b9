/// Values by symbols, which are numbered in the order they are made: an array, so that neighbours
/// stand beside each other.
package struct SymbolMap<Value> {
  private var values: [Value?] = []

  package init() {}

  package subscript(symbol: Symbol) -> Value? {
    get { symbol.index < values.count ? values[Int(symbol.index)] : nil }
    set {
      let place = Int(symbol.index)
      while values.count <= place { values.append(nil) }
      values[place] = newValue
    }
  }
}

package typealias SymbolSet = SymbolMap<Bool>

extension SymbolMap where Value == Bool {
  package init(_ symbols: some Sequence<Symbol>) {
    for symbol in symbols { self[symbol] = true }
  }

  package func contains(_ symbol: Symbol) -> Bool { self[symbol] == true }
}
