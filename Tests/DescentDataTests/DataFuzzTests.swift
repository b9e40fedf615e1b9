import Foundation
import Testing

@testable import DescentData

/// Random bytes, and files with random faults: whatever they are, they become a table or an error.
///
/// A trap ends the tests; `DESCENT_FUZZ_SEED` makes the same bytes again, and
/// `DESCENT_FUZZ_SECONDS` goes on for longer.
@Suite struct DataFuzzTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seconds = environment["DESCENT_FUZZ_SECONDS"].flatMap { Double($0) } ?? 2
  private static let seed = environment["DESCENT_FUZZ_SEED"].flatMap { UInt64($0) } ?? 20_250_701

  private static let files: [[UInt8]] = {
    let header = "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 2), }"
    let plain: [[UInt8]] = [
      Array(
        "a,b,c\n1,2.5,x\n-3e5,\"4\",\"y, \"\"z\"\"\"\n,NA,?\n12345678901234567890,inf,y\n".utf8),
      Array("1;2\r\n3;4\r\n".utf8), Array("k\tv\nä\t1\nö\t2\n".utf8),
      Array("h\n0.12345678901234567\n1e-70\n1e300\n".utf8),
      numPyFile(header, [UInt8](repeating: 1, count: 24)),
      numPyFile(header, [UInt8](repeating: 1, count: 24), version: 2),
      idxFile(0x08, [2, 3], [1, 2, 3, 4, 5, 6]),
      idxFile(0x0D, [2], [UInt8](repeating: 3, count: 8)),
    ]
    return plain + plain.map(compressed)
  }()

  private static let pieces: [[UInt8]] = [
    "\"", "\"\"", ",", ";", "\t", "\n", "\r", "\r\n", "1e", "-", ".", "NA", "\u{FEFF}", "999999999",
    "\0", "'", "(", ")", "-1", " ",
  ].map { Array($0.utf8) }

  private func mutated(_ random: inout SeededGenerator) -> [UInt8] {
    if Int.random(in: 0..<5, using: &random) == 0 {
      let count = Int.random(in: 0..<200, using: &random)
      return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }
    var bytes = Self.files.randomElement(using: &random) ?? []
    for _ in 0..<Int.random(in: 0..<6, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: place)
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + 3))
      case 2: bytes = Array(bytes.prefix(place))
      case 3: bytes.insert(contentsOf: bytes.prefix(20), at: place)
      default: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
      }
    }
    return bytes
  }

  @Test func `whatever the bytes are, they become a whole table or an error with words`() {
    var random = SeededGenerator(seed: Self.seed)
    let end = ContinuousClock.now + .seconds(Self.seconds)
    var tables = 0
    var errors = 0
    while ContinuousClock.now < end {
      let bytes = mutated(&random)
      let name = ["x.csv", "x.tsv", "x.npy", "x", "x-ubyte.gz"].randomElement(using: &random) ?? ""
      var options = ReadingOptions()
      options.memoryLimit = 1 << 24
      if Bool.random(using: &random) { options.missing = .dropRow }
      do throws(DataError) {
        let table = try DataReader.table(of: bytes, name: name, options)
        tables += 1
        #expect(table.rows > 0 && !table.columns.isEmpty, "\(bytes)")
        for column in table.columns {
          #expect(column.values.count == table.rows * column.elementCount, "\(bytes)")
          #expect(!column.values.contains { $0.isNaN }, "\(bytes)")
          guard let classes = column.classes else { continue }
          #expect(Set(column.values) == Set((1...classes.count).map(Double.init)), "\(bytes)")
        }
      } catch {
        errors += 1
        #expect(!error.message.isEmpty && error.help.allSatisfy { !$0.isEmpty }, "\(bytes)")
      }
    }
    #expect(tables > 100)
    #expect(errors > 100)
  }
}
