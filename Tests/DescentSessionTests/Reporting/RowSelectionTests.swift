import DescentSession
import Testing

struct `The rows of a run` {
  @Test func `are all steps of a short run`() {
    #expect(RowSelection(from: 0, to: 3).steps == [0, 1, 2, 3])
    #expect(RowSelection(from: 0, to: 19).steps == Array(0...19))
    #expect(RowSelection(from: 7, to: 7).steps == [7])
  }

  @Test func `are thinned by a round stride in a longer one`() {
    #expect(RowSelection(from: 0, to: 21).steps == Array(stride(from: 0, to: 21, by: 2)) + [21])
    #expect(RowSelection(from: 0, to: 100).steps == Array(stride(from: 0, through: 100, by: 10)))
    #expect(RowSelection(from: 0, to: 1000).stride == 100)
    #expect(RowSelection(from: 3, to: 103).steps.prefix(3) == [3, 13, 23])
    #expect(RowSelection(from: 0, to: 2_000_000_000).stride == 200_000_000)
  }

  @Test(arguments: [0, 1, 7, 1_000])
  func `are few, even, and begin and end with the run`(first: Int) {
    for length in 0...2_500 {
      let selection = RowSelection(from: first, to: first + length)
      let steps = selection.steps
      #expect(steps.count <= 20 && steps.first == first && steps.last == first + length)
      #expect(zip(steps, steps.dropFirst()).dropLast().allSatisfy { $1 - $0 == selection.stride })
      #expect(steps == (first...(first + length)).filter(selection.contains))
      // No smaller round stride would do.
      #expect(length <= 19 || steps.count >= 8)
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
}
