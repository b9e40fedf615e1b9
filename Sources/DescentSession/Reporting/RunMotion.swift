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

  /// What is said of a descent that rests there.
  var verdict: String { self == .undecided ? "slope 0" : "at a \(name)" }
}

extension RunTrail {
  var motion: RunMotion {
    guard count > 1 else { return .plain }
    for point in 0..<count {
      guard cost(point).isFinite, gradientNorm(point).isFinite else { return .plain }
    }
    let last = count - 1
    if gradientNorm(last) == 0 { return .atRest(StationaryPlace(curvature: curvature)) }
    guard interval == .step, width > 0 else { return .plain }
    for k in 0..<width where !parameter(last, k).isFinite { return .plain }
    let steps = (0..<last).map { Step(self, $0) }
    let final = steps[last - 1]
    if final.isNegligible {
      // Small steps alone prove nothing: the rate may be small.
      return gradientNorm(last) <= 1e-6 * first.gradientNorm
        ? .converged : .standingStill(movement: final.length)
    }
    return geometricMotion(steps) ?? repeatingMotion(steps)
      ?? (steps.count == 1 && hasSlopeChangedSign ? .crossing : .plain)
  }

  /// How far a step moved a parameter; steps are counted from 0.
  @inline(__always)
  private func movement(_ step: Int, _ k: Int) -> Double {
    parameter(step + 1, k) - parameter(step, k)
  }

  /// One step of the run as a vector.
  private struct Step {
    let length: Double
    /// The widest spacing of numbers among the parameters that moved.
    let resolution: Double
    /// No parameter moved by more than its last bits.
    let isNegligible: Bool

    init(_ trail: RunTrail, _ number: Int) {
      length = RunSummary.Point.norm(trail.width) { trail.movement(number, $0) }
      var resolution = 0.0
      var isNegligible = true
      for k in 0..<trail.width {
        let movement = trail.movement(number, k)
        guard movement != 0 else { continue }
        let unit = trail.parameter(number + 1, k).ulp
        resolution = max(resolution, unit)
        if movement.magnitude > 4 * unit { isNegligible = false }
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

    /// - Parameters:
    ///   - aNorm: the length of `a`.
    ///   - bNorm: the length of `b`.
    @inline(__always)
    init?(
      _ count: Int, _ a: (Int) -> Double, _ aNorm: Double, _ b: (Int) -> Double, _ bNorm: Double
    ) {
      guard aNorm > 0, bNorm > 0, aNorm.isFinite, bNorm.isFinite else { return nil }
      var cosine = 0.0
      for k in 0..<count { cosine += (a(k) / aNorm) * (b(k) / bNorm) }
      let sign: Double = cosine < 0 ? -1 : 1
      factor = sign * (bNorm / aNorm)
      turn = RunSummary.Point.norm(count) { a($0) / aNorm - sign * (b($0) / bNorm) }
    }
  }

  /// How the slopes of a point come from those of the point before.
  private func slopeRatio(after point: Int) -> Ratio? {
    Ratio(
      width, { slope(point, $0) }, gradientNorm(point), { slope(point + 1, $0) },
      gradientNorm(point + 1))
  }

  /// How a step comes from the step before.
  private func movementRatio(after step: Int, _ steps: [Step]) -> Ratio? {
    Ratio(
      width, { movement(step, $0) }, steps[step].length, { movement(step + 1, $0) },
      steps[step + 1].length)
  }

  /// A constant factor from step to step and from slope to slope.
  ///
  /// On a quadratic both are 1 − rate·curvature for good. Elsewhere the factor f drifts: on w^4 it
  /// nears 1 so slowly that it looks constant, while the distance shrinks by a third of 1 − f only.
  /// What gives it away is the drift of 1 − |f|, which there takes as many steps as the distance
  /// itself. A shrinking rate gives itself away by slopes that do not follow.
  private func geometricMotion(_ steps: [Step]) -> RunMotion? {
    let last = count - 1
    guard count >= 3, let newest = slopeRatio(after: last - 1) else { return nil }
    let factor = newest.factor
    let noise = steps.suffix(3).lazy.map { 4 * $0.resolution / $0.length }.max() ?? 0
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
      let ratio =
        number == 0
        ? newest : isSlope ? slopeRatio(after: last - age) : movementRatio(after: last - age, steps)
      guard let ratio, ratio.factor.sign == factor.sign else { return nil }
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
    return factor < 0 || cost(last) > cost(0)
      ? .diverging(factor: factor) : .speedingUp(factor: factor)
  }

  private func repeatingMotion(_ steps: [Step]) -> RunMotion? {
    guard steps.count > 1, let final = steps.last else { return nil }
    /// Whether something holds for each step with the one before.
    func allPairs(_ isTrue: (_ step: Int) -> Bool) -> Bool {
      (0..<(steps.count - 1)).allSatisfy(isTrue)
    }
    let isReturning = allPairs { step in
      RunSummary.Point.norm(width) { movement(step, $0) + movement(step + 1, $0) }
        <= 1e-3 * steps[step + 1].length
    }
    if isReturning { return .bouncing }
    let isGrowing = allPairs { steps[$0].length < steps[$0 + 1].length }
    if isGrowing, costHistory.rises == steps.count { return .runningAway }
    guard steps.count > 2 else { return nil }
    let isSteady = allPairs { step in
      guard let ratio = movementRatio(after: step, steps) else { return false }
      return (ratio.factor - 1).magnitude <= 0.01 && ratio.turn <= 0.02
    }
    return isSteady ? .steady(length: final.length) : nil
  }

  private var hasSlopeChangedSign: Bool {
    guard width == 1 else { return false }
    let (before, now) = (slope(count - 2, 0), slope(count - 1, 0))
    return before.sign != now.sign && before != 0
  }
}
