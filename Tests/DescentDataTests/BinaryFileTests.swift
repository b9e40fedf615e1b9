import Testing

@testable import DescentData

@Suite struct BinaryFileTests {
  private func numPy(_ type: String, _ shape: String, order: String = "False") -> String {
    "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
  }

  private func bigEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    littleEndian(value).reversed()
  }

  // MARK: NumPy

  @Test func `every element type is read in both byte orders`() throws {
    func check<Integer: FixedWidthInteger>(_ name: String, _ bits: [Integer], _ values: [Double])
      throws
    {
      for (mark, order) in [("<", littleEndian), (">", bigEndian)]
        as [(String, (Integer) -> [UInt8])]
      {
        for version in 1...3 as ClosedRange<UInt8> {
          let file = numPyFile(
            numPy(mark + name, "(\(bits.count),)"), bits.flatMap(order), version: version)
          let table = try table(file)
          #expect(table.columns == [.init(name: "c1", values: values)])
          #expect(table.rows == bits.count)
        }
      }
    }
    let floats: [Double] = [0, -1.5, .pi, .infinity, .leastNonzeroMagnitude]
    try check("f8", floats.map(\.bitPattern), floats)
    let halves: [Float] = [0, -1.5, .pi, -.infinity, .leastNonzeroMagnitude]
    try check("f4", halves.map(\.bitPattern), halves.map(Double.init))
    try check("i1", [0, -1, .min, .max] as [Int8], [0, -1, -128, 127])
    try check("i2", [0, -1, .min, .max] as [Int16], [0, -1, -32768, 32767])
    try check("i4", [0, -1, .min, .max] as [Int32], [0, -1, -0x1p31, 0x1p31 - 1])
    try check("i8", [0, -1, .min, .max] as [Int64], [0, -1, -0x1p63, 0x1p63])
    try check("u1", [0, 1, .max] as [UInt8], [0, 1, 255])
    try check("u2", [0, 1, .max] as [UInt16], [0, 1, 65535])
    try check("u4", [0, 1, .max] as [UInt32], [0, 1, 0x1p32 - 1])
    try check("u8", [0, 1, .max] as [UInt64], [0, 1, 0x1p64])
    try check("b1", [0, 1, 1] as [UInt8], [0, 1, 1])
    #expect(try table(numPyFile(numPy("|u1", "(2,)"), [3, 4])).columns[0].values == [3, 4])
  }

  @Test func `the first index counts rows, the others make a vector`() throws {
    let elements = (0..<24).map { UInt8($0) }
    let plain = try table(numPyFile(numPy("|u1", "(4, 3, 2)"), elements))
    #expect(plain.rows == 4)
    #expect(plain.columns[0].elementCount == 6)
    #expect(plain.columns[0].values == elements.map(Double.init))

    let fortran = try table(numPyFile(numPy("|u1", "(4, 3, 2)", order: "True"), elements))
    var expected: [Double] = []
    for i in 0..<4 {
      for j in 0..<3 { for k in 0..<2 { expected.append(Double(i + 4 * j + 12 * k)) } }
    }
    #expect(fortran.columns[0].values == expected)
    #expect(fortran.columns[0].elementCount == 6)

    let ofPython2 = try table(numPyFile(numPy("|u1", "(4L, 6L)"), elements))
    #expect(ofPython2.columns == plain.columns)

    let single = try table(numPyFile(numPy("|u1", "()"), [7]))
    #expect(single.rows == 1)
    #expect(single.columns[0].values == [7])
  }

  @Test(arguments: ["|O", "<c16", "<U5", "|S3", "<f2", "<M8[ns]", "f8", ""])
  func `objects, texts and complex numbers are no numbers`(_ type: String) {
    #expect(
      error(numPyFile(numPy(type, "(1,)"), [0])) == .elementType(.numPy, name: type))
  }

  @Test func `structures are no numbers`() {
    let header = "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }"
    guard case .elementType(.numPy, _) = error(numPyFile(header, [0])) else {
      Issue.record("no error of the type")
      return
    }
  }

  @Test(arguments: [
    "", "{", "{}", "{'descr'}", "{'descr': '<f8'}", "{'descr': '<f8, 'shape': (1,)}",
    "{'descr': '<f8', 'fortran_order': Maybe, 'shape': (1,)}", "{'other': 1}", "[1]",
  ])
  func `a header must be one`(_ header: String) {
    #expect(error(numPyFile(header, [])) == .malformed(.numPy, .header))
  }

  @Test func `a length must fit the shape`() {
    let file = numPyFile(numPy("<f8", "(3, 2)"), [UInt8](repeating: 0, count: 48))
    #expect(error(file) == nil)
    #expect(
      error(file.dropLast()) == .wrongLength(.numPy, expected: file.count, found: file.count - 1))
    #expect(
      error(file + [0]) == .wrongLength(.numPy, expected: file.count, found: file.count + 1))
    #expect(error(Array(file.prefix(40))) == .wrongLength(.numPy, expected: 128, found: 40))
    #expect(error(Array(file.prefix(8))) == .wrongLength(.numPy, expected: 12, found: 8))
    for shape in ["(-1,)", "(9223372036854775808,)", "(4294967296, 4294967296)"] {
      #expect(error(numPyFile(numPy("<f8", shape), [])) == .malformed(.numPy, .shape))
    }
    #expect(error(numPyFile(numPy("<f8", "(0, 5)"), [])) == .empty)
    #expect(error(numPyFile(numPy("<f8", "(5, 0)"), [])) == .empty)
    #expect(error(numPyFile(numPy("<f8", "(1,)"), [], version: 4)) == .malformed(.numPy, .version))
    #expect(error("1,2\n3,4\n", name: "x.npy") == .malformed(.numPy, .signature))
  }

  @Test func `a NaN is a missing value`() throws {
    let values = [1, .nan, 3, 4, .nan, .nan] as [Double]
    let file = numPyFile(numPy("<f8", "(3, 2)"), values.flatMap { littleEndian($0.bitPattern) })
    #expect(
      error(file)
        == .missingValues(
          first: .init(line: nil, row: 1, column: 1, name: "c1"),
          counts: [.init(name: "c1", count: 3)], rows: 2))
    let table = try table(file) { $0.missing = .dropRow }
    #expect(table.columns[0].values == [3, 4])
    #expect(table.columns[0].missingCount == 3)
    #expect(table.droppedRows == 2)
  }

  // MARK: IDX

  @Test func `labels are numbers, images vectors`() throws {
    let labels = try table(idxFile(0x08, [3], [7, 2, 255]))
    #expect(labels.columns == [.init(name: "c1", values: [7, 2, 255])])
    let images = try table(idxFile(0x08, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]))
    #expect(images.rows == 2)
    #expect(images.columns[0].elementCount == 4)
    #expect(images.columns[0].values == [1, 2, 3, 4, 5, 6, 7, 8])
  }

  @Test func `every element type of IDX is read`() throws {
    func values(_ type: UInt8, _ bytes: [UInt8]) throws -> [Double] {
      try table(idxFile(type, [2], bytes)).columns[0].values
    }
    #expect(try values(0x09, [0xFF, 5]) == [-1, 5])
    #expect(try values(0x0B, bigEndian(Int16(-300)) + bigEndian(Int16(7))) == [-300, 7])
    #expect(try values(0x0C, bigEndian(Int32.min) + bigEndian(Int32(7))) == [-0x1p31, 7])
    let floats = bigEndian(Float(1.5).bitPattern) + bigEndian(Float(-2).bitPattern)
    #expect(try values(0x0D, floats) == [1.5, -2])
    let doubles = bigEndian(1.1.bitPattern) + bigEndian((-2.2).bitPattern)
    #expect(try values(0x0E, doubles) == [1.1, -2.2])
  }

  @Test func `an IDX file has the length that it states`() {
    #expect(
      error(idxFile(0x08, [2, 3], [1, 2, 3, 4, 5])) == .wrongLength(.idx, expected: 18, found: 17))
    #expect(
      error(idxFile(0x08, [2], [1, 2, 3]))?.message
        == "its IDX header asks for 10 bytes in all, and it has 11")
    #expect(error([0, 0, 8, 3, 0, 0]) == .wrongLength(.idx, expected: 16, found: 6))
    #expect(error(idxFile(0x08, [0], [])) == .empty)
    let most = Int(UInt32.max)
    #expect(error(idxFile(0x0E, [most, most, most], [])) == .malformed(.idx, .shape))
    #expect(error([0, 0, 7, 1, 0, 0, 0, 0], name: "t-idx1-ubyte") == .malformed(.idx, .signature))
  }

  @Test func `numbers that take more memory than the limit are refused`() {
    let file = idxFile(0x08, [100], [UInt8](repeating: 1, count: 100))
    #expect(error(file) { $0.memoryLimit = 799 } == .tooLarge(limit: 799))
    #expect(error(file) { $0.memoryLimit = 800 } == nil)
  }
}
