/// `a == b`: 1 where it holds, else 0.
package enum Equal: Comparison {
  package static let name = "=="
  package static let help = PrimitiveHelp("1 where it holds, else 0", "1 == 2", "0")
  package static let kernel = Kernel.binary(
    { $0 == $1 ? 1 : 0 }, native: { NativeValue.choose($0.isEqual(to: $1), 1, else: 0) })
}
