import DescentSession
import Testing

/// Plain gradient descent on a cost with a known gradient.
private struct Descent: Sendable {
  var cost: @Sendable ([Double]) -> Double
  var gradient: @Sendable ([Double]) -> [Double]

  /// (w − goal)²
  static func parabola(_ goal: Double) -> Descent {
    Descent(cost: { ($0[0] - goal) * ($0[0] - goal) }, gradient: { [2 * ($0[0] - goal)] })
  }

  static let rosenbrock = Descent(
    cost: {
      let (a, b) = (1 - $0[0], $0[1] - $0[0] * $0[0])
      return a * a + 100 * b * b
    },
    gradient: {
      let b = $0[1] - $0[0] * $0[0]
      return [-2 * (1 - $0[0]) - 400 * b * $0[0], 200 * b]
    })

  static let quartic = Descent(
    cost: {
      $0[0] * $0[0] * $0[0] * $0[0]
    },
    gradient: {
      [4 * $0[0] * $0[0] * $0[0]]
    })

  func run(
    from start: [Double], steps: Int, after skipped: Int = 0, curvature: ClosedRange<Double>? = nil,
    rate: (Int) -> Double
  ) -> RunSummary {
    var w = start
    var points: [RunSummary.Point] = []
    for step in 0...(skipped + steps) {
      let slope = gradient(w)
      points.append(.init(step: step, cost: cost(w), parameters: w, gradient: slope))
      for place in w.indices { w[place] -= rate(step) * slope[place] }
    }
    return RunSummary(
      first: points[skipped],
      points: Array(points[skipped...].suffix(RunSummary.pointCount)), curvature: curvature)
  }

  func line(_ start: Double..., rate: Double, steps: Int) -> String? {
    run(from: start, steps: steps) { _ in rate }.line
  }
}

struct `A run's closing line` {
  @Test(arguments: [2, 3, 50])
  func `states the part of the distance that each step leaves`(steps: Int) {
    let lesson = Descent(cost: { $0[0] * $0[0] + 3 * $0[0] }, gradient: { [2 * $0[0] + 3] })
    #expect(
      lesson.line(10, rate: 0.1, steps: steps)
        == "converging: each step leaves 0.8 of the distance to the minimum")
    #expect(
      Descent.parabola(3).line(-5, rate: 0.9, steps: steps)
        == "oscillating: the slope changes sign each step, and each step leaves 0.8 of the "
        + "distance to the minimum")
    #expect(
      Descent.parabola(3).line(-5, rate: 0.001, steps: steps)
        == "crawling: each step leaves 0.998 of the distance to the minimum; about 350 more "
        + "steps would halve it")
  }

  @Test(arguments: [2, 3, 50])
  func `says where the point jumps and how far it flies`(steps: Int) {
    #expect(
      Descent.parabola(0).line(10, rate: 1, steps: steps)
        == "bouncing: the point jumps between two places at the same cost (10 and -10)")
    #expect(
      Descent.parabola(0).line(5, rate: 2, steps: steps)
        == "diverging: each step lands on the other side, 3 times as far from the minimum")
    #expect(
      Descent.parabola(3).line(-5, rate: 1.1, steps: steps)
        == "diverging: each step lands on the other side, 1.2 times as far from the minimum")
    #expect(
      Descent.parabola(0).line(5, rate: -0.1, steps: steps)
        == "diverging: each step multiplies the distance to the minimum by 1.2")
  }

  /// Rates and verdicts on parabolas of curvature 2, where the factor is 1 − 2·rate.
  @Test(arguments: [
    (0.0001, "crawling"), (0.001, "crawling"), (0.01, "converging"), (0.1, "converging"),
    (0.3, "converging"), (0.45, "converging"), (0.6, "oscillating"), (0.9, "oscillating"),
    (0.95, "oscillating"), (0.999, "oscillating"), (1.0, "bouncing"), (1.001, "diverging"),
    (1.05, "diverging"), (1.1, "diverging"), (1.5, "diverging"), (2.0, "diverging"),
  ])
  func `has a verdict for each rate on a parabola`(rate: Double, verdict: String) {
    for (goal, start) in [(0.0, 10.0), (0, 5), (2, 6), (3, -5), (-1.5, 0)] {
      let summary = Descent.parabola(goal).run(from: [start], steps: 10) { _ in rate }
      #expect(summary.verdict == verdict)
    }
  }

  @Test func `after one step tells what that step did`() {
    #expect(Descent.parabola(0).line(5, rate: 0.1, steps: 1) == "the cost fell from 25 to 16")
    #expect(
      Descent.parabola(0).line(5, rate: 2, steps: 1)
        == "the step went past a minimum: the slope was 10 and is -30; the cost rose from 25 to 225"
    )
    #expect(
      Descent.parabola(0).line(10, rate: 1, steps: 1)
        == "the step went past a minimum: the slope was 20 and is -20; "
        + "the cost is 100, as at the start")
  }

  @Test func `is missing where no step was taken`() {
    let summary = Descent.parabola(0).run(from: [5], steps: 0) { _ in 0.1 }
    #expect(summary.line == nil && summary.verdict == nil)
  }

  @Test func `calls a place a minimum only where the curvature says so`() {
    #expect(
      Descent.parabola(0).line(10, rate: 0.5, steps: 1)
        == "the slope is 0 here, as at a minimum, a maximum or a saddle; the cost fell from 100 to 0"
    )
    let known = Descent.parabola(0).run(from: [10], steps: 5, curvature: 2...2) { _ in 0.5 }
    #expect(known.line == "at a minimum: the slope is 0")
    #expect(known.verdict == "at a minimum")
    let cubic = Descent(cost: { $0[0] * $0[0] * $0[0] }, gradient: { [3 * $0[0] * $0[0]] })
    #expect(
      cubic.line(0, rate: 0.1, steps: 3)
        == "no movement: the slope is 0 here, which may be a minimum, a maximum or a saddle")
    let saddle = Descent(
      cost: { $0[0] * $0[0] - $0[1] * $0[1] }, gradient: { [2 * $0[0], -2 * $0[1]] })
    #expect(
      saddle.run(from: [0, 0], steps: 3, curvature: -2...2) { _ in 0.1 }.line
        == "no movement: the point is at a saddle, where the gradient is 0")
  }

  @Test func `knows the end of the numbers from a rate that is too small`() {
    let lesson = Descent(cost: { $0[0] * $0[0] + 3 * $0[0] }, gradient: { [2 * $0[0] + 3] })
    #expect(
      lesson.line(10, rate: 0.1, steps: 400)
        == "converged to the precision of the numbers: the slope is 8.88e-16")
    #expect(
      Descent.parabola(3).line(-5, rate: 1e-18, steps: 5)
        == "standing still: the last step did not move the point, though the slope is -16")
    #expect(
      lesson.run(from: [10], steps: 5, after: 400) { _ in 0.1 }.line
        == "standing still: the last step did not move the point, though the slope is 8.88e-16")
  }

  @Test(arguments: [3, 10, 100, 1_000, 10_000, 100_000])
  func `claims no factor where the distance shrinks ever more slowly`(steps: Int) throws {
    let line = try #require(Descent.quartic.line(1, rate: 0.05, steps: steps))
    #expect(line.contains("the cost fell from 1 to "))
    #expect(!line.contains("distance"))
  }

  @Test(arguments: [5, 50, 300])
  func `is not taken in by a rate that shrinks`(steps: Int) throws {
    let summary = Descent.parabola(0).run(from: [10], steps: steps) { step in
      (0..<step).reduce(0.1) { rate, _ in rate * 0.95 }
    }
    let line = try #require(summary.line)
    #expect(line.hasPrefix("the cost fell from 100 to "))
  }

  @Test func `tells of a valley what its steps show`() {
    #expect(
      Descent.rosenbrock.line(-1.2, 1, rate: 0.001, steps: 1_000)
        == "steady: each step moves the point by about 0.00113; the cost fell from 24.2 to 0.453529"
    )
    // The Hessian's least eigenvalue at (1, 1) is 0.39936, so the limit is 1 − 0.00039936.
    #expect(
      Descent.rosenbrock.line(-1.2, 1, rate: 0.001, steps: 20_000)
        == "crawling: each step leaves about 0.9996 of the distance to the point it is heading "
        + "for; about 1700 more steps would halve it")
  }

  @Test func `speaks of several parameters together`() {
    let bowl = Descent(
      cost: { $0[0] * $0[0] + $0[1] * $0[1] }, gradient: { [2 * $0[0], 2 * $0[1]] })
    #expect(
      bowl.line(3, 4, rate: 0.1, steps: 4)
        == "converging: each step leaves 0.8 of the distance to the point it is heading for")
    #expect(
      bowl.run(from: [3, 4], steps: 4, curvature: 2...2) { _ in 0.1 }.line
        == "converging: each step leaves 0.8 of the distance to the minimum")
    #expect(
      bowl.line(3, 4, rate: 1.1, steps: 4)
        == "diverging: each step turns back and is 1.2 times as long as the one before")
    let trough = Descent(
      cost: {
        $0[0] * $0[0] + 25 * $0[1] * $0[1]
      },
      gradient: {
        [2 * $0[0], 50 * $0[1]]
      })
    #expect(trough.line(5, 1, rate: 0.04, steps: 5)?.hasPrefix("the cost fell from 50 to ") == true)
    #expect(
      trough.line(5, 1, rate: 0.04, steps: 200)
        == "bouncing: the point jumps between two places at the same cost (25)")
    #expect(trough.run(from: [5, 1e-6], steps: 100) { _ in 0.05 }.verdict == "diverging")
  }

  @Test func `tells a kink's two places and their costs`() {
    let kink = Descent(cost: { abs($0[0]) }, gradient: { [$0[0] > 0 ? 1 : -1] })
    #expect(
      kink.line(1.05, rate: 0.1, steps: 20)
        == "bouncing: the point jumps between two places at the same cost (0.05 and -0.05)")
    #expect(
      kink.line(1.03, rate: 0.1, steps: 20)
        == "bouncing: the point jumps between two places, 0.03 (cost 0.03) and -0.07 (cost 0.07)")
  }

  @Test func `tells of ever longer steps`() {
    #expect(
      Descent.quartic.line(2, rate: 0.2, steps: 2)
        == "diverging: each step is longer than the one before and raises the cost; "
        + "the cost rose from 16 to 1.65137e7")
    let hill = Descent(cost: { -$0[0] * $0[0] }, gradient: { [-2 * $0[0]] })
    #expect(
      hill.line(1, rate: 0.1, steps: 5)
        == "speeding up: each step is 1.2 times as long as the one before, and "
        + "the cost fell from -1 to -6.19174")
  }

  @Test func `counts the steps that raised the cost`() {
    func summary(_ costs: [Double]) -> RunSummary {
      let points = costs.enumerated().map {
        RunSummary.Point(step: $0.offset, cost: $0.element, gradientNorm: 1)
      }
      return RunSummary(first: points[0], points: points)
    }
    #expect(
      summary([9, 1, 2, 3, 2.5, 4, 5]).line
        == "the cost rose in 4 of the last 5 steps; over the run it fell from 9 to 5")
    #expect(
      summary([1, 2, 3]).line
        == "the cost rose in each of the last 2 steps; over the run it rose from 1 to 3")
    #expect(summary([3, 2, 1.5]).line == "the cost fell from 3 to 1.5, by 0.5 in the last step")
    #expect(summary([3, 3, 3]).line == "the cost stayed at 3")
    #expect(
      summary([9, 3, 3, 3, 3, 3, 3]).line == "the cost fell from 9 to 3 and no longer changes")
    #expect(
      summary([3, 3 - 1e-8]).line == "the cost fell from 3 to 2.99999999")
    #expect(summary([9, .nan, .infinity]).line != nil)
  }

  @Test func `knows a gradient of 0 where the parameters are too many to keep`() {
    let points = [(4.0, 1.0), (2, 0)].enumerated().map {
      RunSummary.Point(step: $0.offset, cost: $0.element.0, gradientNorm: $0.element.1)
    }
    #expect(
      RunSummary(first: points[0], points: points).line
        == "the gradient is 0 here, as at a minimum, a maximum or a saddle; "
        + "the cost fell from 4 to 2")
  }
}
