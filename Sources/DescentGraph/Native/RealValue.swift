/// What elementary functions are made of: a double, or a number of native code that stands for one,
/// or for several in lanes.
///
/// A function that is written for any such value has one implementation for all: constants that are
/// folded, single numbers, elements, lanes of a sweep and both engines. Every operation is exactly
/// rounded, so that all of them give the same bits.
package protocol RealValue: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral
where FloatLiteralType == Double, IntegerLiteralType == Int64 {
  /// What a comparison gives: one truth value, or one for each lane.
  associatedtype Truth
  /// The 64 bits of a number, as a whole number in two's complement.
  associatedtype Whole: WholeValue

  init(_ constant: Double)
  init(bits: Whole)
  var bits: Whole { get }

  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  static prefix func - (a: Self) -> Self
  var magnitude: Self { get }
  func squareRoot() -> Self
  /// Rounded to a whole number: to the nearest or even one, down, up, or towards zero.
  func rounded(_ rule: FloatingPointRoundingRule) -> Self
  /// The sum with a product, rounded once.
  func addingProduct(_ a: Self, _ b: Self) -> Self

  // False where one of them is NaN.
  func isLess(than other: Self) -> Truth
  func isLessThanOrEqualTo(_ other: Self) -> Truth
  func isEqual(to other: Self) -> Truth

  static func both(_ a: Truth, _ b: Truth) -> Truth
  static func either(_ a: Truth, _ b: Truth) -> Truth
  static func not(_ a: Truth) -> Truth
  /// One of two values; both are computed.
  static func choose(_ test: Truth, _ a: Self, else b: Self) -> Self
  /// The value of a function of a double where the test holds, which is seldom: elsewhere it is
  /// not called.
  static func rarely(
    _ test: Truth, _ function: LibraryFunction<UnaryFunction>, of x: Self, else y: Self
  ) -> Self
  /// The value of a function of a double that has a shorter form for arguments that are usual.
  ///
  /// Where a branch is cheap, the short form is computed, and the function is called for an unusual
  /// argument; else the whole is computed. A usual argument gets the same bits from both.
  static func usually(
    _ test: Truth, _ short: () -> Self, else function: LibraryFunction<UnaryFunction>,
    of x: Self, whole: () -> Self
  ) -> Self
  /// The core of a function. Native code of one number computes several side by side.
  static func core<Core: FunctionCore>(_ x: Self) -> Core where Core.Value == Self
}

/// What is most of the work of a function, or of several: numbers that are made of one number
/// without a branch.
package protocol FunctionCore {
  associatedtype Value: RealValue
  init(_ x: Value)
  /// What was computed elsewhere.
  init(values: [Value])
  var values: [Value] { get }
  static var valueCount: Int { get }
}

/// The operations on the bits of a number.
package protocol WholeValue: ExpressibleByIntegerLiteral where IntegerLiteralType == Int64 {
  static func &+ (a: Self, b: Self) -> Self
  static func &- (a: Self, b: Self) -> Self
  static func &* (a: Self, b: Self) -> Self
  static func & (a: Self, b: Self) -> Self
  static func | (a: Self, b: Self) -> Self
  static func ^ (a: Self, b: Self) -> Self
  /// Shifted left; by less than 64.
  static func &<< (a: Self, b: Self) -> Self
  /// Shifted right, with copies of the sign; by less than 64.
  static func &>> (a: Self, b: Self) -> Self
}

/// A function of the C library, or one of ours that is called like it, and its name in native code.
package struct LibraryFunction<Pointer: Sendable>: Sendable {
  package let name: StaticString
  package let pointer: Pointer

  package init(_ name: StaticString, _ pointer: Pointer) {
    self.name = name
    self.pointer = pointer
  }
}

extension RealValue {
  package init(floatLiteral value: Double) { self.init(value) }
  package init(integerLiteral value: Int64) { self.init(Double(value)) }
  @inline(__always)
  package var isNotANumber: Truth { Self.not(isEqual(to: self)) }
  @inline(__always)
  package var isNotZero: Truth { Self.not(isEqual(to: 0)) }
  @inline(__always)
  package func isGreater(than other: Self) -> Truth { other.isLess(than: self) }
  @inline(__always)
  package func isGreaterThanOrEqualTo(_ other: Self) -> Truth { other.isLessThanOrEqualTo(self) }
}

/// The bits of a double.
package struct DoubleBits: WholeValue {
  package let value: Int64

  @inline(__always) package init(integerLiteral value: Int64) { self.value = value }
  @inline(__always) package init(_ value: Int64) { self.value = value }

  @inline(__always) package static func &+ (a: Self, b: Self) -> Self { Self(a.value &+ b.value) }
  @inline(__always) package static func &- (a: Self, b: Self) -> Self { Self(a.value &- b.value) }
  @inline(__always) package static func &* (a: Self, b: Self) -> Self { Self(a.value &* b.value) }
  @inline(__always) package static func & (a: Self, b: Self) -> Self { Self(a.value & b.value) }
  @inline(__always) package static func | (a: Self, b: Self) -> Self { Self(a.value | b.value) }
  @inline(__always) package static func ^ (a: Self, b: Self) -> Self { Self(a.value ^ b.value) }
  @inline(__always) package static func &<< (a: Self, b: Self) -> Self {
    Self(a.value &<< b.value)
  }
  @inline(__always) package static func &>> (a: Self, b: Self) -> Self {
    Self(a.value &>> b.value)
  }
}

extension Double: RealValue {
  @inline(__always)
  package init(bits: DoubleBits) { self.init(bitPattern: UInt64(bitPattern: bits.value)) }
  @inline(__always)
  package var bits: DoubleBits { DoubleBits(Int64(bitPattern: bitPattern)) }
  @inline(__always)
  package func addingProduct(_ a: Double, _ b: Double) -> Double {
    var sum = self
    sum.addProduct(a, b)
    return sum
  }
  @inline(__always)
  package static func both(_ a: Bool, _ b: Bool) -> Bool { a && b }
  @inline(__always)
  package static func either(_ a: Bool, _ b: Bool) -> Bool { a || b }
  @inline(__always)
  package static func not(_ a: Bool) -> Bool { !a }
  @inline(__always)
  package static func choose(_ test: Bool, _ a: Double, else b: Double) -> Double {
    test ? a : b
  }
  @inline(__always)
  package static func rarely(
    _ test: Bool, _ function: LibraryFunction<UnaryFunction>, of x: Double, else y: Double
  ) -> Double {
    test ? function.pointer(x) : y
  }
  // Without a branch a loop over elements becomes one over vectors.
  @inline(__always)
  package static func usually(
    _ test: Bool, _ short: () -> Double, else function: LibraryFunction<UnaryFunction>,
    of x: Double, whole: () -> Double
  ) -> Double {
    whole()
  }
  @inline(__always)
  package static func core<Core: FunctionCore>(_ x: Double) -> Core where Core.Value == Double {
    Core(x)
  }
}
