/// All there is to know of one operation: its name and help, shapes, value, derivative, rewrites,
/// domain, kernel and spelling.
///
/// Each is one type in one file under `Primitives/` and one line in the ``Catalogue``; nothing else
/// in the program tells primitives apart.
package protocol Primitive: SendableMetatype {
  /// As it is typed: `sin`, `+`.
  static var name: String { get }
  /// One sentence, and an expression with its value that a test evaluates.
  static var help: PrimitiveHelp { get }
  /// How many operands a call may have.
  static var arity: ClosedRange<Int> { get }
  /// Whether a person can call it by its name.
  static var isFunction: Bool { get }

  /// Whether ranges after the first argument of a call, such as `i..j`, are bounds and no vectors.
  static var takesBounds: Bool { get }
  /// The node that a call by name stands for.
  static func node(for call: Call) throws(ShapeError) -> NodeID
  /// The node that an operator between these operands stands for.
  static func node(on operands: [NodeID], in graph: Graph) throws(ShapeError) -> NodeID

  static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape

  /// Where the value stands inside the first operand's numbers, if it is a part of them that need
  /// not be copied.
  static func offset(inOperand integers: [Int]) -> Int?

  /// Where the first operand's numbers stand inside the value, if all others are zeros.
  static func place(ofOperand integers: [Int]) -> Int?

  /// How the value is computed, for whoever runs a program.
  static var kernel: Kernel { get }

  /// Whether operands stretch to the shape of the value: what each gets from a cotangent is then
  /// summed along the axes along which it was stretched.
  static var stretchesOperands: Bool { get }

  /// What a cotangent of the value is to each operand; `nil` where there is no slope.
  ///
  /// Written as the textbook line. A scalar cotangent stands for one that is the same everywhere;
  /// what an operand gets has its shape, or is a scalar that stands for the same. The gradient sums
  /// over what operands stretch along.
  static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?]

  /// Rewrites that make an expression shorter to read, tried in order where this is outermost.
  static var simplifications: [Rewrite] { get }
  /// What it stands for, or an equal form whose value and slope stay finite: put in its place
  /// before it is differentiated or computed.
  static var lowerings: [Rewrite] { get }
  /// Equal forms that are more accurate: put in its place when it is computed.
  static var refinements: [Rewrite] { get }
  /// What is put in its place last of all before it is computed, which other rules do not see.
  static var contractions: [Rewrite] { get }
  /// Whether it makes one value of the values of all rows, where a function of the same name makes
  /// one of all elements. Asked of the type, since finding out a type's protocols takes long.
  static var isOverRows: Bool { get }
  /// Whether more operands than two mean (a ∘ b) ∘ c.
  static var isAssociative: Bool { get }
  static var domainGuard: DomainGuard? { get }
  static func spelling(of application: Application) -> Spelling
}

package struct PrimitiveHelp: Sendable {
  package let summary: String
  package let example: String
  package let value: String

  init(_ summary: String, _ example: String, _ value: String) {
    self.summary = summary
    self.example = example
    self.value = value
  }
}

/// Where a function is defined whose slope is finite outside its own domain: a descent would walk
/// on there without ever meeting a number that is not finite.
package struct DomainGuard: Sendable {
  /// What it needs: "a positive number".
  package let requirement: String
  /// An expression that is not zero where the function is defined.
  package let condition: @Sendable (Application) -> Expr

  package init(
    _ requirement: String, _ condition: @escaping @Sendable (Application) -> Expr
  ) {
    self.requirement = requirement
    self.condition = condition
  }
}

/// A primitive applied to operands: a node, taken apart for whoever writes a rule about it.
package struct Application {
  let reference: GraphReference
  /// The node itself, whose forward value a derivative can reuse.
  package let node: NodeID

  package init(_ node: NodeID, in graph: Graph) {
    reference = GraphReference(graph)
    self.node = node
  }

  package var graph: Graph { reference.counted }
  package var operands: Operands { Operands(of: value) }
  package var attribute: Attribute { reference.with { $0.attribute(node) } }
  package subscript(_ position: Int) -> Expr { value[position] }
  package var value: Expr { Expr(reference, node) }
  package var shape: Shape { reference.with { $0.shape(node) } }
  package var integers: [Int] { reference.with { $0.integers(node) } }
  package func constant(_ value: Double) -> Expr {
    Expr(reference, reference.with { $0.constant(value) })
  }
}

extension Application {
  /// The operands of a node, read where they stand in the graph.
  package struct Operands: RandomAccessCollection {
    private let expression: Expr

    fileprivate init(of expression: Expr) { self.expression = expression }

    package var startIndex: Int { 0 }
    package var endIndex: Int { expression.operandCount }
    package subscript(_ position: Int) -> NodeID { expression[position].node }
  }
}

/// A named rewrite of an expression, and when it holds.
package struct Rewrite: Sendable {
  /// When both sides are equal as real numbers (rounding apart).
  package enum Validity: Sendable {
    /// Everywhere, NaN and infinities included.
    case exact
    /// Where every operand is finite.
    case finite
    /// Where what is cancelled is not zero; at zero the result is the limit.
    case nonzero
    /// Where the operand of a root or logarithm is in its domain.
    case inDomain
  }

  package let name: String
  package let validity: Validity
  package let apply: @Sendable (Application) -> Expr?

  package init(
    _ name: String, _ validity: Validity, _ apply: @escaping @Sendable (Application) -> Expr?
  ) {
    self.name = name
    self.validity = validity
    self.apply = apply
  }
}

extension Primitive {
  package static var isFunction: Bool { true }
  package static var takesBounds: Bool { false }
  package static var stretchesOperands: Bool { kernel.isElementwise }
  package static func offset(inOperand integers: [Int]) -> Int? { nil }
  package static func place(ofOperand integers: [Int]) -> Int? { nil }
  package static var simplifications: [Rewrite] { [] }
  package static var lowerings: [Rewrite] { [] }
  package static var refinements: [Rewrite] { [] }
  package static var contractions: [Rewrite] { [] }
  package static var isOverRows: Bool { false }
  package static var isAssociative: Bool { false }
  package static var domainGuard: DomainGuard? { nil }
  package static func spelling(of application: Application) -> Spelling {
    .call(name, application.operands)
  }

  package static func node(for call: Call) throws(ShapeError) -> NodeID {
    var operands: [NodeID] = []
    for position in call.arguments.indices { operands.append(try call.node(position)) }
    return try node(on: operands, in: call.graph)
  }

  package static func node(
    on operands: [NodeID], in graph: Graph
  ) throws(ShapeError) -> NodeID {
    try graph.node(Self.self, operands)
  }

  /// Elementwise, unless a primitive says otherwise.
  package static func shape(
    of operands: [NodeID], attribute: Attribute, in graph: Graph
  ) throws(ShapeError) -> Shape {
    try Shape.broadcast(operands.map { graph.shape($0) })
  }
}

/// A function of one number, applied to each element.
package protocol UnaryPrimitive: Primitive {
  /// The slope at `x`, where the value is `y`.
  static func derivative(_ x: Expr, _ y: Expr) -> Expr
}

extension UnaryPrimitive {
  package static var arity: ClosedRange<Int> { 1...1 }
  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] {
    [cotangent * derivative(application[0], application.value)]
  }
}

/// A function of one number that is constant between its jumps.
package protocol StepPrimitive: Primitive {}

extension StepPrimitive {
  package static var arity: ClosedRange<Int> { 1...1 }
  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] { [nil] }
}

/// A function that is an abbreviation: it is computed and differentiated as what it stands for.
package protocol CompositePrimitive: Primitive {
  static func definition(_ application: Application) -> Expr
}

extension CompositePrimitive {
  package static var kernel: Kernel { .none }
  package static func pullback(_ cotangent: Expr, _ application: Application) -> [Expr?] { [] }
  package static var lowerings: [Rewrite] {
    [Rewrite("\(name): its definition", .exact) { definition($0) }]
  }
}
