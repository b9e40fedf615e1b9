/// What the first bytes of a file say it is.
enum FileFormat: Equatable {
  /// A text, from this offset on: a byte order mark in UTF-8 is no part of it.
  case separated(start: Int)
  case numPy
  case idx

  init(of bytes: UnsafeRawBufferPointer, name: String) throws(DataError) {
    guard !bytes.isEmpty else { throw .empty }
    if bytes.starts(with: NumPyFile.signature) {
      self = .numPy
    } else if IDXFile.matches(bytes) {
      self = .idx
    } else if let foreign = Self.foreign.first(where: { bytes.starts(with: $0.signature) }) {
      throw .foreignFormat(name: foreign.name)
    } else if name.hasSuffix(".npy") {
      throw .malformed(.numPy, .signature)
    } else if name.hasSuffix("ubyte") || name.hasSuffix(".idx") {
      throw .malformed(.idx, .signature)
    } else if Self.isUTF16(bytes) {
      throw .utf16
    } else {
      self = .separated(start: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
    }
  }

  /// What people have data in that is neither of these.
  private static let foreign: [(signature: [UInt8], name: String)] = [
    (Array("PK\u{3}\u{4}".utf8), "a ZIP archive, such as a spreadsheet or an .npz file"),
    (Gzip.signature, "compressed twice"),
    ([0xFD] + Array("7zXZ".utf8), "compressed by xz"),
    (Array("BZh".utf8), "compressed by bzip2"),
    ([0x28, 0xB5, 0x2F, 0xFD], "compressed by Zstandard"),
    (Array("PAR1".utf8), "a Parquet file"),
    (Array("ARROW1".utf8), "an Arrow file"),
    ([0x89] + Array("HDF".utf8), "an HDF5 file"),
    (Array("SQLite format 3".utf8), "an SQLite database"),
    (Array("%PDF-".utf8), "a PDF document"),
    ([0x89] + Array("PNG".utf8), "a PNG image"),
    ([0xFF, 0xD8, 0xFF], "a JPEG image"),
    ([0xD0, 0xCF, 0x11, 0xE0], "an old spreadsheet or document"),
    ([0x7F] + Array("ELF".utf8), "a program"),
  ]

  /// A byte order mark, or a zero beside each of the first characters, as in plain English text.
  private static func isUTF16(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return true }
    let sample = bytes.prefix(64)
    guard sample.count >= 4, sample.count % 2 == 0 else { return false }
    return [0, 1].contains { zero in
      sample.indices.allSatisfy { (sample[$0] == 0) == ($0 % 2 == zero) }
    }
  }
}
