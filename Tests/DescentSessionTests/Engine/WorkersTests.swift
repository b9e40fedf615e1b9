import CNative
import Testing

/// The threads that share rows.
@Suite struct WorkersTests {
  @Test func `calls from several threads at once all do their own work`() async {
    await withTaskGroup(of: Bool.self) { group in
      for caller in 1...4 {
        group.addTask {
          (0..<2000).allSatisfy { _ in
            var marks = Array(repeating: 0, count: 20)
            marks.withUnsafeMutableBytes { marks in
              descent_parallel(
                { marks, k in marks?.assumingMemoryBound(to: Int.self)[k] += k + 1 },
                marks.baseAddress, marks.count / MemoryLayout<Int>.stride, Int32(caller))
            }
            return marks == Array(1...20)
          }
        }
      }
      for await isDone in group { #expect(isDone) }
    }
  }
}
