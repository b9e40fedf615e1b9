/// Every primitive, one line each. The place in the list is the primitive's number in a graph.
package enum Catalogue {
  package static let primitives: [any Primitive.Type] = [
    AbsoluteValue.self,
    Add.self,
    And.self,
    Approximately.self,
    ArcCosine.self,
    ArcSine.self,
    ArcTangent.self,
    ArcTangentOfQuotient.self,
    ArgumentOfMaximum.self,
    BinaryLogarithm.self,
    Block.self,
    Ceiling.self,
    Clamp.self,
    Column.self,
    CommonLogarithm.self,
    ComplementaryErrorFunction.self,
    Conditional.self,
    Constant.self,
    Cosine.self,
    CrossEntropy.self,
    CubeRoot.self,
    CumulativeSum.self,
    Digamma.self,
    Divide.self,
    DotProduct.self,
    Element.self,
    Equal.self,
    ErrorFunction.self,
    EuclideanNorm.self,
    EvenlySpaced.self,
    Exponential.self,
    ExponentialLinear.self,
    ExponentialMinusOne.self,
    Floor.self,
    Gamma.self,
    GaussianErrorLinear.self,
    Greater.self,
    GreaterOrEqual.self,
    Heaviside.self,
    HyperbolicArcCosine.self,
    HyperbolicArcSine.self,
    HyperbolicArcTangent.self,
    HyperbolicCosine.self,
    HyperbolicSine.self,
    HyperbolicTangent.self,
    Hypotenuse.self,
    IdentityMatrix.self,
    LeakyRectifiedLinear.self,
    Joined.self,
    Length.self,
    Less.self,
    LessOrEqual.self,
    ListOfElements.self,
    LogCosh.self,
    LogSoftmax.self,
    LogSumOfExponentials.self,
    LogarithmOfGamma.self,
    LogarithmOfOnePlus.self,
    MatrixProduct.self,
    Maximum.self,
    MaximumAlongAxis.self,
    MaximumOfElements.self,
    MaximumOverRows.self,
    Mean.self,
    MeanAlongAxis.self,
    MeanOfOuterProducts.self,
    MeanOverRows.self,
    Minimum.self,
    MinimumAlongAxis.self,
    MinimumOfElements.self,
    MinimumOverRows.self,
    Modulo.self,
    MultiplyAdd.self,
    MultiplySubtract.self,
    Multiply.self,
    Pi.self,
    EulerNumber.self,
    NaturalLogarithm.self,
    Negate.self,
    NormalRandom.self,
    Not.self,
    NotEqual.self,
    OneHot.self,
    Ones.self,
    Or.self,
    OuterProduct.self,
    Place.self,
    PlaceInMatrix.self,
    Polygamma.self,
    Power.self,
    ProductAlongAxis.self,
    ProductOfElements.self,
    ProductOverRows.self,
    Progression.self,
    RectifiedLinear.self,
    Reshape.self,
    Round.self,
    Row.self,
    Sigmoid.self,
    Sign.self,
    Sine.self,
    Slice.self,
    Softmax.self,
    Softplus.self,
    SquareRoot.self,
    SquaredHyperbolicSecant.self,
    StandardDeviation.self,
    StandardDeviationAlongAxis.self,
    StandardDeviationOverRows.self,
    Subtract.self,
    SubtractProduct.self,
    SumAlongAxis.self,
    SumOfElements.self,
    SumOfOuterProducts.self,
    SumOverRows.self,
    Swish.self,
    Tangent.self,
    Transpose.self,
    UniformRandom.self,
    Variable.self,
    Variance.self,
    VarianceAlongAxis.self,
    VarianceOverRows.self,
    Within.self,
    Zeros.self,
  ]

  /// Each type's number, by the address of the type: open addressing, a quarter full at most.
  private static let places: [(type: ObjectIdentifier, number: UInt16)?] = {
    var table: [(type: ObjectIdentifier, number: UInt16)?] = Array(repeating: nil, count: 512)
    for (number, type) in primitives.enumerated() {
      var place = hash(type)
      while table[place] != nil { place = (place + 1) & 511 }
      table[place] = (ObjectIdentifier(type), UInt16(number))
    }
    return table
  }()

  private static func hash(_ type: any Primitive.Type) -> Int {
    let address = UInt(bitPattern: ObjectIdentifier(type))
    return Int((address >> 3 ^ address >> 12) & 511)
  }

  /// The number of a primitive; every primitive is in the list, which a test holds.
  package static func id(of type: any Primitive.Type) -> PrimitiveID {
    let identity = ObjectIdentifier(type)
    var place = hash(type)
    while let entry = places[place] {
      if entry.type == identity { return PrimitiveID(index: entry.number) }
      place = (place + 1) & 511
    }
    return PrimitiveID(index: .max)
  }

  /// What is asked of a primitive for every node, looked up once.
  ///
  /// A class, so that asking copies none of it.
  final class Traits: Sendable {
    let isElementwise: Bool
    let kernel: Kernel
    let simplifications: [Rewrite]
    /// What a node is replaced by before it is differentiated, and before it is computed.
    let lowerings: [Rewrite]
    let refinements: [Rewrite]
    let contractions: [Rewrite]
    let domainGuard: DomainGuard?

    init(_ type: any Primitive.Type) {
      kernel = type.kernel
      isElementwise = kernel.isElementwise
      simplifications = type.simplifications
      lowerings = type.lowerings
      refinements = type.lowerings + type.refinements
      contractions = type.contractions
      domainGuard = type.domainGuard
    }
  }

  /// Of ``Traits``, what is asked of most nodes, in one look and without counting references.
  struct Flags: OptionSet {
    let rawValue: UInt16

    static let isElementwise = Flags(rawValue: 1)
    static let stretchesOperands = Flags(rawValue: 2)
    /// Whether there are rewrites to the simplified form, to what is differentiated and so on.
    static let isSimplified = Flags(rawValue: 4)
    static let isLowered = Flags(rawValue: 8)
    static let isRefined = Flags(rawValue: 16)
    static let isContracted = Flags(rawValue: 32)
    /// Whether an application to other operands is the node of these: operators of arithmetic and
    /// functions of one number.
    static let isRebuiltAsIs = Flags(rawValue: 64)
    static let isGuarded = Flags(rawValue: 128)
    /// Whether it is a product or quotient, of numbers or element by element.
    static let isProduct = Flags(rawValue: 256)
  }

  /// By the primitives' numbers.
  static let flags: [Flags] = zip(primitives, traits).map { type, traits in
    var flags: Flags = []
    if traits.isElementwise {
      flags.insert(.isElementwise)
      if traits.kernel.arithmetic != nil || type.arity == 1...1 { flags.insert(.isRebuiltAsIs) }
    }
    if traits.kernel.arithmetic == .multiply || traits.kernel.arithmetic == .divide {
      flags.insert(.isProduct)
    }
    if type.stretchesOperands { flags.insert(.stretchesOperands) }
    if !traits.simplifications.isEmpty { flags.insert(.isSimplified) }
    if !traits.lowerings.isEmpty { flags.insert(.isLowered) }
    if !traits.refinements.isEmpty { flags.insert(.isRefined) }
    if !traits.contractions.isEmpty { flags.insert(.isContracted) }
    if traits.domainGuard != nil { flags.insert(.isGuarded) }
    return flags
  }

  private static let traits: [Traits] = primitives.map { Traits($0) }

  static func traits(of primitive: PrimitiveID) -> Traits { traits[Int(primitive.index)] }

  /// The functions a person can call by name: those of one name take different numbers of operands.
  package static let functions: [String: [any Primitive.Type]] = Dictionary(
    grouping: primitives.filter { $0.isFunction && !$0.isOverRows }, by: { $0.name })

  /// What makes one value of all rows, by the same names as what makes one of all elements.
  package static let rowFunctions: [String: any Primitive.Type] = Dictionary(
    primitives.filter { $0.isOverRows }.map { ($0.name, $0) },
    uniquingKeysWith: { first, _ in first })
}
