internal import DescentGraph

/// How columns are read, eight rows at a time.
extension StepEmitter {
  /// How far ahead rows that follow each other are fetched.
  private static let numbersAhead = 512

  func loadGroup(
    _ base: String, _ width: Int, _ row: String, _ builder: NativeBuilder
  ) -> [NativeValue] {
    let offset = body.assign("mul i64 \(row), \(width)")
    let first = body.assign("getelementptr double, ptr \(base), i64 \(offset)")
    return (0..<width).map { k in
      let place = address(first, k * Self.rowLanes, body)
      return NativeValue(
        body.assignHere("load \(builder.realType), ptr \(place), align 64"), builder)
    }
  }

  /// The numbers of eight rows, or nil if they follow each other.
  func rowStarts(_ row: String, _ rows: Rows) -> [String]? {
    guard let numbers = rows.numbers else { return nil }
    let first = body.assignHere("getelementptr i32, ptr \(numbers), i64 \(row)")
    return (0..<Self.rowLanes).map { lane in
      let place = body.assign("getelementptr i32, ptr \(first), i64 \(lane)")
      let word = body.assignHere("load i32, ptr \(place), align 4")
      return body.assign("sext i32 \(word) to i64")
    }
  }

  /// The elements of a column for eight rows: each row is read as it lies in memory, and rows and
  /// elements are exchanged.
  func loadColumn(
    _ base: String, width: Int, _ row: String, _ starts: [String]?, _ builder: NativeBuilder
  ) -> [NativeValue] {
    func load(_ type: String, _ place: String) -> String {
      body.assignHere("load \(type), ptr \(place), align 8")
    }
    if width == 1 {
      guard let starts else {
        let place = body.assign("getelementptr double, ptr \(base), i64 \(row)")
        return [NativeValue(load(builder.realType, place), builder)]
      }
      var all = "poison"
      for (lane, start) in starts.enumerated() {
        let place = body.assign("getelementptr double, ptr \(base), i64 \(start)")
        all = body.assign(
          "insertelement \(builder.realType) \(all), double \(load("double", place)), i64 \(lane)")
      }
      return [NativeValue(all, builder)]
    }
    let places = (0..<Self.rowLanes).map { lane in
      if let starts {
        let offset = body.assign("mul i64 \(starts[lane]), \(width)")
        return body.assign("getelementptr double, ptr \(base), i64 \(offset)")
      }
      let offset = body.assign("mul i64 \(row), \(width)")
      let first = body.assign("getelementptr double, ptr \(base), i64 \(offset)")
      return address(first, lane * width, body)
    }
    if starts == nil {
      // A processor does not foresee loads that lie across lines of the cache.
      for line in 0..<width {
        body.fetch(address(places[0], Self.numbersAhead + line * Self.rowLanes, body))
      }
    }
    var elements: [NativeValue] = []
    while elements.count < width {
      // Parts that would go beyond a row overlap those before them.
      let left = width - elements.count
      let size = left <= 2 ? 2 : 4
      let start = max(0, min(elements.count, width - size))
      let parts = places.map { load("<\(size) x double>", address($0, start, body)) }
      let columns = size == 2 ? builder.transposedPairs(parts) : builder.transposedFours(parts)
      for k in elements.count..<min(width, start + size) {
        elements.append(NativeValue(columns[k - start], builder))
      }
    }
    return elements
  }
}
