internal import DescentElaboration
internal import DescentGraph
internal import DescentSource

/// A rule's body, read for any parameter of one shape: others stand in for what differs from one
/// parameter to the next.
struct RuleForm {
  struct State {
    var name: String
    var standIn: NodeID
    var start: NodeID
    var next: NodeID
  }

  /// What stands in for the parameter and for its slope.
  let parameter: NodeID
  let slope: NodeID
  /// What the body is given and does not look into.
  let given: [NodeID]
  var states: [State]
  /// The next value of the parameter.
  var next: NodeID
  /// Where the parts of these were written.
  var places = Places()
  /// Whether it holds for other parameters too: draws are each parameter's own.
  var isShared = true

  /// What it is put on.
  struct Use {
    let parameter: Symbol
    let slope: NodeID
    let states: [Symbol]
  }

  /// What the stand-ins stand for.
  func standIns(for use: Use, in graph: Graph) -> [NodeID: NodeID] {
    var values: [NodeID: NodeID] = [:]
    values.reserveCapacity(12)
    for node in given { values[node] = node }
    values[parameter] = graph.symbol(use.parameter)
    values[slope] = use.slope
    for (state, symbol) in zip(states, use.states) { values[state.standIn] = graph.symbol(symbol) }
    return values
  }
}

/// Where the parts of a step were written in its rule. Few are ever asked for, after a failure.
struct RulePlaces {
  let graph: Graph
  /// What was read, and what each was put on.
  var forms: [(form: RuleForm, uses: [RuleForm.Use])] = []

  /// **Complexity** linear in the parameters.
  func label(of node: NodeID) -> Diagnostic.Label? {
    for (form, uses) in forms {
      for use in uses {
        var values = form.standIns(for: use, in: graph)
        if let label = form.places.first(where: { graph.specialized($0, &values) == node }) {
          return label
        }
      }
    }
    return nil
  }
}
