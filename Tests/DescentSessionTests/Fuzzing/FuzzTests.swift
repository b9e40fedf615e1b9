import DescentElaboration
import DescentEngine
import DescentGraph
import DescentSession
import DescentSource
import DescentSyntax
import Testing

/// Random input: what comes out is not judged here, only that nothing crashes or hangs, and that
/// what has to be equal is.
@Suite(.serialized)
struct `Fuzz` {
  private static let programs = ProgramGenerator()

  @Test func `any bytes are read or refused`() {
    FuzzRun(name: "bytes", share: 0.2).cases { random, _ in
      let bytes = Self.programs.bytes(&random)
      FuzzWatch.begin(bytes)
      guard let source = try? SourceText(name: "fuzz", bytes: bytes) else { return }
      for origin in [Script.Origin.file, .typed] {
        for diagnostic in Script(source, origin: origin).failures { render(diagnostic) }
      }
      let text = source.text(in: SourceRange(0, bytes.count))
      _ = Script.needsMoreInput(text)
    }
  }

  @Test func `any program runs or is refused, and what fails changes nothing`() throws {
    try FuzzRun(name: "programs", share: 0.4).cases { random, _ in
      let program = Self.programs.program(&random)
      FuzzWatch.begin(program)
      let interrupt = FuzzRun.now() + 0.25
      var emitted = 0
      let environment = Environment(
        emit: { output in
          emitted += 1
          render(output)
        },
        isInterrupted: { FuzzRun.now() > interrupt },
        read: { path in
          path == "again" ? .success(Array(program.utf8)) : .failure(FileProblem("no such file"))
        })
      var session = Session()
      session.checksOnly = random.once(in: 10)
      session.givenInputs = ["k": "w + 1", "m": "3 4"]
      let script = Script(
        SourceText(name: "fuzz", text: program), origin: random.once(in: 2) ? .file : .typed)
      for item in script.items {
        switch item {
        case .failure(let diagnostic): render(diagnostic)
        case .statement(let statement):
          let before = Snapshot(session)
          var failed = false
          do throws(Diagnostic) {
            if try session.run(statement, environment) == .quit { return }
          } catch {
            render(error)
            failed = true
          }
          if failed {
            if !type(of: statement.command).keepsWhatWasDone {
              try #require(Snapshot(session) == before, "changed by what failed: \(program)")
            }
          }
          for (_, values) in session.values {
            let isFinite = values.allSatisfy(\.isFinite)
            try #require(isFinite, "a parameter is not finite: \(program)")
          }
          if FuzzRun.now() > interrupt { return }
        }
      }
    }
  }

  @Test func `what is printed reads back as the same node, gradients too`() throws {
    // Each occurrence of a random number is one of its own, so those do not read back as themselves.
    let expressions = ExpressionGenerator { name in
      !Catalogue.functions[name, default: []].contains { $0 is any RandomPrimitive.Type }
    }
    var read = 0
    try FuzzRun(name: "round trip", share: 0.25).cases { random, _ in
      let text = expressions.expression(
        random.pick(ExpressionGenerator.Kind.allCases), depth: 1 + random.below(5), &random)
      FuzzWatch.begin(text)
      let session = fuzzSession()
      guard let node = try? elaborated(text, in: session) else { return }
      read += 1
      var nodes = [node]
      if session.graph.shape(node).isScalar {
        nodes += session.graph.gradient(
          of: node, withRespectTo: session.scope.parameters.map(\.symbol))
      }
      for node in nodes {
        let printed = Typesetter(session.graph, limit: 50_000).text(node)
        if printed.hasSuffix(" …") { continue }
        do {
          let again = try elaborated(printed, in: session)
          try #require(
            again == node,
            "\(text)\nis printed as\n\(printed)\nwhich reads back as\n\(Typesetter(session.graph).text(again))"
          )
        } catch let error as Diagnostic {
          Issue.record("\(text)\nis printed as\n\(printed)\n\(render(error))")
          return
        }
      }
    }
    #expect(read > 0)
  }

  @Test func `slopes agree with differences, and printed ones to the bit`() throws {
    let smooth: Set<String> = [
      "sin", "cos", "atan", "tanh", "asinh", "sinh", "cosh", "exp", "expm1", "sigmoid", "softplus",
      "gelu", "swish", "erf", "erfc", "log1p", "sum", "mean", "dot", "norm", "hypot", "logsumexp",
      "softmax", "logsoftmax", "var", "std", "prod", "cumsum", "sqrt", "log", "gamma", "lgamma",
      "atan2",
      "cbrt", "tan", "elu",
    ]
    let expressions = ExpressionGenerator { smooth.contains($0) }
    var compared = 0
    try FuzzRun(name: "slopes", share: 0.15).cases { random, _ in
      let text = expressions.expression(
        .scalar, depth: 1 + random.below(4), &random, isSmooth: true)
      FuzzWatch.begin(text)
      let session = fuzzSession()
      guard let node = try? elaborated(text, in: session) else { return }
      let symbols = session.scope.parameters.map(\.symbol)
      let slopes = session.graph.gradient(of: node, withRespectTo: symbols)
      // Another session builds another graph.
      let other = fuzzSession()
      for (symbol, slope) in zip(symbols, slopes) {
        let exact = session.evaluate([slope])[0]
        for (place, value) in exact.enumerated() where value.isFinite {
          guard let (estimate, error) = difference(of: node, by: symbol, place, session) else {
            continue
          }
          compared += 1
          try #require(
            abs(value - estimate) <= 1e-4 * max(1, abs(value)) + 10 * error,
            "\(text): the slope by \(session.graph.name(symbol))[\(place + 1)] is \(value), differences give \(estimate) ± \(error)"
          )
        }
        let printed = Typesetter(session.graph, limit: 50_000).text(slope)
        if printed.hasSuffix(" …") { continue }
        guard let again = try? elaborated(printed, in: other) else { continue }
        let bits = other.evaluate([again])[0].map(\.bitPattern)
        let isEqual = bits == exact.map(\.bitPattern) || exact.contains(where: \.isNaN)
        try #require(
          isEqual,
          "\(text): the slope \(printed) has another value when it is read back: \(other.evaluate([again])[0]), not \(exact)"
        )
      }
    }
    #expect(compared > 0)
  }

  // MARK: -

  /// A central difference with one step of Richardson's extrapolation, and how far it may be off;
  /// nil where the expression is too steep or rough to tell.
  private func difference(
    of node: NodeID, by symbol: Symbol, _ place: Int, _ session: Session
  ) -> (Double, Double)? {
    func central(_ h: Double) -> (Double, Double) {
      var values = session.environmentValues
      var sides: [Double] = []
      for offset in [h, -h] {
        values[symbol] = session.values[symbol]
        values[symbol]?[place] += offset
        sides.append(session.graph.evaluate([node], at: values)[0][0])
      }
      return ((sides[0] - sides[1]) / (2 * h), max(abs(sides[0]), abs(sides[1])) * 4e-16 / h)
    }
    let (wide, narrow, narrower) = (central(1e-3), central(5e-4), central(2.5e-4))
    let first = (4 * narrow.0 - wide.0) / 3
    let second = (4 * narrower.0 - narrow.0) / 3
    let error = abs(second - first) + narrower.1
    guard second.isFinite, error < 0.01 * max(1, abs(second)) else { return nil }
    return (second, error)
  }
}

/// What a command that fails must not change.
private struct Snapshot: Equatable {
  private let values: SymbolValues
  private let start: SymbolValues
  private let names: [String]
  private let readable: [String: NodeID]
  private let step: Int
  private let cost: NodeID?
  private let precision: Int

  init(_ session: Session) {
    values = session.values
    start = session.start
    names = session.scope.parameters.map(\.name) + session.scope.definedNames
    readable = session.scope.readable
    step = session.descent.step
    cost = session.cost?.node
    precision = session.settings.precision
  }
}

@discardableResult
private func render(_ diagnostic: Diagnostic) -> String {
  DiagnosticRenderer().render(diagnostic, color: .never)
}

private func render(_ output: Output) {
  guard case .table(let table, _) = output else { return }
  _ = table.text(style: NumberStyle(significantDigits: 6), displayWidth: { $0.count })
  _ = table.csv()
  _ = table.json
}
