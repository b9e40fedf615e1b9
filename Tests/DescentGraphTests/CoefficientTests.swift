import Testing

@testable import DescentGraph

@Suite struct CoefficientTests {
  /// The decimals of up to 15 digits and doubles in between, over the whole range of exponents.
  private static let samples: [Double] = {
    var random = SystemRandomNumberGenerator()
    var samples: [Double] = [0.37, 12.25, 1e-7, 9.99999999999999e-8, 999_999_999_999.999]
    for _ in 0..<20_000 {
      let digits = Int64.random(in: 1...999_999_999_999_999, using: &random)
      let shift = Int64.random(in: 1...1_000_000_000_000, using: &random)
      let exponent = Int.random(in: -40...20, using: &random)
      samples.append(Double("\(digits / shift)e\(exponent)") ?? 0)
      samples.append(Double("\(digits)e\(exponent)") ?? 0)
      samples.append(Double.random(in: 0..<1, using: &random) * Double(shift))
    }
    return samples.filter { $0 != $0.rounded() }
  }()

  @Test func `a decimal is the one that is printed`() {
    for sample in Self.samples {
      for value in [sample, -sample] {
        #expect(Coefficient.Decimal(value) == Coefficient.Decimal(textOf: value), "\(value)")
      }
    }
  }

  @Test func `a decimal reads back as the same number`() {
    for sample in Self.samples {
      guard let decimal = Coefficient.Decimal(sample) else { continue }
      #expect(decimal.value == sample, "\(sample)")
      #expect(decimal.value == Double("\(decimal.significand)e\(decimal.exponent)"))
    }
  }

  @Test func `products and sums of decimals are decimals`() {
    #expect(Coefficient.product(0.1, 3) == 0.3)
    #expect(Coefficient.sum(0.1, 0.2) == 0.3)
    #expect(Coefficient.product(0.123456789, 0.987654321) == nil)
    #expect(Coefficient.product(0.5, 1e300) == 5e299)
  }
}
