import CZlib
import Foundation
import Testing

@testable import DescentData

/// Files of the project and beside it.
enum TestFiles {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file in a folder `shared` beside the project or one of its parents, where there is one.
  static func shared(_ path: String) -> String? {
    var folder = root
    while folder.path.count > 1 {
      let file = folder.appending(path: "shared/\(path)").path
      if FileManager.default.fileExists(atPath: file) { return file }
      folder = folder.deletingLastPathComponent()
    }
    return nil
  }

  static func script(_ name: String) -> String {
    root.appending(path: "Scripts/data/\(name)").path
  }
}

func table(
  _ text: String, name: String = "test.csv",
  _ change: (inout ReadingOptions) -> Void = { _ in }
) throws(DataError) -> ColumnTable {
  try table(Array(text.utf8), name: name, change)
}

func table(
  _ bytes: [UInt8], name: String = "test.csv",
  _ change: (inout ReadingOptions) -> Void = { _ in }
) throws(DataError) -> ColumnTable {
  var options = ReadingOptions()
  change(&options)
  return try DataReader.table(of: bytes, name: name, options)
}

/// The error that reading a text gives.
func error(
  _ text: String, name: String = "test.csv",
  _ change: (inout ReadingOptions) -> Void = { _ in }
) -> DataError? {
  error(Array(text.utf8), name: name, change)
}

func error(
  _ bytes: [UInt8], name: String = "test.csv",
  _ change: (inout ReadingOptions) -> Void = { _ in }
) -> DataError? {
  do throws(DataError) {
    _ = try table(bytes, name: name, change)
    return nil
  } catch { return error }
}

/// A gzip file of one member.
func compressed(_ bytes: [UInt8]) -> [UInt8] {
  var stream = z_stream()
  deflateInit2_(
    &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1000)
  let size = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      deflate(&stream, Z_FINISH)
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output.prefix(size))
}

/// A NumPy file with a header as given, padded as NumPy does it.
func numPyFile(_ header: String, _ elements: [UInt8], version: UInt8 = 1) -> [UInt8] {
  let prefix = version == 1 ? 10 : 12
  let padding = 63 - (prefix + header.utf8.count) % 64
  let text = Array((header + String(repeating: " ", count: padding) + "\n").utf8)
  var bytes = NumPyFile.signature + [version, 0]
  for place in 0..<(version == 1 ? 2 : 4) { bytes.append(UInt8(text.count >> (8 * place) & 255)) }
  return bytes + text + elements
}

/// An IDX file.
func idxFile(_ type: UInt8, _ shape: [Int], _ elements: [UInt8]) -> [UInt8] {
  [0, 0, type, UInt8(shape.count)] + shape.flatMap { littleEndian(UInt32($0).byteSwapped) }
    + elements
}

func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

/// SplitMix64: the same seed gives the same numbers everywhere.
///
/// **Source** Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
