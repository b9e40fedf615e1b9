/// A number of native code that is being written: one double, or one in each lane.
package struct NativeValue: RealValue, ExpressibleByIntegerLiteral {
  package typealias Truth = NativeTruth
  package typealias Whole = NativeWhole

  enum Content {
    case constant(Double)
    case name(String, NativeBuilder)
  }

  let content: Content

  package init(_ constant: Double) { content = .constant(constant) }
  package init(integerLiteral value: Int) { content = .constant(Double(value)) }
  package init(_ name: String, _ builder: NativeBuilder) { content = .name(name, builder) }

  package init(bits: NativeWhole) {
    switch bits.content {
    case .constant(let bits): self.init(Double(bits: DoubleBits(bits)))
    case .name(let name, let builder):
      self.init(
        builder.assign("bitcast \(builder.wholeType) \(name) to \(builder.realType)"), builder)
    }
  }

  package var bits: NativeWhole {
    switch content {
    case .constant(let value): NativeWhole(integerLiteral: value.bits.value)
    case .name(let name, let builder):
      NativeWhole(
        builder.assign("bitcast \(builder.realType) \(name) to \(builder.wholeType)"), builder)
    }
  }

  /// What it is if it is known.
  package var constantValue: Double? {
    if case .constant(let value) = content { value } else { nil }
  }

  /// Its name in the code if it has one.
  var name: String? {
    if case .name(let name, _) = content { name } else { nil }
  }

  private var builder: NativeBuilder? {
    if case .name(_, let builder) = content { builder } else { nil }
  }

  package static func + (a: Self, b: Self) -> Self { combine("fadd", a, b) { $0 + $1 } }
  package static func - (a: Self, b: Self) -> Self { combine("fsub", a, b) { $0 - $1 } }
  package static func * (a: Self, b: Self) -> Self { combine("fmul", a, b) { $0 * $1 } }
  package static func / (a: Self, b: Self) -> Self { combine("fdiv", a, b) { $0 / $1 } }

  package static prefix func - (a: Self) -> Self {
    guard case .name(let name, let builder) = a.content else {
      return Self(-(a.constantValue ?? 0))
    }
    return Self(builder.assign("fneg \(builder.realType) \(name)"), builder)
  }

  package var magnitude: Self { call("fabs", [self]) { $0[0].magnitude } }
  package func squareRoot() -> Self { call("sqrt", [self]) { $0[0].squareRoot() } }

  package func rounded(_ rule: FloatingPointRoundingRule) -> Self {
    let name: String
    switch rule {
    case .down: name = "floor"
    case .up: name = "ceil"
    case .towardZero: name = "trunc"
    case .toNearestOrAwayFromZero: name = "round"
    default: name = "roundeven"
    }
    return call(name, [self]) { $0[0].rounded(rule) }
  }

  package func addingProduct(_ a: Self, _ b: Self) -> Self {
    call("fma", [a, b, self]) { $0[2].addingProduct($0[0], $0[1]) }
  }

  package func isLess(than other: Self) -> NativeTruth {
    compare("olt", other) { $0 < $1 }
  }
  package func isLessThanOrEqualTo(_ other: Self) -> NativeTruth {
    compare("ole", other) { $0 <= $1 }
  }
  package func isEqual(to other: Self) -> NativeTruth {
    compare("oeq", other) { $0 == $1 }
  }

  package static func both(_ a: NativeTruth, _ b: NativeTruth) -> NativeTruth {
    a.combined("and", b) { $0 && $1 }
  }
  package static func either(_ a: NativeTruth, _ b: NativeTruth) -> NativeTruth {
    a.combined("or", b) { $0 || $1 }
  }
  package static func not(_ a: NativeTruth) -> NativeTruth {
    a.combined("xor", .constant(true)) { $0 != $1 }
  }

  package static func choose(_ test: NativeTruth, _ a: Self, else b: Self) -> Self {
    guard case .name(let name, let builder) = test else {
      if case .constant(false) = test { return b }
      return a
    }
    let (x, y) = (builder.text(a), builder.text(b))
    if x == y { return a }
    return Self(
      builder.assign(
        "select \(builder.truthType) \(name), \(builder.realType) \(x), \(builder.realType) \(y)"),
      builder)
  }

  package static func rarely(
    _ test: NativeTruth, _ function: LibraryFunction<UnaryFunction>, of x: Self, else y: Self
  ) -> Self {
    switch test {
    case .constant(let holds):
      guard holds else { return y }
      guard let builder = x.builder else { return Self(function.pointer(x.constantValue ?? 0)) }
      return builder.call(function, x)
    case .name(let name, let builder):
      return builder.rarely(name, else: y) { choose(test, $0.call(function, x), else: y) }
    }
  }

  /// One value where the test holds, which is seldom, and another elsewhere.
  static func rarely(
    _ test: NativeTruth, else y: NativeValue, _ value: () -> NativeValue
  ) -> NativeValue {
    switch test {
    case .constant(let holds): holds ? value() : y
    case .name(let name, let builder):
      builder.rarely(name, else: y) { _ in choose(test, value(), else: y) }
    }
  }

  // In lanes a branch would be taken for the sake of one of them, and calls for each stand in it.
  package static func usually(
    _ test: NativeTruth, _ short: () -> Self, else function: LibraryFunction<UnaryFunction>,
    of x: Self, whole: () -> Self
  ) -> Self {
    guard case .name(_, let builder) = test, builder.lanes == 1 else { return whole() }
    return rarely(not(test), function, of: x, else: short())
  }

  package static func core<Core: FunctionCore>(_ x: Self) -> Core where Core.Value == Self {
    let names = x.builder?.core(of: x, ObjectIdentifier(Core.self), count: Core.valueCount) {
      Core($0).values
    }
    return names.map(Core.init(values:)) ?? Core(x)
  }

  // MARK: Writing

  private static func combine(
    _ operation: String, _ a: Self, _ b: Self, _ value: (Double, Double) -> Double
  ) -> Self {
    guard let builder = a.builder ?? b.builder else {
      return Self(value(a.constantValue ?? 0, b.constantValue ?? 0))
    }
    return Self(
      builder.assign(
        "\(operation) \(builder.realType) \(builder.text(a)), \(builder.text(b))"), builder)
  }

  private func call(
    _ intrinsic: String, _ operands: [Self], _ value: ([Double]) -> Double
  ) -> Self {
    guard let builder = operands.lazy.compactMap(\.builder).first else {
      return Self(value(operands.map { $0.constantValue ?? 0 }))
    }
    return Self(builder.intrinsic(intrinsic, operands), builder)
  }

  private func compare(
    _ condition: String, _ other: Self, _ value: (Double, Double) -> Bool
  ) -> NativeTruth {
    guard let builder = builder ?? other.builder else {
      return .constant(value(constantValue ?? 0, other.constantValue ?? 0))
    }
    return .name(
      builder.assign(
        "fcmp \(condition) \(builder.realType) \(builder.text(self)), \(builder.text(other))"),
      builder)
  }
}

/// A truth value of native code, or one in each lane.
package enum NativeTruth {
  case constant(Bool)
  case name(String, NativeBuilder)

  fileprivate func combined(
    _ operation: String, _ other: Self, _ value: (Bool, Bool) -> Bool
  ) -> Self {
    switch (self, other) {
    case (.constant(let a), .constant(let b)): return .constant(value(a, b))
    case (.name(_, let builder), _), (_, .name(_, let builder)):
      return .name(
        builder.assign(
          "\(operation) \(builder.truthType) \(builder.text(self)), \(builder.text(other))"),
        builder)
    }
  }
}

/// The bits of a number of native code, or those of each lane.
package struct NativeWhole: WholeValue {
  enum Content {
    case constant(Int64)
    case name(String, NativeBuilder)
  }

  let content: Content

  package init(integerLiteral value: Int64) { content = .constant(value) }
  package init(_ name: String, _ builder: NativeBuilder) { content = .name(name, builder) }

  package static func &+ (a: Self, b: Self) -> Self { combine("add", a, b) { $0 &+ $1 } }
  package static func &- (a: Self, b: Self) -> Self { combine("sub", a, b) { $0 &- $1 } }
  package static func &* (a: Self, b: Self) -> Self { combine("mul", a, b) { $0 &* $1 } }
  package static func & (a: Self, b: Self) -> Self { combine("and", a, b) { $0 & $1 } }
  package static func | (a: Self, b: Self) -> Self { combine("or", a, b) { $0 | $1 } }
  package static func ^ (a: Self, b: Self) -> Self { combine("xor", a, b) { $0 ^ $1 } }
  package static func &<< (a: Self, b: Self) -> Self { combine("shl", a, b) { $0 &<< $1 } }
  package static func &>> (a: Self, b: Self) -> Self { combine("ashr", a, b) { $0 &>> $1 } }

  private static func combine(
    _ operation: String, _ a: Self, _ b: Self, _ value: (Int64, Int64) -> Int64
  ) -> Self {
    switch (a.content, b.content) {
    case (.constant(let a), .constant(let b)): return Self(integerLiteral: value(a, b))
    case (.name(_, let builder), _), (_, .name(_, let builder)):
      return Self(
        builder.assign(
          "\(operation) \(builder.wholeType) \(builder.text(a)), \(builder.text(b))"), builder)
    }
  }
}
