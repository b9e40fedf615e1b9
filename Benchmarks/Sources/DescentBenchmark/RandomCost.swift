/// A cost of random operations on ten parameters and on numbers of which hardly two are the same,
/// the same for the same seed.
struct RandomCost {
  private var generator: SplitMix64
  private(set) var text = ""

  static let parameters = (1...10).map { "p\($0)" }

  init(operations: Int, seed: UInt64) {
    generator = SplitMix64(state: seed)
    write(operations)
  }

  /// Appends an expression of so many operations. Operands are split evenly on average, so that
  /// this goes some hundred deep at most.
  private mutating func write(_ operations: Int) {
    if operations <= 0 {
      leaf()
    } else if below(10) < 3 {
      text += ["sin", "cos", "tanh", "atan"][below(4)] + "("
      write(operations - 1)
      text += ")"
    } else if operations > 3, below(7) == 0 {
      // A divisor that is never zero: three operations with the division.
      let left = below(operations - 2)
      text += "("
      write(left)
      text += " / (2 + cos("
      write(operations - 3 - left)
      text += ")))"
    } else {
      let left = below(operations)
      text += "("
      write(left)
      text += [" + ", " - ", " * "][below(3)]
      write(operations - 1 - left)
      text += ")"
    }
  }

  private mutating func leaf() {
    text +=
      below(10) < 7 ? Self.parameters[below(10)] : "\(Double(1 + below(3_000_000)) / 1_000_000)"
  }

  private mutating func below(_ bound: Int) -> Int {
    Int.random(in: 0..<bound, using: &generator)
  }
}
