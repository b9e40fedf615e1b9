/// A search along a line for a point that satisfies the strong Wolfe conditions:
///
///     f(x + αp) ≤ f(x) + c₁ α f'(x)·p   and   |f'(x + αp)·p| ≤ c₂ |f'(x)·p|
///
/// Where the cost is flat to rounding, a point counts that is as low to rounding and has a shorter
/// gradient. Points outside the reals or a function's domain are too far.
///
/// **Source** Nocedal and Wright, Numerical Optimization, 2nd edition, 2006, algorithms 3.5 and 3.6;
/// the next trial by Moré and Thuente, Line search algorithms with guaranteed sufficient decrease,
/// 1994, section 4; flat costs after Hager and Zhang, A new conjugate gradient method, 2005.
struct LineSearch {
  /// c₂: how much of the slope may be left.
  var curvature: Double
  /// Any slope may be left: the first trial is as far as it goes.
  static let backtracking = LineSearch(curvature: .infinity)
  /// c₁: how much of the promised decrease is enough.
  static let sufficient = 1e-4
  private static let mostTrials = 60

  struct Trial {
    var alpha: Double
    var cost: Double
    var slope: Double
    var point: SpacePoint?
  }

  /// The point that was found, with its step; nil where none is lower.
  func search(
    from start: SpacePoint, along direction: [Double], first: Double, of function: SpaceFunction
  ) -> Trial? {
    let slope = dot(start.gradient, direction)
    guard slope < 0, first > 0, first.isFinite else { return nil }
    var run = Run(
      start: start, direction: direction, function: function, curvature: curvature,
      origin: Trial(alpha: 0, cost: start.cost, slope: slope, point: start))
    guard let found = run.bracket(first: first), let point = found.point,
      point.isProgress(from: start)
    else { return nil }
    return found
  }

  private struct Run {
    let start: SpacePoint
    let direction: [Double]
    let function: SpaceFunction
    let curvature: Double
    let origin: Trial
    var trials = 0

    /// Algorithm 3.5: goes out until an interval holds a point that will do.
    mutating func bracket(first: Double) -> Trial? {
      var before = origin
      var alpha = first
      while trials < LineSearch.mostTrials {
        let trial = self.trial(alpha)
        if isFlatEnough(trial) { return trial }
        if !isLowEnough(trial) || trials > 1 && trial.cost >= before.cost {
          return zoom(before, trial)
        }
        if trial.slope.magnitude <= -curvature * origin.slope { return trial }
        if trial.slope >= 0 { return zoom(trial, before) }
        // Where the slope would be 0 if it went on as it did, within bounds.
        let width = alpha - before.alpha
        var next = alpha + 4 * width
        if trial.slope > before.slope {
          let secant = alpha + trial.slope * width / (before.slope - trial.slope)
          next = min(next, max(alpha + 1.1 * width, secant))
        }
        guard next.isFinite, next > alpha else { return better(trial) }
        before = trial
        alpha = next
      }
      return better(before)
    }

    /// Algorithm 3.6: narrows an interval down. `low` is the lowest point so far that is low enough.
    private mutating func zoom(_ low: Trial, _ high: Trial) -> Trial? {
      var (low, high) = (low, high)
      var widths = (older: Double.infinity, last: Double.infinity)
      while trials < LineSearch.mostTrials {
        let width = high.alpha - low.alpha
        var alpha = high.cost.isFinite ? Self.minimizer(low, high) : low.alpha + 0.25 * width
        // Bisection, where two intervals on, two thirds are left.
        if width.magnitude > 0.66 * widths.older { alpha = low.alpha + 0.5 * width }
        widths = (widths.last, width.magnitude)
        if alpha == low.alpha || alpha == high.alpha { break }
        let trial = self.trial(alpha)
        if isFlatEnough(trial) { return trial }
        if !isLowEnough(trial) || trial.cost >= low.cost {
          high = trial
        } else {
          if trial.slope.magnitude <= -curvature * origin.slope { return trial }
          if trial.slope * width >= 0 { high = low }
          low = trial
        }
      }
      return better(low)
    }

    private mutating func trial(_ alpha: Double) -> Trial {
      trials += 1
      guard let point = function.point(sum(start.x, alpha, direction)) else {
        return Trial(alpha: alpha, cost: .infinity, slope: .nan, point: nil)
      }
      return Trial(
        alpha: alpha, cost: point.cost, slope: dot(point.gradient, direction), point: point)
    }

    private func isLowEnough(_ trial: Trial) -> Bool {
      trial.cost <= origin.cost + LineSearch.sufficient * trial.alpha * origin.slope
        && trial.cost < origin.cost
    }

    private func isFlatEnough(_ trial: Trial) -> Bool {
      guard let point = trial.point else { return false }
      return trial.slope.magnitude <= -curvature * origin.slope && point.isNoWorse(than: start)
    }

    private func better(_ trial: Trial) -> Trial? {
      trial.cost < origin.cost && trial.point != nil ? trial : nil
    }

    /// The minimum of the cubic through both ends' costs and slopes, a tenth of the way from them
    /// at least.
    ///
    /// **Source** Nocedal and Wright, equation 3.59.
    private static func minimizer(_ a: Trial, _ b: Trial) -> Double {
      let width = b.alpha - a.alpha
      let d1 = a.slope + b.slope - 3 * (a.cost - b.cost) / (a.alpha - b.alpha)
      let root = (d1 * d1 - a.slope * b.slope).squareRoot() * (width < 0 ? -1 : 1)
      let part = 1 - (b.slope + root - d1) / (b.slope - a.slope + 2 * root)
      guard part.isFinite else { return a.alpha + 0.5 * width }
      return a.alpha + min(0.9, max(0.1, part)) * width
    }
  }
}

extension SpacePoint {
  /// Whether it is lower by more than rounding, or as low and has a shorter gradient: what a step
  /// has to reach, so that no rule goes on for ever where the cost is flat.
  func isProgress(from other: SpacePoint) -> Bool {
    isNoWorse(than: other) || cost < other.cost && !isLevel(with: other)
  }

  /// Whether the cost is the same to rounding and the gradient is shorter.
  func isNoWorse(than other: SpacePoint) -> Bool {
    isLevel(with: other) && gradientNorm < other.gradientNorm
  }

  private func isLevel(with other: SpacePoint) -> Bool {
    (cost - other.cost).magnitude <= 4 * max(cost.magnitude, other.cost.magnitude).ulp
  }
}
