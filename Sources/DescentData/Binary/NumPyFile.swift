/// A file as `numpy.save` writes it, of version 1, 2 or 3.
///
/// **Source** NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays", and the
/// documentation of `numpy.lib.format` for the versions 2 and 3.
struct NumPyFile {
  static let signature = [0x93] + Array("NUMPY".utf8)

  private let array: BinaryArray

  init(_ bytes: UnsafeRawBufferPointer, limit: Int) throws(DataError) {
    guard bytes.starts(with: Self.signature) else { throw .malformed(.numPy, .signature) }
    guard bytes.count >= 12 else {
      throw .wrongLength(.numPy, expected: 12, found: bytes.count)
    }
    let headerStart: Int
    let headerSize: Int
    switch bytes[6] {
    case 1:
      headerStart = 10
      headerSize = Int(
        UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)))
    case 2, 3:
      headerStart = 12
      headerSize = Int(
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    default: throw .malformed(.numPy, .version)
    }
    let start = headerStart + headerSize
    guard start <= bytes.count else {
      throw .wrongLength(.numPy, expected: start, found: bytes.count)
    }
    let header = try NumPyHeader(bytes[headerStart..<start])
    array = try BinaryArray(
      .numPy, bytes, from: start, elements: header.elements, shape: header.shape,
      order: header.order, limit: limit)
  }

  func table(
    _ options: ReadingOptions, _ progress: inout ReadingProgress
  ) throws(DataError) -> ColumnTable {
    try array.table(options, &progress)
  }
}
