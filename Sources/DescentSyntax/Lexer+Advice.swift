import DescentSource

extension Lexer {
  /// What to say of a character that is no part of the language.
  mutating func unknownCharacter(_ scalar: Unicode.Scalar, length: Int) -> Diagnostic {
    let lower = offset
    offset += length
    // Another language's operator is named whole.
    for foreign in Self.foreignOperators
    where lower + foreign.spelling.utf8.count <= limit
      && source.bytes[lower...].starts(with: foreign.spelling.utf8)
    {
      offset = lower + foreign.spelling.utf8.count
      return Diagnostic(
        "syntax.character", "'\(foreign.spelling)' is no sign of this language",
        at: Diagnostic.Label(source, SourceRange(lower, offset)), help: [foreign.advice])
    }
    let isVisible =
      switch scalar.properties.generalCategory {
      case .control, .format, .privateUse, .unassigned, .surrogate: false
      default: true
      }
    let code = String(scalar.value, radix: 16, uppercase: true)
    let padded = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
    let shown = isVisible ? "'\(scalar)'" : "the invisible character \(padded)"
    let name = scalar.properties.name.map { " (\(padded), \($0.lowercased()))" } ?? ""
    return Diagnostic(
      "syntax.character", "\(shown) has no meaning here\(isVisible && !scalar.isASCII ? name : "")",
      at: Diagnostic.Label(source, SourceRange(lower, offset)),
      help: isVisible
        ? ["names are made of letters, digits and _"] : ["delete it: it is there unseen"])
  }

  private static let foreignOperators: [(spelling: String, advice: String)] = [
    ("&&", "write and"), ("&", "write and"), ("||", "write or"),
    ("!", "write not, or gamma(n + 1) for n!"),
    ("|", "write abs(x) for |x|, norm(x) for a vector's length, and a or b for either"),
    ("%", "write mod(a, b) for the remainder"), ("~", "write ~= or ≈ for 'approximately'"),
    ("?", "write if C then A else B, or help"), ("\\", "write a function as let f(x) = …"),
    ("'", "write a string in double quotes"), ("`", "write a string in double quotes"),
    ("∞", "write inf"), ("√", "write sqrt(x)"), ("∛", "write cbrt(x)"), ("÷", "write /"),
    ("∕", "write /"), ("⁄", "write /"), ("—", "write - for minus"), ("‐", "write - for minus"),
    ("‑", "write - for minus"), ("…", "write a..b for a range"), ("←", "write ="),
    ("≔", "write ="), ("→", "write ="), ("∈", "write in"), ("∧", "write and"), ("∨", "write or"),
    ("¬", "write not"), ("∑", "write sum(x)"), ("∏", "write prod(x)"),
    ("∇", "write grad, or grad(w) for one parameter"), ("∂", "write diff(E, w)"),
    ("½", "write 1/2"), ("¼", "write 1/4"), ("¾", "write 3/4"), ("⊤", "write M' to transpose"),
    ("ⁿ", "write ^n"), ("ⁱ", "write ^i"), ("‖", "write norm(x)"), ("（", "write ("),
    ("）", "write )"), ("，", "write a comma"),
    (".^", "write ^, which takes each element"), (".*", "write *, which takes each element"),
    ("./", "write /, which takes each element"),
    ("$", "a name starts with a letter or _"), (".", "write a..b for a range, or 0.5"),
  ]
}
