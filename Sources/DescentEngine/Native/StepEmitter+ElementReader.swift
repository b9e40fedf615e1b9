internal import DescentGraph

/// The elements of long values where loops over elements read and write them.
extension StepEmitter {
  /// Where a loop over elements reads.
  struct ElementReader {
    /// The name of the first element's number.
    let index: String
    /// Which elements are gone through.
    let elements: Range<Int>
    let builder: NativeBuilder
    struct Key: Hashable {
      let number: Int
      let shift: Int
    }
    var known: [Key: NativeValue] = [:]
  }

  /// What a sum reads for one term.
  func operands(of fold: Int, _ reader: inout ElementReader) -> [NativeValue] {
    schedule.operands(of: fold).map { element($0, 0, &reader) }
  }

  private func place(_ shift: Int, _ reader: ElementReader) -> String {
    shift == 0 ? reader.index : body.assign("add i64 \(reader.index), \(shift)")
  }

  func store(_ value: NativeValue, _ sink: Sink, _ reader: inout ElementReader) {
    var base = "%target"
    switch sink.kind {
    case .next(let start): base = address("%target", start, body)
    case .kept: base = address("%memory", places[sink.number]?.start ?? 0, body)
    case .fold: break
    }
    let place = body.assign("getelementptr double, ptr \(base), i64 \(reader.index)")
    let type = reader.builder.realType
    body.add("store \(type) \(reader.builder.text(value)), ptr \(place), align 8")
  }

  /// The elements of a value from the reader's place on, moved by a number of elements.
  func element(
    _ number: Int, _ shift: Int, _ reader: inout ElementReader
  ) -> NativeValue {
    if let known = graph.knownValue(node(number)) { return NativeValue(known) }
    if count(number) == 1 { return reader.builder.spread(elements(number)[0]) }
    let key = ElementReader.Key(number: number, shift: shift)
    if let known = reader.known[key] { return known }
    let value = newElement(number, shift, &reader)
    reader.known[key] = value
    return value
  }

  private func newElement(
    _ number: Int, _ shift: Int, _ reader: inout ElementReader
  ) -> NativeValue {
    let builder = reader.builder
    if works[number] != .long || places[number] != nil && !beingKept.contains(number) {
      let pointer = pointer(number, body)
      let place = body.assign(
        "getelementptr double, ptr \(pointer), i64 \(place(shift, reader))")
      return NativeValue(
        body.assignHere("load \(builder.realType), ptr \(place), align 8"), builder)
    }
    let operands = schedule.operands(of: number)
    let type = graph.primitive(node(number))
    if let offset = type.offset(inOperand: integers(number)) {
      return element(operands[0], shift + offset, &reader)
    }
    if let start = type.place(ofOperand: integers(number)) {
      let inside = element(operands[0], shift - start, &reader)
      let length = count(operands[0])
      let moved = shift - start
      if reader.elements.lowerBound + moved >= 0, reader.elements.upperBound + moved <= length {
        return inside
      }
      return NativeValue.choose(
        builder.isIndex(place(moved, reader), below: length), inside, else: 0)
    }
    return apply(number, operands.map { element($0, shift, &reader) }, builder)
  }
}
