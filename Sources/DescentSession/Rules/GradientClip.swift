internal import DescentElaboration
internal import DescentGraph
internal import DescentSource
internal import DescentSyntax

/// `set clip norm 1`, `set clip value 0.5`: bounds on the gradient, before the rule sees it.
///
/// ```
/// norm c:   n = norm(grad);  g = if n > c then g/n*c else g
/// value c:  g = if abs(g) > c then g/abs(g)*c else g
/// ```
/// The norm is that of all slopes together; the divisions come before the multiplications, and an
/// infinite slope becomes no number, so that it still stops a descent.
///
/// **Source** optax 0.2.8 `clip_by_global_norm` and `clip`. PyTorch's `clip_grad_norm_` divides by
/// n + 1e-6, so that its gradients end that little shorter.
enum GradientClip: Equatable, Sendable {
  case norm(Double)
  case value(Double)

  var limit: Double {
    switch self {
    case .norm(let limit), .value(let limit): limit
    }
  }

  var kind: String {
    switch self {
    case .norm: "norm"
    case .value: "value"
    }
  }

  /// Whether it changes these slopes.
  func bounds(_ slopes: [Double], norm: Double) -> Bool {
    switch self {
    case .norm(let limit): norm > limit
    case .value(let limit): slopes.contains { $0.magnitude > limit }
    }
  }
}

extension Session {
  func clipped(_ slopes: [NodeID], by clip: GradientClip) -> [NodeID] {
    // Numbers stretch to any shape, so that all of these fit.
    func make(_ type: any Primitive.Type, _ operands: NodeID...) -> NodeID {
      (try? graph.node(type, operands)) ?? operands[0]
    }
    let limit = graph.constant(clip.limit)
    func bounded(_ slope: NodeID, _ size: NodeID) -> NodeID {
      let shortened = make(Multiply.self, make(Divide.self, slope, size), limit)
      return make(Conditional.self, make(Greater.self, size, limit), shortened, slope)
    }
    switch clip {
    case .norm:
      let norm = make(EuclideanNorm.self, joined(slopes))
      return slopes.map { bounded($0, norm) }
    case .value:
      return slopes.map { bounded($0, make(AbsoluteValue.self, $0)) }
    }
  }

  var clipText: String? { settings.clip.map { "\($0.kind) \(text($0.limit))" } }
}

extension GradientClip {
  /// What follows `set clip`.
  struct Written {
    var isNorm: Bool
    var limit: Expression
  }

  /// Nil stands for `off`.
  static func parse(_ parser: inout Parser) throws(Diagnostic) -> Written? {
    if parser.accept(word: "off") != nil { return nil }
    let isNorm = parser.isWord("norm")
    guard isNorm || parser.isWord("value") else {
      var problem = parser.unexpected(expected: "'norm', 'value' or 'off'")
      problem.code = "option.form"
      problem.help = ["write: set clip norm 1, or: set clip value 0.5, or: set clip off"]
      throw problem
    }
    parser.advance()
    if parser.accept(word: "off") != nil { return nil }
    return Written(isNorm: isNorm, limit: try parser.expression())
  }

  init(_ written: Written, in session: Session) throws(Diagnostic) {
    let limit = try session.number(
      of: written.limit, "the largest \(written.isNorm ? "norm" : "value") of a gradient")
    guard limit > 0, limit.isFinite else {
      throw Diagnostic(
        "clip.limit",
        "a gradient is clipped to a finite number above 0, and this is \(session.text(limit))",
        at: Diagnostic.Label(written.limit.source, written.limit.range),
        help: ["to clip no more, write: set clip off"])
    }
    self = written.isNorm ? .norm(limit) : .value(limit)
  }
}
