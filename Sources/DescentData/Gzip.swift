internal import CZlib

/// Decompression of the gzip format (RFC 1952), several members one after another included.
enum Gzip {
  static let signature: [UInt8] = [0x1F, 0x8B]

  static func matches(_ bytes: [UInt8]) -> Bool { bytes.starts(with: signature) }

  /// The most that one byte can stand for in the compression that gzip uses.
  private static let largestRatio = 1032
  private static let outputSize = 1 << 18

  static func decompressed(
    _ bytes: [UInt8], limit: Int, _ progress: inout ReadingProgress
  ) throws(DataError) -> [UInt8] {
    var stream = z_stream()
    // zlib.h has a macro for the last two, and Swift sees none of those. 16 asks for gzip.
    let begun = inflateInit2_(
      &stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard begun == Z_OK else { throw .tooLarge(limit: limit) }
    defer { inflateEnd(&stream) }

    var output: [UInt8] = []
    output.reserveCapacity(min(statedSize(of: bytes), limit))
    var scratch = [UInt8](repeating: 0, count: outputSize)
    var consumed = 0
    while true {
      let step = inflate(&stream, bytes, from: consumed, into: &scratch)
      consumed += step.consumed
      guard output.count + step.produced <= limit else { throw .tooLarge(limit: limit) }
      output += scratch[..<step.produced]
      switch step.status {
      case Z_STREAM_END:
        // Some programs fill the last block of their storage with zeros.
        if bytes[consumed...].allSatisfy({ $0 == 0 }) { return output }
        guard bytes[consumed...].starts(with: signature) else {
          throw .bytesAfterCompression(count: bytes.count - consumed)
        }
        guard inflateReset(&stream) == Z_OK else { throw .compressionDamaged(offset: consumed) }
      case Z_OK, Z_BUF_ERROR:
        if consumed == bytes.count, step.produced < outputSize {
          throw .compressionCutShort(bytes: bytes.count)
        }
      case Z_MEM_ERROR: throw .tooLarge(limit: limit)
      default: throw .compressionDamaged(offset: consumed)
      }
      try progress.advance(to: consumed, of: bytes.count)
    }
  }

  /// The size that the last four bytes state, as far as it can be true.
  private static func statedSize(of bytes: [UInt8]) -> Int {
    let stated = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    return min(stated, bytes.count.multipliedReportingOverflow(by: largestRatio).partialValue)
  }

  private struct Step {
    var status: Int32
    var consumed: Int
    var produced: Int
  }

  private static func inflate(
    _ stream: inout z_stream, _ input: [UInt8], from start: Int, into output: inout [UInt8]
  ) -> Step {
    // zlib counts in 32 bits.
    let room = min(input.count - start, 1 << 30)
    return input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        // zlib does not write to its input, though its declaration does not say so.
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.advanced(by: start))
        stream.avail_in = UInt32(room)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(output.count)
        let status = CZlib.inflate(&stream, Z_NO_FLUSH)
        return Step(
          status: status, consumed: room - Int(stream.avail_in),
          produced: output.count - Int(stream.avail_out))
      }
    }
  }
}
