/// The same as native code, for values of few elements.
extension Reduction {
  static func logSumExp(_ x: [NativeValue]) -> NativeValue {
    let largest = MaximumOfElements.largest(x)
    let sum = sum(x.map { Elementary.exp($0 - largest) })
    return NativeValue.choose(isFinite(largest), largest + Elementary.log(sum), else: largest)
  }

  static func crossEntropy(_ x: [NativeValue], class label: NativeValue) -> NativeValue {
    let largest = MaximumOfElements.largest(x)
    let powers = x.map { Elementary.exp($0 - largest) }
    func isChosen(_ k: Int) -> NativeTruth { label.isEqual(to: NativeValue(Double(k + 1))) }
    let chosen = x.indices.reduce(NativeValue(.nan)) { chosen, k in
      NativeValue.choose(isChosen(k), x[k], else: chosen)
    }
    let others = sum(powers.indices.map { .choose(isChosen($0), 0, else: powers[$0]) })
    let rest = largest - chosen
    let whole = NativeValue.choose(
      isFinite(largest), rest + Elementary.log(sum(powers)), else: rest)
    return NativeValue.choose(
      chosen.isEqual(to: largest), Elementary.log1p(others), else: whole)
  }

  /// Whether a number is one of the classes 1 to `count`.
  static func isClass(_ label: NativeValue, of count: Int) -> NativeTruth {
    let isInside = NativeValue.both(
      NativeValue(1).isLessThanOrEqualTo(label),
      label.isLessThanOrEqualTo(NativeValue(Double(count))))
    return NativeValue.both(
      isInside, label.isEqual(to: label.rounded(.toNearestOrAwayFromZero)))
  }

  private static func isFinite(_ x: NativeValue) -> NativeTruth {
    x.magnitude.isLess(than: NativeValue(.infinity))
  }

  private static func sum(_ terms: [NativeValue]) -> NativeValue {
    SumOfElements.kernel.fold?.sum(of: terms.map { [$0] }) ?? 0
  }
}
