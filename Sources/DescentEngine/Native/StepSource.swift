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
  /// Where each value is, by its number in the schedule.
  private let places: [Place?]

  init(
    graph: Graph, schedule: Schedule, sections: [[NodeID]], next: [Compiler.Feedback],
    places: [Place?]
  ) {
    self.graph = graph
    self.schedule = schedule
    self.sections = sections
    self.next = next
    self.places = places
  }

  /// Where an input is, or what is computed once for all steps; nil for all else.
  func keptPlace(_ number: Int) -> Place? {
    let node = schedule.numbers.nodes[number]
    let isKept =
      graph.symbol(of: node) != nil
      || schedule.section(of: number) < 2
        && graph.knownValue(node) == nil
    return isKept ? places[number] : nil
  }
}
