/// `a ≈ b`: whether two numbers differ by no more than 1e-9·max(1, |a|, |b|).
package enum Approximately: Comparison {
  package static let name = "≈"
  package static let help = PrimitiveHelp(
    "whether two numbers agree to 1e-9·max(1, |a|, |b|)", "0.1 + 0.2 ≈ 0.3", "1")
  package static let kernel = Kernel.binary(
    { Elementary.approximately($0, $1) }, native: { Elementary.approximately($0, $1) })
}
