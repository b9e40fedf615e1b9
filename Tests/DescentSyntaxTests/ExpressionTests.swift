import DescentSource
import Testing

@testable import DescentSyntax

@Suite struct ExpressionTests {
  @Test(arguments: [
    ("a or b and c", "(or a (and b c))"),
    ("a or b or c", "(or (or a b) c)"),
    ("a and b and c", "(and (and a b) c)"),
    ("not a and b", "(and (not a) b)"),
    ("not not a", "(not (not a))"),
    ("not a < b", "(not (< a b))"),
    ("a < b", "(< a b)"),
    ("0 < w <= 1", "(<,<= 0 w 1)"),
    ("a < (b < c) > d", "(<,> a (< b c) d)"),
    ("a > b >= c == d != e ≈ f", "(>,>=,==,!=,≈ a b c d e f)"),
    ("a ≤ b ≥ c ≠ d ~= e", "(<=,>=,!=,≈ a b c d e)"),
    ("a ≈ b within 1e-9", "(within a b 1e-09)"),
    ("a ≈ b + 1 within c + 2 and d", "(and (within a (+ b 1) (+ c 2)) d)"),
    ("1..5", "(.. 1 5)"),
    ("2..end", "syntax.end"),
    ("-3..3 by 0.5", "(.. (- 3) 3 0.5)"),
    ("a + 1..b + 2 by c + 3", "(.. (+ a 1) (+ b 2) (+ c 3))"),
    ("a..b < c", "(< (.. a b) c)"),
    ("a + b - c", "(- (+ a b) c)"),
    ("a + b * c", "(+ a (* b c))"),
    ("a / b * c @ d", "(@ (* (/ a b) c) d)"),
    ("a − b – c · d × e", "(- (- a b) (* (* c d) e))"),
    ("3w", "(* 3 w)"),
    ("3w^2", "(* 3 (^ w 2))"),
    ("a*3w", "(* a (* 3 w))"),
    ("3w/2", "(/ (* 3 w) 2)"),
    ("3(w+1)", "(* 3 (+ w 1))"),
    ("3(w+1)^2", "(* 3 (^ (+ w 1) 2))"),
    ("3sin(w)", "(* 3 (call sin w))"),
    ("3exp(w)", "(* 3 (call exp w))"),
    ("-3w", "(* (- 3) w)"),
    ("0.1·w", "(* 0.1 w)"),
    ("-w^2", "(- (^ w 2))"),
    ("+w", "(+ w)"),
    ("--w", "(- (- w))"),
    ("-a * b", "(* (- a) b)"),
    ("a - -b", "(- a (- b))"),
    ("a*-b", "(* a (- b))"),
    ("2^3^2", "(^ 2 (^ 3 2))"),
    ("2**-1", "(^ 2 (- 1))"),
    ("2^-w^2", "(^ 2 (- (^ w 2)))"),
    ("2^-1*3", "(* (^ 2 (- 1)) 3)"),
    ("w²", "(^ w 2)"),
    ("-w²³", "(- (^ w 23))"),
    ("x⁻¹ + 1", "(+ (^ x -1) 1)"),
    ("(w − 2)²", "(^ (- w 2) 2)"),
    ("sin(x)²", "(^ (call sin x) 2)"),
    ("2^w²", "(^ 2 (^ w 2))"),
    ("f(x)", "(call f x)"),
    ("f (x, y)", "(call f x y)"),
    ("f()", "(call f)"),
    ("x[1]", "(index x 1)"),
    ("x[2..end]", "(index x (.. 2 end))"),
    ("x[2..y[end]-end]", "(index x (.. 2 (- (index y end) end)))"),
    ("M[i, j]'", "(' (index M i j))"),
    ("M''", "(' (' M))"),
    ("M'^2", "(^ (' M) 2)"),
    ("A @ B'", "(@ A (' B))"),
    ("M’", "(' M)"),
    ("Xᵀ @ X", "(@ (' X) X)"),
    ("2π·r₁²", "(* (* 2 π) (^ r₁ 2))"),
    ("[1, 2, 3]", "(list 1 2 3)"),
    ("[[1, 2], [3, 4]]", "(list (list 1 2) (list 3 4))"),
    ("[]", "(list)"),
    ("sum(E, rows)", "(call sum E rows)"),
    ("if a < b then c else d + 1", "(if (< a b) c (+ d 1))"),
    ("if a then b else if c then d else e", "(if a b (if c d e))"),
    ("if a then if b then c else d or e else f + g", "(if a (if b c (or d e)) (+ f g))"),
    ("1 + (if a then b else c)", "(+ 1 (if a b c))"),
    ("f(if a then b else c, d)", "(call f (if a b c) d)"),
    ("cost at w = 3, b = 1", "(at w,b cost 3 1)"),
    ("2*w + 1 at w = 3 + 4", "(at w (+ (* 2 w) 1) (+ 3 4))"),
    ("if a then b else c at w = 3", "(at w (if a b c) 3)"),
    ("(E at w = 3) < 2", "(< (at w E 3) 2)"),
    ("(a at w = (b at c = 1, d = 2), e = 5)", "(at w,e a (at c,d b 1 2) 5)"),
    ("f(E at w = 3, 4)", "(call f (at w E 3) 4)"),
  ])
  func `an expression is read by the table`(text: String, tree: String) {
    #expect(parse(text) == tree)
  }

  @Test(arguments: [
    ("3 w", "syntax.unexpected", "write 3*w"),
    ("3 (w+1)", "syntax.unexpected", "write 3*(…)"),
    ("(3 w)", "syntax.unexpected", "write 3*w"),
    ("w 3", "syntax.unexpected", "write w*3"),
    ("a b", "syntax.unexpected", "write a(b) where 'a' is a function, else a*b"),
    ("(a)(b)", "syntax.unexpected", "write (…)*(…)"),
    (
      "sin²(x)", "syntax.unexpected",
      "write sin(x)^2 for a power of the function, sin^2*(…) for a product"
    ),
    ("1/2w", "number.touch", "write 1/(2*w) or 1/2*w"),
    ("1/2(w+1)", "number.touch", "write 1/(2*(…)) or 1/2*(…)"),
    ("2^3x", "number.touch", "write 2^(3*x) or 2^3*x"),
    ("2^-3x", "number.touch", "write 2^(-3*x) or 2^-3*x"),
    ("3e", "number.exponent", "write 3*e for 3 times the constant e"),
    ("2e+x", "number.exponent", "write 2*e + … to calculate with the constant e"),
    ("0x10", "number.radix", "write 16 for the number"),
    ("1...5", "number.dots", "write 1..5 for the range from 1 to 5"),
    ("1.2.3", "number.dots", "for a range write 1.2..b"),
    ("2. + 1", "number.point", "write 2 or 2.0"),
    ("1_", "number.underscore", "write it as in 1_000"),
    ("1e999", "number.range", "write inf for infinity"),
    ("1e-999", "number.range", "write 0"),
    ("C'(w)", "syntax.prime", "write diff(C(w), w)"),
    ("C''(x)", "syntax.prime", "write diff(diff(C(x), x), x)"),
    ("w²^3", "syntax.power", "write (w^2)^3 or w^(2^3)"),
    ("1..2..3", "syntax.range", "write a..b by s for another step"),
    ("a < b within 1", "syntax.within", "write a ≈ b within T"),
    ("a + not b", "syntax.not", "write (not …) in parentheses"),
    ("1 + if a then b else c", "syntax.choice", "write (if C then A else B)"),
    ("(1, 2)", "syntax.tuple", "write a vector as [1, 2]"),
    ("f(a,)", "syntax.comma", "write the value, or leave the comma out"),
    ("a && b", "syntax.character", "write and"),
    ("a % b", "syntax.character", "write mod(a, b) for the remainder"),
    ("a = b", "syntax.unexpected", "write == to compare"),
    ("w += 1", "syntax.unexpected", "write w = w + …"),
    ("x[1:3]", "syntax.unexpected", "write a..b for a range"),
    ("E at w = 3 < 5", "syntax.unexpected", "put what stands before '<' in parentheses"),
    ("E at w = 3 at b = 2", "syntax.at", "join the values with a comma: at w = 3, b = 1"),
    ("√2", "syntax.character", "write sqrt(x)"),
    ("w at 3", "syntax.unexpected", "write E at w = 3, b = 1: each a whole name and its value"),
    (
      "w at w[1] = 3", "syntax.unexpected",
      "write E at w = 3, b = 1: each a whole name and its value"
    ),
    ("state + 1", "syntax.unexpected", "'state' is a word of the language and cannot be a name"),
    ("sin⁻¹(x)", "syntax.unexpected", "write asin(x) for the inverse, 1/sin(x) for the quotient"),
    ("0.1.", "number.point", "write 0.1"),
    ("wⁿ", "syntax.character", "write ^n"),
    ("2 sin(w)", "syntax.unexpected", "write 2*sin(…)"),
    ("x[2..]", "syntax.unexpected", "write a..end up to the last one"),
    ("x[..3]", "syntax.unexpected", "write 1..b from the first one"),
    ("'a'", "syntax.unexpected", "write a string in double quotes"),
    ("[1 2]", "syntax.unexpected", "write 1*2"),
    ("3[1]", "syntax.unexpected", "write 3*[…]"),
  ])
  func `a refusal says what to type instead`(text: String, code: String, help: String) {
    let failure = failure(text)
    #expect(failure?.code == code)
    #expect(failure?.help.first == help)
  }

  @Test(arguments: [
    ("(w + 1", "syntax.unclosed"), ("(w + 1]", "syntax.bracket"), ("w)", "syntax.bracket"),
    ("w +", "syntax.incomplete"), ("if a then b", "syntax.incomplete"), ("", "syntax.incomplete"),
    ("* 3", "syntax.unexpected"), ("p at row", "syntax.incomplete"),
    ("p at row +", "syntax.unexpected"),
    ("p on rows", "syntax.unexpected"), ("x[]", "syntax.unexpected"), ("()", "syntax.unexpected"),
    ("at", "syntax.unexpected"), ("\"a", "syntax.string"), ("a $ b", "syntax.character"),
    ("a ... b", "number.dots"), ("{a}", "syntax.unexpected"), ("a within 3", "syntax.unexpected"),
    ("if a then b\nelse c", "syntax.incomplete"), ("⁻", "number.superscript"),
  ])
  func `what is no expression is refused`(text: String, code: String) {
    #expect(failure(text)?.code == code)
  }

  @Test func `a mismatched bracket names both places`() {
    let failure = failure("f(a, [b)")
    #expect(failure?.primary?.range == SourceRange(7, 8))
    #expect(failure?.secondary.map(\.range) == [SourceRange(5, 6)])
  }

  @Test func `nodes know their places`() throws {
    let expression = try parsed("(a + b)*c[1]")
    #expect(expression.range == SourceRange(0, 12))
    let children = expression.tree.children(of: expression.root)
    #expect(children.map { expression.tree[$0].range } == [SourceRange(1, 6), SourceRange(8, 12)])
  }

  @Test func `names compare by canonical equivalence`() throws {
    let tree = try parsed("e\u{301} + \u{E9} + w₁ + α_1 + θ").tree
    #expect(tree.names == ["é", "w₁", "α_1", "θ"])
  }

  @Test(arguments: [
    ("(", "w", ")"), ("sin(", "w", ")"), ("-", "w", ""), ("[", "1", "]"), ("w + ", "1", ""),
    ("", "w", " + 1"), ("2^", "3", ""), ("if a then b else ", "c", ""), ("not ", "a", ""),
    ("if ", "a", " then b else c"), ("x[", "1", "]"), ("", "M", "'"), ("(", "a", " at b = 1)"),
    ("f(a, ", "b", ")"), ("", "a", " < b"), ("(1 + ", "2", ")^2"), ("3(", "w", ")"),
  ])
  func `depth is bounded by memory alone`(head: String, core: String, tail: String) throws {
    let count = 100_000
    let text =
      String(repeating: head, count: count) + core + String(repeating: tail, count: count)
    #expect(try parsed(text).tree.nodes.isEmpty == false)
  }

  @Test func `deep mistakes are found as well`() {
    #expect(failure(String(repeating: "(", count: 100_000))?.code == "syntax.unclosed")
    #expect(failure(String(repeating: "(", count: 100_000) + "]")?.code == "syntax.bracket")
    #expect(failure(String(repeating: "sin w ", count: 100_000))?.code == "syntax.unexpected")
  }
}
