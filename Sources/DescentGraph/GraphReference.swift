/// A graph as rules and expressions hold it while they are passed about: no references are counted.
///
/// Whoever builds holds the graph, and no rule keeps an expression, so that the graph outlives every
/// reference to it.
struct GraphReference {
  private let graph: Unmanaged<Graph>

  @inline(__always)
  init(_ graph: Graph) { self.graph = .passUnretained(graph) }

  /// The graph, counted from here on.
  var counted: Graph {
    @inline(__always) get { graph.takeUnretainedValue() }
  }

  /// Reads or builds without counting: the graph is not to leave `body`.
  @inline(__always)
  func with<Result>(_ body: (Graph) -> Result) -> Result { graph._withUnsafeGuaranteedRef(body) }
}
