/// How the numbers of a binary file are written.
struct BinaryElements: Equatable {
  enum Kind: Equatable { case float, signed, unsigned, boolean }

  var kind: Kind
  /// In bytes: 1, 2, 4 or 8.
  var size: Int
  var isBigEndian: Bool

  /// A function that reads the element at a byte offset, chosen once for all of them.
  ///
  /// **Errors** exact, but for integers beyond 2^53, which are rounded to the nearest double.
  func reader(of bytes: UnsafeRawBufferPointer) -> ((Int) -> Double)? {
    switch (kind, size) {
    case (.boolean, 1): { bytes[$0] == 0 ? 0 : 1 }
    case (.unsigned, 1): { Double(bytes[$0]) }
    case (.signed, 1): { Double(Int8(bitPattern: bytes[$0])) }
    case (.unsigned, 2): integers(UInt16.self, bytes)
    case (.signed, 2): integers(Int16.self, bytes)
    case (.unsigned, 4): integers(UInt32.self, bytes)
    case (.signed, 4): integers(Int32.self, bytes)
    case (.unsigned, 8): integers(UInt64.self, bytes)
    case (.signed, 8): integers(Int64.self, bytes)
    case (.float, 4): bitPatterns(UInt32.self, bytes) { Double(Float(bitPattern: $0)) }
    case (.float, 8): bitPatterns(UInt64.self, bytes) { Double(bitPattern: $0) }
    default: nil
    }
  }

  private func integers<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ type: Integer.Type, _ bytes: UnsafeRawBufferPointer
  ) -> (Int) -> Double {
    bitPatterns(type, bytes) { Double($0) }
  }

  private func bitPatterns<Pattern: FixedWidthInteger & BitwiseCopyable>(
    _ type: Pattern.Type, _ bytes: UnsafeRawBufferPointer,
    _ value: @escaping (Pattern) -> Double
  ) -> (Int) -> Double {
    isBigEndian
      ? { value(Pattern(bigEndian: bytes.loadUnaligned(fromByteOffset: $0, as: type))) }
      : { value(Pattern(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: type))) }
  }
}
