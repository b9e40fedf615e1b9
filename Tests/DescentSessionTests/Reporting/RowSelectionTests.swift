import DescentSession
import Testing

struct `The rows of a run` {
  @Test func `are all steps of a short run`() {
    #expect(RowSelection(from: 0, to: 3).steps == [0, 1, 2, 3])
    #expect(RowSelection(from: 0, to: 20).steps == Array(0...20))
    #expect(RowSelection(from: 7, to: 7).steps == [7])
  }

  @Test func `are thinned by a round stride in a longer one`() {
    #expect(RowSelection(from: 0, to: 21).steps == Array(stride(from: 0, to: 21, by: 2)) + [21])
    #expect(RowSelection(from: 0, to: 100).steps == Array(stride(from: 0, through: 100, by: 5)))
    #expect(RowSelection(from: 0, to: 1000).stride == 50)
    #expect(RowSelection(from: 3, to: 103).steps.prefix(3) == [3, 8, 13])
    #expect(RowSelection(from: 0, to: 2_000_000_000).stride == 100_000_000)
  }

  @Test(arguments: [0, 1, 7, 1_000])
  func `are few, even, and begin and end with the run`(first: Int) {
    for length in 0...2_500 {
      let selection = RowSelection(from: first, to: first + length)
      let steps = selection.steps
      #expect(steps.count <= 21 && steps.first == first && steps.last == first + length)
      #expect(zip(steps, steps.dropFirst()).dropLast().allSatisfy { $1 - $0 == selection.stride })
      #expect(steps == (first...(first + length)).filter(selection.contains))
      // No smaller round stride would do.
      #expect(length <= 20 || steps.count >= 9)
    }
  }

  @Test func `with an interval are its multiples and both ends`() {
    #expect(RowSelection(from: 0, to: 1000, every: 300).steps == [0, 300, 600, 900, 1000])
    #expect(RowSelection(from: 7, to: 30, every: 10).steps == [7, 10, 20, 30])
    #expect(RowSelection(from: 10, to: 30, every: 10).steps == [10, 20, 30])
    #expect(RowSelection(from: 3, to: 5, every: 10).steps == [3, 5])
    for first in 0...12 {
      for last in first...(first + 30) {
        let selection = RowSelection(from: first, to: last, every: 4)
        #expect(selection.steps == (first...last).filter(selection.contains))
      }
    }
  }

  @Test(arguments: [0, 13])
  func `are the same where the length shows only at the end`(first: Int) {
    for interval in [nil, 7] as [Int?] {
      var growing = GrowingRows<Int>(from: first, every: interval)
      for last in first...(first + 2_500) {
        let rows = growing.rows(last: last, last * 10)
        let expected =
          if let interval {
            RowSelection(from: first, to: last, every: interval)
          } else {
            RowSelection(from: first, to: last)
          }
        #expect(rows.map(\.step) == expected.steps)
        #expect(rows.allSatisfy { $0.row == $0.step * 10 })
        growing.append(step: last, last * 10)
      }
    }
  }

  @Test func `are only made where they are kept`() {
    var made = 0
    func make() -> Int {
      made += 1
      return made
    }
    var growing = GrowingRows<Int>(from: 0)
    for step in 0..<1_000_000 { growing.append(step: step, make()) }
    #expect(made < 1_200)
    #expect(growing.rows(last: 1_000_000, make()).count == 21)
  }
}
