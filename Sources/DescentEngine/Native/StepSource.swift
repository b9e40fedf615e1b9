internal import DescentGraph

/// What a program of steps was compiled from.
///
/// unsafe: a graph only grows, and everything else is set before this is shared.
final class StepSource: @unchecked Sendable {
  let graph: Graph
  let schedule: Schedule
  /// What each section computes.
  let sections: [[NodeID]]
  /// What is fed back, and the next value of each.
  let next: [Compiler.Feedback]
  /// Where inputs are, and what is computed once for all steps.
  let places: [Int: Place]

  init(
    graph: Graph, schedule: Schedule, sections: [[NodeID]], next: [Compiler.Feedback],
    places: [Int: Place]
  ) {
    self.graph = graph
    self.schedule = schedule
    self.sections = sections
    self.next = next
    self.places = places
  }
}
