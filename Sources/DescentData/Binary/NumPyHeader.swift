/// The dictionary at the start of a NumPy file:
///
/// ```
/// {'descr': '<f8', 'fortran_order': False, 'shape': (1000, 28, 28), }
/// ```
struct NumPyHeader {
  let elements: BinaryElements
  let shape: [Int]
  let order: BinaryArray.Order

  private static let elementTypes: [String: BinaryElements.Number] = [
    "b1": .boolean, "f4": .float32, "f8": .float64,
    "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64,
    "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64,
  ]

  init(_ bytes: Slice<UnsafeRawBufferPointer>) throws(DataError) {
    var reader = Reader(bytes: bytes)
    var type: String?
    var shape: [Int]?
    var order: BinaryArray.Order?
    try reader.expect("{")
    while !reader.take("}") {
      let key = try reader.quoted()
      try reader.expect(":")
      switch key {
      case "descr":
        // A structure is a list of fields.
        if reader.next == UInt8(ascii: "[") {
          throw DataError.elementType(.numPy, name: reader.rest)
        }
        type = try reader.quoted()
      case "fortran_order":
        if reader.take("True") {
          order = .firstIndexFastest
        } else {
          try reader.expect("False")
          order = .lastIndexFastest
        }
      case "shape": shape = try reader.lengths()
      default: throw .malformed(.numPy, .header)
      }
      if !reader.take(",") {
        try reader.expect("}")
        break
      }
    }
    guard let type, let shape, let order else { throw .malformed(.numPy, .header) }
    guard let mark = type.first, "<>|=".contains(mark),
      let number = Self.elementTypes[String(type.dropFirst())]
    else { throw .elementType(.numPy, name: type) }
    elements = BinaryElements(number: number, isBigEndian: mark == ">")
    self.shape = shape
    self.order = order
  }

  /// Reads the few kinds of Python values that such a header has.
  private struct Reader {
    var bytes: Slice<UnsafeRawBufferPointer>

    private mutating func skipSpace() {
      bytes = bytes.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
    }

    var next: UInt8? {
      mutating get {
        skipSpace()
        return bytes.first
      }
    }

    /// A beginning of what is left.
    var rest: String { String(decoding: bytes.prefix(80), as: UTF8.self) }

    mutating func take(_ word: String) -> Bool {
      skipSpace()
      guard bytes.starts(with: word.utf8) else { return false }
      bytes = bytes.dropFirst(word.utf8.count)
      return true
    }

    mutating func expect(_ word: String) throws(DataError) {
      guard take(word) else { throw .malformed(.numPy, .header) }
    }

    mutating func quoted() throws(DataError) -> String {
      guard let mark = next, mark == UInt8(ascii: "'") || mark == UInt8(ascii: "\""),
        case let content = bytes.dropFirst(), let end = content.firstIndex(of: mark)
      else { throw .malformed(.numPy, .header) }
      bytes = bytes[(end + 1)...]
      return String(decoding: content[..<end], as: UTF8.self)
    }

    /// `()`, `(3,)` or `(3, 4)`.
    mutating func lengths() throws(DataError) -> [Int] {
      var lengths: [Int] = []
      try expect("(")
      while !take(")") {
        skipSpace()
        let digits = bytes.prefix { $0 &- UInt8(ascii: "0") <= 9 }
        guard let length = Int(String(decoding: digits, as: UTF8.self)) else {
          throw .malformed(.numPy, .shape)
        }
        lengths.append(length)
        bytes = bytes[digits.endIndex...]
        // Python 2 wrote long integers so.
        _ = take("L")
        if !take(",") {
          try expect(")")
          break
        }
      }
      return lengths
    }
  }
}
