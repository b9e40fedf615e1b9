internal import DescentGraph

/// Where the numbers of many descents of one program stand: each number of one descent beside the
/// same number of the others.
package struct LaneLayout: Sendable {
  /// The lanes of a vector, and how many vectors there are at most.
  static let width = 8
  static let mostVectors = 6
  /// How many lanes it takes for so many descents at most: what a program for them is made for.
  package static func lanes(for count: Int) -> Int {
    min(mostVectors, (count + width - 1) / width) * width
  }

  var vectors: Int
  /// How many descents there are.
  package var lanes: Int { vectors * Self.width }
  /// The numbers of a state.
  package let stateCount: Int
  /// The numbers of each fixed input.
  package let fixedCounts: [Int]
  /// What is observed: numbers, all in one.
  package let outputCount: Int

  // Places in doubles.
  /// 1 where the descent goes on, else 0.
  var active: Int { stateCount * lanes }
  /// The steps taken.
  var taken: Int { active + lanes }
  /// ``LaneMachine/Outcome`` by number.
  var outcome: Int { taken + lanes }
  /// The steps taken where the descent goes on: one number for all.
  var time: Int { outcome + lanes }
  /// The steps that were taken since anything was met, in descents before these as well: a whole
  /// number of 64 bits.
  var calm: Int { time + 1 }
  private var firstFixed: Int { time + 8 }
  func fixed(_ input: Int) -> Int {
    firstFixed + fixedCounts[..<input].reduce(0, +) * lanes
  }
  var outputs: Int { firstFixed + fixedCounts.reduce(0, +) * lanes }
  var size: Int { outputs + outputCount * lanes }
}
