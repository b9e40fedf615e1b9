#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

extension RunSummary {
  func text(of motion: RunMotion) -> String {
    switch motion {
    case .atRest(let place): return atRest(place)
    case .standingStill(let movement):
      let moved =
        movement == 0
        ? "the last step did not move the point"
        : "the last step moved the point by \(brief(movement)), the limit of the numbers"
      return "standing still: \(moved), though \(slope) is \(slopeText)"
    case .converged: return "converged to the precision of the numbers: \(slope) is \(slopeText)"
    case .contracting(let factor): return contracting(factor)
    case .bouncing: return bouncing
    case .diverging(let factor): return diverging(factor)
    case .runningAway:
      return "diverging: each step is longer than the one before and raises the cost; "
        + costsOverRun
    case .speedingUp(let factor):
      return "speeding up: each step is \(factorText(factor)) times as long as the one before, and "
        + costsOverRun
    case .steady(let length):
      return "steady: each step moves the point by about \(brief(length)); \(costsOverRun)"
    case .crossing:
      let minimum = goesDownhill ? "a minimum" : "a place where the slope is 0"
      let slopes = style.texts(of: points.suffix(2).map { $0.gradient[0] })
      return "the step went past \(minimum): the slope was \(slopes[0]) and is \(slopes[1]); "
        + costsOverRun
    case .plain: return costs
    }
  }

  // MARK: Where the point is

  private func atRest(_ place: StationaryPlace) -> String {
    let hasMoved = first.parameters != points.last!.parameters || first.cost != points.last!.cost
    switch place {
    case .undecided:
      return hasMoved
        ? "\(slope) is 0 here, as at a \(place.name); \(costsOverRun)"
        : "no movement: \(slope) is 0 here, which may be a \(place.name)"
    default:
      return hasMoved
        ? "at a \(place.name): \(slope) is 0"
        : "no movement: the point is at a \(place.name), where \(slope) is 0"
    }
  }

  private var bouncing: String {
    let ends = points.suffix(2).sorted {
      ($0.parameters.first ?? 0) > ($1.parameters.first ?? 0)
    }
    // Beside the run's first ones, whose last bits they carry.
    let costs = style.texts(of: [first.cost] + ends.map(\.cost)).suffix(2)
    let (a, b) = (ends[0].cost, ends[1].cost)
    let isSame = (a - b).magnitude <= 1e-9 * max(a.magnitude, b.magnitude)
    let common = "bouncing: the point jumps between two places"
    guard hasOneParameter else {
      return isSame
        ? "\(common) at the same cost (\(costs.last!))"
        : "\(common) with costs \(costs.joined(separator: " and "))"
    }
    let places = style.texts(of: (first.parameters + ends.flatMap(\.parameters))).suffix(2)
    if isSame { return "\(common) at the same cost (\(places.joined(separator: " and ")))" }
    let pairs = zip(places, costs).map { "\($0) (cost \($1))" }
    return "\(common), \(pairs.joined(separator: " and "))"
  }

  // MARK: Distances

  private func contracting(_ factor: Double) -> String {
    let part = "each step leaves \(factorText(factor)) of the distance"
    if factor < 0 {
      let evidence = hasOneParameter ? "the slope changes sign" : "the point changes sides"
      return "oscillating: \(evidence) each step, and \(part) \(goal)"
    }
    guard factor >= Self.crawlingFactor else { return "converging: \(part) \(goal)" }
    let halving = Self.twoDigits(log(0.5) / log(factor))
    return "crawling: \(part) \(goal); about \(halving) more steps would halve it"
  }

  private func diverging(_ factor: Double) -> String {
    let size = factorText(factor)
    if !isHeadingForMinimum {
      let turning = factor < 0 ? "turns back and " : ""
      return "diverging: each step \(turning)is \(size) times as long as the one before"
    }
    return factor < 0
      ? "diverging: each step lands on the other side, \(size) times as far from the minimum"
      : "diverging: each step multiplies the distance to the minimum by \(size)"
  }

  private var hasOneParameter: Bool { points.last!.parameters.count == 1 }
  private var goal: String {
    isHeadingForMinimum ? "to the minimum" : "to the point it is heading for"
  }

  /// Whether the place where the slope would be 0 is a minimum: the slope grows with the one
  /// parameter, or the cost curves up everywhere around.
  private var isHeadingForMinimum: Bool {
    if let curvature { return curvature.lowerBound > 0 }
    guard hasOneParameter, points.count > 1 else { return false }
    let (a, b) = (points[points.count - 2], points[points.count - 1])
    guard let slopeBefore = a.gradient.first, let slopeNow = b.gradient.first else { return false }
    let (rise, run) = (slopeNow - slopeBefore, b.parameters[0] - a.parameters[0])
    return rise != 0 && run != 0 && rise.sign == run.sign
  }

  /// Whether the last step, in one parameter, went against the slope.
  private var goesDownhill: Bool {
    let (a, b) = (points[points.count - 2], points[points.count - 1])
    return (b.parameters[0] - a.parameters[0]).sign != a.gradient[0].sign
  }

  // MARK: Costs

  private var costsOverRun: String { costsOverRun(of: "the cost") }

  private func costsOverRun(of cost: String) -> String {
    let (start, end) = (first.cost, points.last!.cost)
    let texts = style.texts(of: [start, end])
    if start == end { return "\(cost) is \(texts[1]), as at the start" }
    return "\(cost) \(end < start ? "fell" : "rose") from \(texts[0]) to \(texts[1])"
  }

  private var costs: String {
    let history = costHistory
    if history.isSettled, history.steps > 1 {
      return history.atStart == history.atEnd
        ? "the cost stayed at \(style.text(of: history.atEnd))"
        : "\(costsOverRun) and no longer changes"
    }
    if history.rises > 0, history.steps > 1 {
      let count = history.rises == history.steps ? "each" : String(history.rises)
      return
        "the cost rose in \(count) of the last \(history.steps) \(interval.plural); over the run "
        + costsOverRun(of: "it")
    }
    guard history.steps > 1 else { return costsOverRun }
    let fall = points[points.count - 2].cost - points.last!.cost
    return fall > 0 ? "\(costsOverRun), by \(brief(fall)) in the last \(interval)" : costsOverRun
  }

  // MARK: Numbers

  private var slope: String { hasOneParameter ? "the slope" : "the gradient" }

  private var slopeText: String {
    let last = points.last!
    guard hasOneParameter, let slope = last.gradient.first else {
      return "\(brief(last.gradientNorm)) long"
    }
    return brief(slope)
  }

  private func brief(_ value: Double) -> String {
    let style = NumberStyle(significantDigits: 3)
    return style.text(of: Double(style.text(of: value)) ?? value)
  }

  /// The size of a factor, in as many digits as its distance from 1 needs: `0.8`, `0.998`, and
  /// `about 0.934` where there would be more.
  private func factorText(_ factor: Double) -> String {
    let size = factor.magnitude
    var gap = (1 - size).magnitude
    var decimals = 3
    while gap < 0.01, decimals < 12 {
      gap *= 10
      decimals += 1
    }
    let wholeDigits = size < 1 ? 0 : size < 10 ? 1 : size < 100 ? 2 : 3
    let style = NumberStyle(significantDigits: min(decimals + wholeDigits, 15))
    let text = style.text(of: size)
    guard let rounded = Double(text) else { return text }
    let isClose = (rounded - size).magnitude <= 1e-9 * (1 - size).magnitude
    return (isClose ? "" : "about ") + style.text(of: rounded)
  }

  /// A whole number of which two digits count.
  private static func twoDigits(_ value: Double) -> String {
    var (digits, zeros) = (value, 0)
    while digits >= 99.5 {
      digits /= 10
      zeros += 1
    }
    return String(Int(digits.rounded())) + String(repeating: "0", count: zeros)
  }
}
