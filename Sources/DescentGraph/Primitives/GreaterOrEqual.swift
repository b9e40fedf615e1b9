/// `a >= b`: 1 where it holds, else 0.
package enum GreaterOrEqual: Comparison {
  package static let name = ">="
  package static let help = PrimitiveHelp("1 where it holds, else 0", "2 >= 2", "1")
  package static let kernel = Kernel.binary(
    { $0 >= $1 ? 1 : 0 }, native: { NativeValue.choose($0.isGreaterThanOrEqualTo($1), 1, else: 0) })
}
