import Testing

@testable import DescentData

@Suite struct GzipTests {
  private let text = Array("a,b\n1,2\n3,4\n".utf8)

  @Test func `the content decides, not the name`() throws {
    let expected = try table(text)
    #expect(try table(compressed(text), name: "x.csv") == expected)
    #expect(try table(compressed(text), name: "x.csv.gz") == expected)
    let tabs = try table(compressed(Array("a,b\tc\n1\t2\n".utf8)), name: "x.tsv.gz")
    #expect(tabs.columns.map(\.name) == ["a,b", "c"])
    let labels = try table(compressed(idxFile(0x08, [2], [5, 6])), name: "labels")
    #expect(labels.columns[0].values == [5, 6])
  }

  @Test func `several members are one after another`() throws {
    let file =
      compressed(Array(text.prefix(5))) + compressed([]) + compressed(Array(text.dropFirst(5)))
    #expect(try table(file) == table(text))
    #expect(try table(file + [0, 0, 0]) == table(text))
  }

  @Test func `what is cut off, damaged or followed by something is refused`() {
    let file = compressed(text)
    for length in 2..<file.count {
      #expect(error(Array(file.prefix(length))) == .compressionCutShort(bytes: length))
    }
    #expect(error(file + [1, 2, 3]) == .bytesAfterCompression(count: 3))
    var checksum = file
    checksum[file.count - 5] ^= 1
    guard case .compressionDamaged = error(checksum) else {
      Issue.record("a wrong checksum is accepted")
      return
    }
    #expect(error(compressed(file))?.message.contains("twice") == true)
    #expect(error(compressed([])) == .empty)
  }

  @Test func `what grows beyond the limit is refused before it has grown`() {
    let bomb = compressed([UInt8](repeating: 0x31, count: 5_000_000))
    #expect(bomb.count < 10_000)
    #expect(error(bomb) { $0.memoryLimit = 1 << 20 } == .tooLarge(limit: 1 << 20))
  }
}
