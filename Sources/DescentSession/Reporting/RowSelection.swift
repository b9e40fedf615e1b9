/// Which steps of a run become rows of its table.
package struct RowSelection: Equatable, Sendable {
  package let first: Int
  package let last: Int
  package let stride: Int
  /// Where the strides are counted from.
  private let origin: Int

  /// The first step, every multiple of `interval` after it, and the last.
  package init(from first: Int, to last: Int, every interval: Int) {
    precondition(first <= last && interval > 0, "a run goes forward")
    self.first = first
    self.last = last
    stride = interval
    origin = 0
  }

  /// Every step of a run of up to `intervals` steps. A longer one is thinned to even strides of
  /// 1, 2 or 5 times a power of ten from its first step on; the last step is always there.
  package init(from first: Int, to last: Int, intervals: Int = 19) {
    precondition(first <= last && intervals > 0, "a run goes forward")
    self.first = first
    self.last = last
    stride = Self.roundStride(dividing: last - first, into: intervals)
    origin = first
  }

  package func contains(_ step: Int) -> Bool {
    guard first <= step, step <= last else { return false }
    return step == first || step == last || (step - origin).isMultiple(of: stride)
  }

  /// The steps in order.
  package var steps: [Int] {
    var steps = [first]
    var next = origin + ((first - origin) / stride + 1) * stride
    while next < last {
      steps.append(next)
      next += stride
    }
    if last > first { steps.append(last) }
    return steps
  }

  private static func roundStride(dividing length: Int, into intervals: Int) -> Int {
    let needed = length / intervals + (length.isMultiple(of: intervals) ? 0 : 1)
    var power = 1
    while true {
      for stride in [power, 2 * power, 5 * power] where stride >= needed { return stride }
      power *= 10
    }
  }
}
