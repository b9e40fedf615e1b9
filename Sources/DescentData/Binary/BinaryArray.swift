/// An array of numbers in a binary file: what NumPy and IDX files have in common.
///
/// The first index counts the rows; all the others together are the elements of a row.
struct BinaryArray {
  enum Order { case lastIndexFastest, firstIndexFastest }

  let bytes: UnsafeRawBufferPointer
  /// The offset of the first element.
  let start: Int
  let elements: BinaryElements
  let shape: [Int]
  let order: Order
  private let rows: Int
  private let elementCount: Int

  /// - Parameter limit: the bytes that the numbers may take as doubles.
  init(
    _ format: DataError.BinaryFormat, _ bytes: UnsafeRawBufferPointer, from start: Int,
    elements: BinaryElements, shape: [Int], order: Order, limit: Int
  ) throws(DataError) {
    let rows = shape.first ?? 1
    guard shape.allSatisfy({ $0 >= 0 }) else { throw .malformed(format, .shape) }
    guard !shape.contains(0) else { throw .empty }
    // All are at least 1 now, so that every product is at least what it is made of.
    var elementCount = 1
    for length in shape.dropFirst() {
      let (product, overflow) = elementCount.multipliedReportingOverflow(by: length)
      guard !overflow else { throw .malformed(format, .shape) }
      elementCount = product
    }
    let (count, countOverflow) = rows.multipliedReportingOverflow(by: elementCount)
    let (size, sizeOverflow) = count.multipliedReportingOverflow(by: elements.size)
    let (expected, endOverflow) = start.addingReportingOverflow(size)
    guard !countOverflow, !sizeOverflow, !endOverflow else { throw .malformed(format, .shape) }
    guard expected == bytes.count else {
      throw .wrongLength(format, expected: expected, found: bytes.count)
    }
    guard count <= limit / MemoryLayout<Double>.size else { throw .tooLarge(limit: limit) }
    self.bytes = bytes
    self.start = start
    self.elements = elements
    self.shape = shape
    self.order = order
    self.rows = rows
    self.elementCount = elementCount
  }

  /// The array as the only column of a table; a NaN is a missing value.
  func table(
    _ options: ReadingOptions, _ progress: inout ReadingProgress
  ) throws(DataError) -> ColumnTable {
    let name = "c1"
    let element = elements.reader(of: bytes)
    let offsets = elementOffsets
    let rowStride = elements.size * (order == .lastIndexFastest ? elementCount : 1)

    var values: [Double] = []
    values.reserveCapacity(rows * elementCount)
    var missing = 0
    var incompleteRows = 0
    var firstIncompleteRow = 0
    for row in 0..<rows {
      let rowStart = start + row * rowStride
      let missingBefore = missing
      for offset in offsets {
        let value = element(rowStart + offset)
        if value.isNaN { missing += 1 }
        values.append(value)
      }
      if missing > missingBefore {
        if incompleteRows == 0 { firstIncompleteRow = row + 1 }
        incompleteRows += 1
        if options.missing == .dropRow { values.removeLast(elementCount) }
      }
      if row & 0xFFF == 0 { try progress.advance(to: row, of: rows) }
    }
    if missing > 0, options.missing == .refuse {
      throw .missingValues(
        first: .init(line: nil, row: firstIncompleteRow, column: 1, name: name),
        counts: [.init(name: name, count: missing)], rows: incompleteRows)
    }
    guard incompleteRows < rows else { throw .everyRowDropped(rows: rows) }
    try progress.advance(to: 1, of: 1)
    return ColumnTable(
      rows: rows - incompleteRows,
      columns: [
        .init(name: name, elementCount: elementCount, values: values, missingCount: missing)
      ], droppedRows: incompleteRows)
  }

  /// Where in the bytes the elements of a row are, counted from its first, in the order in which
  /// they become values.
  private var elementOffsets: [Int] {
    guard order == .firstIndexFastest else {
      return (0..<elementCount).map { $0 * elements.size }
    }
    var offsets = [0]
    var stride = rows * elements.size
    var strides: [Int] = []
    for length in shape.dropFirst() {
      strides.append(stride)
      stride *= length
    }
    for (length, stride) in zip(shape.dropFirst(), strides) {
      offsets = offsets.flatMap { offset in (0..<length).map { offset + $0 * stride } }
    }
    return offsets
  }
}
