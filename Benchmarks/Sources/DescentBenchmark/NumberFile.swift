import Foundation

/// A file of random numbers that `descent`, the limits and Python all read: NumPy's, version 1.
enum NumberFile: Sendable {
  /// Rows of numbers from -1 to 1.
  case uniform(name: String, rows: Int, columns: Int, seed: UInt64)
  /// A number a row: the sum of the row of a `uniform` with the same seed, weighted and disturbed.
  case line(name: String, rows: Int, columns: Int, seed: UInt64)
  /// 0 or 1 a row, 1 the more likely the greater that sum.
  case choice(name: String, rows: Int, columns: Int, seed: UInt64)
  /// A class from 1 a row.
  case classes(name: String, rows: Int, count: Int, seed: UInt64)

  private var name: String {
    switch self {
    case .uniform(let name, _, _, _), .line(let name, _, _, _), .choice(let name, _, _, _),
      .classes(let name, _, _, _):
      name
    }
  }

  /// Where it is below the folder of the bench.
  func path(on bench: Workbench) -> String { "\(bench.scratch)/\(name).npy" }

  /// Writes it.
  func write(on bench: Workbench) throws {
    let (shape, numbers) = content()
    var header = "{'descr': '<f8', 'fortran_order': False, 'shape': (\(shape)), }"
    // The numbers begin at a multiple of 64, after ten bytes, the header and a newline.
    while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    let length = UInt16(header.utf8.count)
    var bytes = Data(
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)])
    bytes += Data(header.utf8)
    numbers.withUnsafeBytes { bytes.append(contentsOf: $0) }
    try bytes.write(to: URL(fileURLWithPath: path(on: bench)))
  }

  private func content() -> (shape: String, numbers: [Double]) {
    switch self {
    case .uniform(_, let rows, let columns, let seed):
      return ("\(rows), \(columns)", Self.uniform(rows * columns, seed: seed))
    case .line(_, let rows, let columns, let seed):
      let sums = Self.sums(rows: rows, columns: columns, seed: seed)
      return ("\(rows),", zip(sums, Self.uniform(rows, seed: seed + 1)).map { $0 + 0.5 * $1 })
    case .choice(_, let rows, let columns, let seed):
      let sums = Self.sums(rows: rows, columns: columns, seed: seed)
      let chances = Self.uniform(rows, seed: seed + 1)
      let numbers = zip(sums, chances).map { sum, chance in
        chance * 0.5 + 0.5 < 1 / (1 + exp(-sum)) ? 1.0 : 0.0
      }
      return ("\(rows),", numbers)
    case .classes(_, let rows, let count, let seed):
      var generator = SplitMix64(state: seed)
      let numbers = (0..<rows).map { _ in Double(Int.random(in: 1...count, using: &generator)) }
      return ("\(rows),", numbers)
    }
  }

  /// For each row of `uniform` with the same seed, the sum of its numbers times 1/columns,
  /// 2/columns, …, and of a quarter.
  private static func sums(rows: Int, columns: Int, seed: UInt64) -> [Double] {
    let numbers = uniform(rows * columns, seed: seed)
    return (0..<rows).map { row in
      var sum = 0.25
      for column in 0..<columns {
        sum += numbers[row * columns + column] * Double(column + 1) / Double(columns)
      }
      return sum
    }
  }

  private static func uniform(_ count: Int, seed: UInt64) -> [Double] {
    var generator = SplitMix64(state: seed)
    return (0..<count).map { _ in Double(Int64(bitPattern: generator.next()) >> 11) * 0x1p-52 }
  }
}
