package import DescentGraph
package import DescentSource
package import DescentSyntax

/// What names stand for.
package struct Scope {
  /// A parameter: what is descended on.
  package struct Parameter {
    package var name: String
    package var symbol: Symbol
  }

  /// `let p = a*w + b`: a name for an expression.
  package struct Definition {
    package var name: String
    package var expression: Expression
    package var node: NodeID

    package init(name: String, expression: Expression, node: NodeID) {
      self.name = name
      self.expression = expression
      self.node = node
    }
  }

  /// `let f(x) = x^2`.
  package struct Function {
    package var name: String
    package var arguments: [String]
    /// The values of arguments that a call may leave out, the last ones; empty where none may.
    package var defaults: [Expression?]
    package var body: Expression

    package init(
      name: String, arguments: [String], defaults: [Expression?] = [], body: Expression
    ) {
      self.name = name
      self.arguments = arguments
      self.defaults = defaults
      self.body = body
    }

    /// Its arguments as they were written, with their defaults.
    package var formals: [String] {
      arguments.enumerated().map { place, argument in
        guard place < defaults.count, let value = defaults[place] else { return argument }
        return "\(argument) = \(value.source.text(in: value.range))"
      }
    }
  }

  /// A column of data: a value for each row.
  package struct Column {
    package var name: String
    /// What stands for it in expressions, for each kind of rows.
    package var symbols: [RowSet: Symbol]
    /// What its numbers were made of by `(x - mean)/deviation`, element by element, if they were.
    package var scaling: (mean: [Double], deviation: [Double])?
    /// The numbers of one row, counted from 1, or nil where there is none such.
    package var row: @Sendable (Int) -> [Double]?
    /// How many rows there are.
    package var rowCount: Int

    package init(
      name: String, symbols: [RowSet: Symbol], rowCount: Int,
      scaling: (mean: [Double], deviation: [Double])? = nil,
      row: @escaping @Sendable (Int) -> [Double]?
    ) {
      self.name = name
      self.symbols = symbols
      self.rowCount = rowCount
      self.scaling = scaling
      self.row = row
    }
  }

  /// In the order of the data.
  package var columns: [Column] = [] {
    didSet {
      columnPlaces = Dictionary(
        columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
  }
  private var columnPlaces: [String: Int] = [:]

  package func column(_ name: String) -> Column? { columnPlaces[name].map { columns[$0] } }

  private enum Meaning {
    case definition(Definition)
    case function(Function)
  }

  private var parameterSymbols = OrderedNames<Symbol>()
  /// Definitions and functions.
  private var defined = OrderedNames<Meaning>()
  /// `rate`, `cost`, `t`: what a session lets be read but not set, as expressions.
  package var readable: [String: NodeID] = [:]
  /// Functions that are there without being defined, such as schedules.
  package var library: @Sendable (String) -> Function? = { _ in nil }
  package var libraryNames: [String] = []
  /// The number of the next random draw.
  package var nextDraw = 0

  package init() {}

  /// In the order they were made.
  ///
  /// **Complexity** n log n for n of them.
  package var parameters: [Parameter] {
    parameterSymbols.inOrder.map { Parameter(name: $0.name, symbol: $0.meaning) }
  }

  package func parameter(_ name: String) -> Symbol? { parameterSymbols[name] }

  /// Adds a parameter, or gives one a new symbol (as when its shape changes).
  package mutating func setParameter(_ name: String, symbol: Symbol) {
    parameterSymbols[name] = symbol
  }

  /// Definitions and functions in the order they were made, to list them and make them anew.
  ///
  /// **Complexity** n log n for n of them.
  package var definedNames: [String] { defined.inOrder.map(\.name) }

  package var definedFunctionNames: [String] {
    definedNames.filter { definedFunction($0) != nil }
  }

  package func isDefined(_ name: String) -> Bool { defined[name] != nil }

  package func definition(_ name: String) -> Definition? {
    if case .definition(let definition) = defined[name] { definition } else { nil }
  }

  /// A function that was defined, not one of the library.
  package func definedFunction(_ name: String) -> Function? {
    if case .function(let function) = defined[name] { function } else { nil }
  }

  package func function(_ name: String) -> Function? { definedFunction(name) ?? library(name) }

  package mutating func setDefinition(_ definition: Definition) {
    define(definition.name, as: .definition(definition))
  }

  package mutating func setFunction(_ function: Function) {
    define(function.name, as: .function(function))
  }

  private mutating func define(_ name: String, as meaning: Meaning) {
    defined[name] = nil
    defined[name] = meaning
  }

  /// Gives a definition its meaning after something it uses has changed.
  package mutating func update(_ name: String, to node: NodeID) {
    guard var definition = definition(name) else { return }
    definition.node = node
    defined[name] = .definition(definition)
  }

  package mutating func removeDefinition(_ name: String) { defined[name] = nil }

  /// Lists definitions in this order, of exactly the names that are there.
  package mutating func reorderDefinitions(_ names: [String]) { defined.reorder(names) }

  /// Every name that an expression may use here, for suggestions and completion.
  package var names: [String] {
    parameters.map(\.name) + columns.map(\.name) + definedNames + readable.keys.sorted()
      + Self.constants
      + Catalogue.functions.keys.sorted() + ["diff", "grad", "length"]
  }

  package static let constants = ["e", "inf", "nan", "pi", "π"]

  /// What to say where a parameter's name is wanted and this is none.
  package func noParameter(_ name: String, at place: Diagnostic.Label) -> Diagnostic {
    let isDefined = isDefined(name)
    let known = parameters.map(\.name)
    var help: [String] = []
    if !isDefined, let near = suggestion(for: name, among: known) {
      help.append("did you mean '\(near)'?")
    } else if known.isEmpty {
      help.append("there is no parameter yet; to make one: \(name) = 1")
    } else {
      let shown = known.prefix(8).joined(separator: ", ") + (known.count > 8 ? ", …" : "")
      help.append("the parameters are: \(shown)")
    }
    if isDefined {
      return Diagnostic(
        "name.definition", "'\(name)' is defined by 'let' and is no parameter", at: place,
        help: help)
    }
    return Diagnostic("name.unknown", "no parameter is called '\(name)'", at: place, help: help)
  }

  /// What a name is taken for already, where it cannot be defined: "a constant".
  package static func reservation(of name: String) -> String? {
    if constants.contains(name) { return "a constant" }
    if Catalogue.functions[name] != nil || Elaborator.specialFunctions.contains(name) {
      return "a function"
    }
    if ["rate", "cost", "grad", "t", "rows"].contains(name) { return "a value of the session" }
    if Parser.reservedWords.contains(name) { return "a word of the language" }
    return nil
  }
}
