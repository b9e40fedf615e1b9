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

  /// In the order they were made.
  package private(set) var parameters: [Parameter] = []
  package private(set) var definitions: [String: Definition] = [:]
  package private(set) var functions: [String: Function] = [:]
  /// The order in which definitions and functions were made, to list them and make them anew.
  package private(set) var definedNames: [String] = []
  /// `rate`, `cost`, `t`: what a session lets be read but not set, as expressions.
  package var readable: [String: NodeID] = [:]
  /// Functions that are there without being defined, such as schedules.
  package var library: @Sendable (String) -> Function? = { _ in nil }
  package var libraryNames: [String] = []
  /// The number of the next random draw.
  package var nextDraw = 0
  /// Where each name stands among ``parameters``.
  private var parameterPlaces: [String: Int] = [:]

  package init() {}

  package func function(_ name: String) -> Function? { functions[name] ?? library(name) }

  package func parameter(_ name: String) -> Symbol? {
    parameterPlaces[name].map { parameters[$0].symbol }
  }

  /// Adds a parameter, or gives one a new symbol (as when its shape changes).
  package mutating func setParameter(_ name: String, symbol: Symbol) {
    if let place = parameterPlaces[name] {
      parameters[place].symbol = symbol
    } else {
      parameterPlaces[name] = parameters.count
      parameters.append(Parameter(name: name, symbol: symbol))
    }
  }

  package mutating func setDefinition(_ definition: Definition) {
    forget(definition.name)
    definitions[definition.name] = definition
    definedNames.append(definition.name)
  }

  /// Gives a definition its meaning after something it uses has changed.
  package mutating func update(_ name: String, to node: NodeID) { definitions[name]?.node = node }

  package mutating func setFunction(_ function: Function) {
    forget(function.name)
    functions[function.name] = function
    definedNames.append(function.name)
  }

  package mutating func removeDefinition(_ name: String) { forget(name) }

  /// Lists definitions in this order, of exactly the names that are there.
  package mutating func reorderDefinitions(_ names: [String]) {
    if Set(names) == Set(definedNames), names.count == definedNames.count { definedNames = names }
  }

  private mutating func forget(_ name: String) {
    definitions[name] = nil
    functions[name] = nil
    definedNames.removeAll { $0 == name }
  }

  /// Every name that an expression may use here, for suggestions and completion.
  package var names: [String] {
    parameters.map(\.name) + columns.map(\.name) + definedNames + readable.keys.sorted()
      + Self.constants
      + Catalogue.functions.keys.sorted() + ["diff", "grad", "length"]
  }

  package static let constants = ["e", "inf", "nan", "pi", "π"]

  /// What to say where a parameter's name is wanted and this is none.
  package func noParameter(_ name: String, at place: Diagnostic.Label) -> Diagnostic {
    let isDefined = definitions[name] != nil || functions[name] != nil
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
