/// How the numbers of a binary file are written.
struct BinaryElements {
  enum Number {
    case boolean
    case int8
    case int16
    case int32
    case int64
    case uint8
    case uint16
    case uint32
    case uint64
    case float32
    case float64
  }

  var number: Number
  var isBigEndian: Bool

  /// In bytes.
  var size: Int {
    switch number {
    case .boolean, .int8, .uint8: 1
    case .int16, .uint16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// A function that reads the element at a byte offset, chosen once for all of them.
  ///
  /// **Errors** exact, but for integers beyond 2^53, which are rounded to the nearest double.
  func reader(of bytes: UnsafeRawBufferPointer) -> (Int) -> Double {
    switch number {
    case .boolean: { bytes[$0] == 0 ? 0 : 1 }
    case .int8: { Double(Int8(bitPattern: bytes[$0])) }
    case .uint8: { Double(bytes[$0]) }
    case .int16: reader(of: bytes) { (value: Int16) in Double(value) }
    case .uint16: reader(of: bytes) { (value: UInt16) in Double(value) }
    case .int32: reader(of: bytes) { (value: Int32) in Double(value) }
    case .uint32: reader(of: bytes) { (value: UInt32) in Double(value) }
    case .int64: reader(of: bytes) { (value: Int64) in Double(value) }
    case .uint64: reader(of: bytes) { (value: UInt64) in Double(value) }
    case .float32: reader(of: bytes) { Double(Float(bitPattern: $0)) }
    case .float64: reader(of: bytes) { Double(bitPattern: $0) }
    }
  }

  private func reader<Pattern: FixedWidthInteger & BitwiseCopyable>(
    of bytes: UnsafeRawBufferPointer, _ value: @escaping (Pattern) -> Double
  ) -> (Int) -> Double {
    isBigEndian
      ? { value(Pattern(bigEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Pattern.self))) }
      : { value(Pattern(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: Pattern.self))) }
  }
}
