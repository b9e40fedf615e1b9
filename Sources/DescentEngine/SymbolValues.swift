package import DescentGraph
internal import HashTreeCollections

/// The numbers that symbols stand for.
///
/// Copies share what they have in common: one that is changed in a place costs no more than that
/// place, however many symbols there are.
package struct SymbolValues: ExpressibleByDictionaryLiteral, Equatable, Sequence {
  private var values: TreeDictionary<Symbol, [Double]> = [:]
  /// How many numbers all of them are.
  package private(set) var numberCount = 0

  package init(dictionaryLiteral elements: (Symbol, [Double])...) {
    for (symbol, numbers) in elements { self[symbol] = numbers }
  }

  package subscript(symbol: Symbol) -> [Double]? {
    get { values[symbol] }
    set {
      let old =
        if let newValue {
          values.updateValue(newValue, forKey: symbol)
        } else {
          values.removeValue(forKey: symbol)
        }
      numberCount += (newValue?.count ?? 0) - (old?.count ?? 0)
    }
  }

  /// How many symbols have values.
  package var count: Int { values.count }

  /// In no order.
  package func makeIterator() -> some IteratorProtocol<(key: Symbol, value: [Double])> {
    values.makeIterator()
  }
}
