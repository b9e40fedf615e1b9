/// What the last points of a run show.
enum RunMotion: Equatable {
  /// The slope is 0.
  case atRest(StationaryPlace)
  /// The last step changed nothing, or next to nothing, though there is a slope.
  case standingStill(movement: Double)
  /// As near to where the slope is 0 as numbers come.
  case converged
  /// Each step leaves this part of the distance: negative where it changes sides.
  case contracting(factor: Double)
  case bouncing
  /// Each step multiplies the distance by this: negative where it changes sides.
  case diverging(factor: Double)
  /// Each step is longer and costs more than the one before, by no constant factor.
  case runningAway
  /// Each step is this many times as long as the one before and the cost falls.
  case speedingUp(factor: Double)
  /// All steps are about this long, one way.
  case steady(length: Double)
  /// One step, in one parameter, past a place where the slope is 0.
  case crossing
  /// Nothing but the costs.
  case plain
}

enum StationaryPlace: Equatable {
  case minimum, maximum, saddle, undecided

  init(curvature: ClosedRange<Double>?) {
    self =
      switch curvature {
      case let range? where range.lowerBound > 0: .minimum
      case let range? where range.upperBound < 0: .maximum
      case let range? where range.lowerBound < 0 && range.upperBound > 0: .saddle
      default: .undecided
      }
  }

  var name: String {
    switch self {
    case .minimum: "minimum"
    case .maximum: "maximum"
    case .saddle: "saddle"
    case .undecided: "minimum, a maximum or a saddle"
    }
  }
}

extension RunSummary {
  var motion: RunMotion {
    guard let last = points.last, points.count > 1 else { return .plain }
    guard points.allSatisfy({ $0.cost.isFinite && $0.gradientNorm.isFinite }) else {
      return .plain
    }
    if last.gradientNorm == 0 { return .atRest(StationaryPlace(curvature: curvature)) }
    guard interval == .step else { return .plain }
    guard !last.parameters.isEmpty, last.parameters.allSatisfy(\.isFinite) else { return .plain }
    let steps = zip(points.dropFirst(), points).map { Step(to: $0, from: $1) }
    guard let final = steps.last else { return .plain }
    if final.isNegligible {
      // Small steps alone prove nothing: the rate may be small.
      return last.gradientNorm <= 1e-6 * first.gradientNorm
        ? .converged : .standingStill(movement: final.length)
    }
    return geometricMotion(steps) ?? repeatingMotion(steps)
      ?? (steps.count == 1 && hasSlopeChangedSign ? .crossing : .plain)
  }

  /// One step of the run as a vector.
  private struct Step {
    let vector: [Double]
    let length: Double
    /// The widest spacing of numbers among the parameters that moved.
    let resolution: Double
    /// No parameter moved by more than its last bits.
    let isNegligible: Bool

    init(to point: Point, from previous: Point) {
      vector = zip(point.parameters, previous.parameters).map { $0 - $1 }
      length = Point.norm(vector)
      var resolution = 0.0
      var isNegligible = true
      for (movement, parameter) in zip(vector, point.parameters) where movement != 0 {
        resolution = max(resolution, parameter.ulp)
        if movement.magnitude > 4 * parameter.ulp { isNegligible = false }
      }
      self.resolution = resolution
      self.isNegligible = isNegligible
    }
  }

  /// How one vector comes from the vector before it: by what factor, and by how much of a turn.
  private struct Ratio {
    let factor: Double
    /// In radians, about, away from the line of the vector before.
    let turn: Double

    init?(_ a: [Double], _ b: [Double]) {
      let (aNorm, bNorm) = (Point.norm(a), Point.norm(b))
      guard aNorm > 0, bNorm > 0, aNorm.isFinite, bNorm.isFinite, a.count == b.count else {
        return nil
      }
      var cosine = 0.0
      for k in a.indices { cosine += (a[k] / aNorm) * (b[k] / bNorm) }
      let sign: Double = cosine < 0 ? -1 : 1
      factor = sign * (bNorm / aNorm)
      turn = Point.norm(a.count) { a[$0] / aNorm - sign * (b[$0] / bNorm) }
    }
  }

  /// A constant factor from step to step and from slope to slope.
  ///
  /// On a quadratic both are 1 − rate·curvature for good. Elsewhere the factor f drifts: on w^4 it
  /// nears 1 so slowly that it looks constant, while the distance shrinks by a third of 1 − f only.
  /// What gives it away is the drift of 1 − |f|, which there takes as many steps as the distance
  /// itself. A shrinking rate gives itself away by slopes that do not follow.
  private func geometricMotion(_ steps: [Step]) -> RunMotion? {
    let last = points.count - 1
    /// How a slope, or a step, comes from the one before, by how many steps ago.
    func slopes(_ age: Int) -> Ratio? {
      Ratio(points[last - age].gradient, points[last - age + 1].gradient)
    }
    func movements(_ age: Int) -> Ratio? {
      Ratio(steps[steps.count - age].vector, steps[steps.count - age + 1].vector)
    }
    guard points.count >= 3, steps.count >= 2, let newest = slopes(1) else { return nil }
    let factor = newest.factor
    let noise = steps.suffix(3).map { 4 * $0.resolution / $0.length }.max() ?? 0
    let gap = (1 - factor.magnitude).magnitude
    let isBouncing = gap <= 1e-9 + noise
    // How much the factor may change in a step: a twentieth of the gap while the gap counts.
    let drift = 0.05 * gap * min(gap, 1)
    guard noise <= (isBouncing ? 1e-3 : 4 * drift) else { return nil }
    // Slopes end at the last point, steps one slope earlier.
    let (slopeCount, movementCount) = (min(3, last), min(2, steps.count - 1))
    for number in 0..<(slopeCount + movementCount) {
      let isSlope = number < slopeCount
      let age = isSlope ? number + 1 : number - slopeCount + 2
      guard let ratio = number == 0 ? newest : isSlope ? slopes(age) : movements(age),
        ratio.factor.sign == factor.sign
      else { return nil }
      let difference = (ratio.factor - factor).magnitude
      if isBouncing {
        guard difference <= 2 * (1e-9 + noise), ratio.turn <= 1e-6 else { return nil }
      } else {
        guard difference <= Double(age) * drift + noise,
          difference <= 0.02 * factor.magnitude + noise,
          ratio.turn <= min(0.1 * gap, 0.02) + noise
        else { return nil }
      }
    }
    if isBouncing { return factor < 0 ? .bouncing : nil }
    if factor.magnitude < 1 { return .contracting(factor: factor) }
    return factor < 0 || points.last!.cost > points[0].cost
      ? .diverging(factor: factor) : .speedingUp(factor: factor)
  }

  private func repeatingMotion(_ steps: [Step]) -> RunMotion? {
    guard steps.count > 1, let final = steps.last else { return nil }
    let isReturning = zip(steps, steps.dropFirst()).allSatisfy { a, b in
      Point.norm(min(a.vector.count, b.vector.count)) { a.vector[$0] + b.vector[$0] } <= 1e-3
        * b.length
    }
    if isReturning { return .bouncing }
    let isGrowing = zip(steps, steps.dropFirst()).allSatisfy { $0.length < $1.length }
    if isGrowing, costHistory.rises == steps.count { return .runningAway }
    guard steps.count > 2 else { return nil }
    let isSteady = zip(steps, steps.dropFirst()).allSatisfy { a, b in
      guard let ratio = Ratio(a.vector, b.vector) else { return false }
      return (ratio.factor - 1).magnitude <= 0.01 && ratio.turn <= 0.02
    }
    return isSteady ? .steady(length: final.length) : nil
  }

  private var hasSlopeChangedSign: Bool {
    let slopes = points.suffix(2).map(\.gradient)
    guard slopes.allSatisfy({ $0.count == 1 }) else { return false }
    return slopes[0][0].sign != slopes[1][0].sign && slopes[0][0] != 0
  }
}
