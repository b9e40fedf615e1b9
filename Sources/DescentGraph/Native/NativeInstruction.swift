/// A line of native code that gives a value, taken apart.
package struct NativeInstruction {
  /// What it gives.
  package let name: String
  /// `fadd`; of a call of one of LLVM's own functions its name: `fma`.
  package let operation: Substring
  /// Names, and constants by their bits.
  package let operands: [Substring]
  private let line: String

  package init?(_ line: String) {
    let words = line.split { " ,()".contains($0) }
    guard words.count > 2, words[1] == "=" else { return nil }
    let function = words.first { $0.hasPrefix("@") }
    name = String(words[0])
    self.line = line
    operation = function?.split(separator: ".").dropFirst().first ?? words[2]
    operands = words.dropFirst(3).filter { $0.hasPrefix("%") || $0.hasPrefix("0x") }
  }

  /// The same instruction on others.
  package func text(on others: [String]) -> String {
    // Operands are parts of the line, and know where in it they are.
    var result = ""
    var place = line.firstRange(of: " = ")?.upperBound ?? line.startIndex
    for (operand, other) in zip(operands, others) {
      result += line[place..<operand.startIndex] + other
      place = operand.endIndex
    }
    return result + line[place...]
  }
}

extension NativeValue {
  /// What an instruction names: a constant by its bits, or a value.
  package init(operand: Substring, _ builder: NativeBuilder) {
    if operand.hasPrefix("0x"), let bits = UInt64(operand.dropFirst(2), radix: 16) {
      self.init(Double(bitPattern: bits))
    } else {
      self.init(String(operand), builder)
    }
  }
}
