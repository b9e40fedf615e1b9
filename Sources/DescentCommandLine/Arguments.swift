/// What the person asked for on the command line.
package struct Arguments: Equatable, Sendable {
  /// Where a script comes from.
  package enum Script: Equatable, Sendable {
    case file(String)
    /// `-`
    case standardInput
    /// `-e CODE`
    case code(String)
  }

  /// `NAME=VALUE`: what an `input` of the script is replaced by.
  package struct Input: Equatable, Sendable {
    package var name: String
    package var value: String
  }

  package enum Format: String, CaseIterable, Sendable {
    case text, json, csv
  }

  package enum Engine: String, CaseIterable, Sendable {
    case auto, machine, native
  }

  /// In the order they run: the files as they were named, then each `-e`.
  package var scripts: [Script] = []
  package var inputs: [Input] = []
  /// The prompt after the scripts: `-i`.
  package var isInteractive = false
  /// Parse and type only.
  package var checksOnly = false
  package var format = Format.text
  /// Significant digits, 1…17; `nil` for the session's own.
  package var precision: Int?
  package var seed: UInt64?
  package var color = Terminal.ColorChoice.auto
  package var engine = Engine.auto
  /// At least 1; `nil` for as many as there are cores.
  package var threads: Int?
  package var keepsGoing = false
  package var isQuiet = false

  package init() {}

  /// What to do about a command line.
  package enum Outcome: Equatable, Sendable {
    case run(Arguments)
    /// `--help` and `--version`: to standard output, status 0.
    case show(String)
    /// To standard error, status 2.
    case refuse(String)
  }

  package static let usageStatus: Int32 = 2

  /// The program's version.
  package static let version = "0.1.0"

  /// Reads the arguments that follow the program's name.
  package static func parse(_ words: [String]) -> Outcome {
    // With no option there is nothing to parse, and the parser alone would cost more than the rest
    // of the start.
    let operands = words.contains { $0.hasPrefix("-") && $0 != "-" } ? nil : words
    return operands.map { .run(Arguments(operands: $0)) } ?? CommandLineOptions.parse(words)
  }

  /// Files, `-` for standard input, and inputs.
  init(operands: [String]) {
    for operand in operands {
      if operand == "-" {
        scripts.append(.standardInput)
      } else if let input = Input(operand), !FileReading.exists(operand) {
        inputs.append(input)
      } else {
        scripts.append(.file(operand))
      }
    }
  }
}

extension Arguments.Input {
  /// `nil` unless the word is a name, `=` and whatever.
  package init?(_ word: String) {
    guard let equals = word.firstIndex(of: "=") else { return nil }
    let name = word[..<equals]
    guard isName(name) else { return nil }
    self.name = String(name)
    self.value = String(word[word.index(after: equals)...])
  }
}

/// Whether this can be a name of the language: a letter or `_`, then letters, digits, `_` and
/// subscripts.
func isName(_ text: Substring) -> Bool {
  guard let first = text.unicodeScalars.first, isNameStart(first) else { return false }
  return text.unicodeScalars.dropFirst().allSatisfy(isNamePart)
}

func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
  scalar == "_" || scalar.properties.isAlphabetic
}

/// What may follow in a name; combining marks belong to the letter before them.
func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
  isNameStart(scalar) || ("0"..."9").contains(scalar) || ("₀"..."₉").contains(scalar)
    || scalar.properties.generalCategory == .nonspacingMark
}
