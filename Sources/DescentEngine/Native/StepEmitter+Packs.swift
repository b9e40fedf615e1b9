internal import DescentGraph

/// Sums over rows, several in a vector.
extension StepEmitter {
  /// How so many sums stand in vectors: few one by one.
  struct Packs {
    let count: Int
    let lanes: Int

    private static let fewest = 3

    init(_ width: Int) {
      lanes = width < Self.fewest ? 1 : StepEmitter.rowLanes
      count = (width + lanes - 1) / lanes
    }
  }

  /// The sums of the lanes of running sums.
  func packed(_ sums: [NativeValue]) -> [NativeValue] {
    let wide = body.lanes(Self.rowLanes)
    if Packs(sums.count).lanes == 1 { return sums.map { wide.sumOfLanes($0) } }
    return stride(from: 0, to: sums.count, by: Self.rowLanes).map { first in
      wide.sumsOfLanes(Array(sums[first..<min(sums.count, first + Self.rowLanes)]))
    }
  }

  /// Sums one by one, by way of memory: its reading takes no time of what computes.
  func unpacked(_ packs: [NativeValue], _ width: Int) -> [NativeValue] {
    let lanes = Packs(width).lanes
    if lanes == 1 { return packs }
    let wide = body.lanes(lanes)
    let start = layout.memory.allocatePermanent(packs.count * lanes)
    for (k, pack) in packs.enumerated() {
      let place = address("%memory", start + k * lanes, body)
      body.add("store \(wide.realType) \(wide.text(pack)), ptr \(place), align 8")
    }
    return (0..<width).map { k in
      let place = address("%memory", start + k, body)
      return NativeValue(body.assignHere("load double, ptr \(place)"), body)
    }
  }
}
