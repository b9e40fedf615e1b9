/// A file in the format of the MNIST images and labels.
///
/// Two zero bytes, the element type, the number of dimensions, each dimension in four bytes, the
/// elements; all in big-endian order, the last index fastest. It must have exactly that length.
///
/// **Source** Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits, "File
/// formats".
struct IDXFile {
  private let array: BinaryArray

  private static let elementTypes: [UInt8: BinaryElements.Number] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]

  /// Whether the first bytes are those of such a file. No text begins with a zero.
  static func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 4 && bytes[0] == 0 && bytes[1] == 0 && elementTypes[bytes[2]] != nil
      && bytes[3] > 0
  }

  init(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(DataError) {
    guard Self.matches(bytes), let number = Self.elementTypes[bytes[2]] else {
      throw .malformed(.idx, .signature)
    }
    let dimensions = Int(bytes[3])
    let start = 4 + 4 * dimensions
    guard bytes.count >= start else {
      throw .wrongLength(.idx, expected: start, found: bytes.count)
    }
    let shape = (0..<dimensions).map {
      Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4 + 4 * $0, as: UInt32.self)))
    }
    array = try BinaryArray(
      .idx, bytes, from: start, elements: .init(number: number, isBigEndian: true), shape: shape,
      order: .lastIndexFastest, limit: limit)
  }

  func table(
    _ options: ReadingOptions, _ progress: inout ReadingProgress
  ) throws(DataError) -> ColumnTable {
    try array.table(options, &progress)
  }
}
