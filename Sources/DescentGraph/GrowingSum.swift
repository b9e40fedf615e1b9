/// A sum that gets one term after the other, as the slope of a name that is used often does.
///
/// It is what `+` makes of them. But that looks at the last terms of the sum each time, to merge what
/// is like one of them; here they are remembered.
struct GrowingSum {
  private(set) var value: Expr
  /// The last terms without their coefficients, the oldest at ``oldest``.
  private var monomials = SIMD8<Int32>(repeating: -1)
  private var oldest = 0
  /// How many terms, up to the last, are written as they would be again, each unlike those before.
  private var settled = 0

  init(_ first: Expr) { value = first }

  mutating func add(_ term: Expr) {
    let sum = value
    let graph = sum.reference
    if settled > Self.capacity, graph.with({ $0.isPlainNumber(term.node) }),
      let longer = Sum.appended(term, to: sum, sign: 1, after: monomials)
    {
      value = longer
    } else {
      value = sum + term
    }
    note(isLonger: Sum.isSum(value) && value[0] == sum)
  }

  private static let capacity = 8

  /// Takes note of the last term.
  private mutating func note(isLonger: Bool) {
    guard isLonger, value.reference.with({ $0.isPlainNumber(value.node) }) else {
      settled = 0
      return
    }
    monomials[oldest] = -1
    guard let monomial = Sum.monomial(ofLast: value[1]),
      !any(monomials .== SIMD8(repeating: monomial.index))
    else {
      settled = 0
      return
    }
    monomials[oldest] = monomial.index
    oldest = (oldest + 1) % Self.capacity
    settled += 1
  }
}
