/// An operator of the expression language: the name of one row of ``OperatorTable``.
package struct Operator: Hashable, Sendable {
  package let rawValue: UInt8

  private init(_ rawValue: UInt8) { self.rawValue = rawValue }

  package static let or = Operator(0)
  package static let and = Operator(1)
  package static let not = Operator(2)
  package static let less = Operator(3)
  package static let lessOrEqual = Operator(4)
  package static let greater = Operator(5)
  package static let greaterOrEqual = Operator(6)
  package static let equal = Operator(7)
  package static let notEqual = Operator(8)
  package static let approximately = Operator(9)
  package static let range = Operator(10)
  package static let add = Operator(11)
  package static let subtract = Operator(12)
  package static let multiply = Operator(13)
  package static let divide = Operator(14)
  package static let matrixMultiply = Operator(15)
  package static let negate = Operator(16)
  package static let plus = Operator(17)
  package static let power = Operator(18)
}

/// How tightly a form holds its operands, loosest first.
package enum Precedence: UInt8, Comparable, CaseIterable, Sendable {
  case choice, or, and, not, compare, range, add, multiply, touch, sign, power, postfix, atom

  package static func < (left: Precedence, right: Precedence) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// Which of two equal neighbours takes the operand between them.
package enum Associativity: Sendable {
  case left, right
  /// `a..b..c` is refused.
  case none
  /// `a < b < c` means `a < b and b < c`.
  case chain
}

package enum Fixity: Sendable { case prefix, infix }

/// The operators, one row each. The lexer takes its spellings and the parser its precedences from
/// here, and the grammar in the documentation is checked against it.
package enum OperatorTable {
  package struct Row: Sendable {
    package let `operator`: Operator
    /// As the language prints it.
    package let spelling: String
    /// As a person may also type or paste it.
    package let otherSpellings: [String]
    package let precedence: Precedence
    package let associativity: Associativity
    package let fixity: Fixity

    fileprivate init(
      _ operator: Operator, _ spelling: String, also otherSpellings: [String] = [],
      _ precedence: Precedence, _ associativity: Associativity, _ fixity: Fixity = .infix
    ) {
      self.operator = `operator`
      self.spelling = spelling
      self.otherSpellings = otherSpellings
      self.precedence = precedence
      self.associativity = associativity
      self.fixity = fixity
    }
  }

  /// Loosest first; a row's place is its operator's ``Operator/rawValue``.
  package static let rows: [Row] = [
    Row(.or, "or", .or, .left),
    Row(.and, "and", .and, .left),
    Row(.not, "not", .not, .right, .prefix),
    Row(.less, "<", .compare, .chain),
    Row(.lessOrEqual, "<=", also: ["≤", "⩽"], .compare, .chain),
    Row(.greater, ">", .compare, .chain),
    Row(.greaterOrEqual, ">=", also: ["≥", "⩾"], .compare, .chain),
    Row(.equal, "==", .compare, .chain),
    Row(.notEqual, "!=", also: ["≠"], .compare, .chain),
    Row(.approximately, "≈", also: ["~="], .compare, .chain),
    Row(.range, "..", .range, .none),
    Row(.add, "+", .add, .left),
    Row(.subtract, "-", also: ["−", "–"], .add, .left),
    Row(.multiply, "*", also: ["·", "×", "⋅", "∙", "∗"], .multiply, .left),
    Row(.divide, "/", .multiply, .left),
    Row(.matrixMultiply, "@", .multiply, .left),
    Row(.negate, "-", also: ["−", "–"], .sign, .right, .prefix),
    Row(.plus, "+", .sign, .right, .prefix),
    Row(.power, "^", also: ["**"], .power, .right),
  ]

  /// The prefix operator with the same spelling as an infix one: `-` is both.
  static func prefix(spelledLike infix: Operator) -> Operator? {
    prefixes[Int(infix.rawValue)]
  }

  private static let prefixes: [Operator?] = rows.map { row in
    rows.first { $0.fixity == .prefix && $0.spelling == row.spelling }?.operator
  }

  /// The spellings made of symbols, by their first byte, the longest first.
  static let symbols: [[(bytes: [UInt8], operator: Operator)]] = {
    var table: [[(bytes: [UInt8], operator: Operator)]] = Array(repeating: [], count: 256)
    for row in rows where row.fixity == .infix && row.precedence > .and {
      for spelling in [row.spelling] + row.otherSpellings {
        let bytes = Array(spelling.utf8)
        table[Int(bytes[0])].append((bytes, row.operator))
      }
    }
    return table.map { $0.sorted { $0.bytes.count > $1.bytes.count } }
  }()

  /// The operators of one byte, by that byte.
  static let singleBytes: [Operator?] = symbols.map { symbols in
    symbols.first { $0.bytes.count == 1 }?.operator
  }

  /// Whether a byte goes on with a spelling: before any other, an operator of one byte is whole.
  static let isSecondByte: [Bool] = {
    var table = Array(repeating: false, count: 256)
    for symbol in symbols.joined() where symbol.bytes.count > 1 {
      table[Int(symbol.bytes[1])] = true
    }
    return table
  }()

  static let precedences = rows.map(\.precedence)
  static let associativities = rows.map(\.associativity)
}

extension Operator {
  package var row: OperatorTable.Row { OperatorTable.rows[Int(rawValue)] }
  package var spelling: String { row.spelling }
  package var precedence: Precedence { OperatorTable.precedences[Int(rawValue)] }
  package var associativity: Associativity { OperatorTable.associativities[Int(rawValue)] }
}
