internal import DescentGraph

/// Short values, whose elements are written one by one.
extension StepEmitter {
  /// The elements of a short value where it is read.
  func elements(_ number: Int) -> [NativeValue] {
    if let known = values[number] { return known }
    if let known = graph.knownValue(node(number)) { return [NativeValue(known)] }
    // What is computed once, or set: it is the same in all steps.
    var result: [NativeValue] = []
    if let place = places[number] {
      for k in 0..<count(number) {
        let address = address("%memory", place.start + place.offset + k, entry)
        result.append(NativeValue(entry.assign("load double, ptr \(address)"), body))
      }
    }
    values[number] = result
    return result
  }

  /// Whether all elements of a value can be written one by one.
  func canEmit(_ number: Int) -> Bool {
    let kernel = kernel(number)
    if kernel.isElementwise || kernel.fold != nil { return true }
    if graph.primitive(node(number)).offset(inOperand: integers(number)) != nil { return true }
    guard let native = kernel.nativeElements, kernel.rowReduction == nil,
      !leavesProducts || productTerms(number) == 0
    else { return false }
    // A call says whether it can be written; with zeros it costs nothing.
    let operands = schedule.operands(of: number).map {
      Array(repeating: NativeValue(0), count: count($0))
    }
    return native(call(number, operands)) != nil
  }

  /// Products of small matrices of a program have at most so many terms if they are written out.
  private static let mostTerms = 256

  /// Whether products are left to the interpreter, as there are so many that they would take longer to
  /// compile than they save.
  func hasManyProducts() -> Bool {
    (0..<schedule.count).lazy.map { self.productTerms($0) }.reduce(0, +) > Self.mostTerms
  }

  /// How many terms a short value's elements have together where each is made of several: a product of
  /// m·k and k·n numbers has m·k·n. Else 0.
  func productTerms(_ number: Int) -> Int {
    let operands = schedule.operandRange(of: number)
    guard operands.count == 2, !isLong(number), kernel(number).nativeElements != nil,
      kernel(number).rowReduction == nil
    else { return 0 }
    let sizes = operands.map { count(schedule.operand(at: $0)) }
    guard sizes.allSatisfy({ $0 <= Self.fewElements }) else { return 0 }
    let terms = Int(Double(sizes[0] * sizes[1] * count(number)).squareRoot())
    return terms > count(number) ? terms : 0
  }

  func integers(_ number: Int) -> [Int] {
    if case .integers = graph.attribute(node(number)) { return graph.integers(node(number)) }
    return []
  }

  func call(
    _ number: Int, _ operands: [[NativeValue]], sums: [NativeValue] = []
  ) -> NativeCall {
    NativeCall(
      operands: operands,
      operandExtents: schedule.operands(of: number).map {
        graph.shape(node($0)).extents
      }, extents: graph.shape(node(number)).extents, integers: integers(number),
      sums: sums)
  }

  /// Writes all elements of a value, one by one.
  func emit(
    _ number: Int, of operands: [[NativeValue]], into builder: NativeBuilder
  ) -> [NativeValue] {
    let kernel = kernel(number)
    let count = count(number)
    if !operands.isEmpty,
      let offset = graph.primitive(node(number)).offset(inOperand: integers(number))
    {
      return Array(operands[0][offset..<(offset + count)])
    }
    if let fold = kernel.fold {
      return [fold.sum(of: operands[0].indices.map { k in operands.map { $0[k] } })]
    }
    if let native = kernel.nativeElements, let result = native(call(number, operands)) {
      return result
    }
    let extents = graph.shape(node(number)).extents
    let operandExtents = schedule.operands(of: number).map { graph.shape(node($0)).extents }
    return (0..<count).map { k in
      let (i, j) = (k / extents.width, k % extents.width)
      let arguments = zip(operands, operandExtents).map { elements, extents in
        elements[
          (extents.height == 1 ? 0 : i) * extents.width + (extents.width == 1 ? 0 : j)]
      }
      return apply(number, arguments, builder)
    }
  }

  /// One element of an elementwise operation.
  func apply(
    _ number: Int, _ arguments: [NativeValue], _ builder: NativeBuilder
  ) -> NativeValue {
    let kernel = kernel(number)
    if let native = kernel.native {
      return shared(number, native, arguments, builder) ?? native(arguments)
    }
    let address: UnsafeRawPointer
    // unsafe: a C function pointer is the address of its code.
    switch kernel.scalar {
    case .unary(let f): address = unsafeBitCast(f, to: UnsafeRawPointer.self)
    case .binary(let f): address = unsafeBitCast(f, to: UnsafeRawPointer.self)
    case .ternary(let f): address = unsafeBitCast(f, to: UnsafeRawPointer.self)
    case .none: return NativeValue(0)
    }
    let name = graph.primitive(node(number)).name.filter {
      $0.isASCII && ($0.isLetter || $0.isNumber)
    }
    let id = graph.primitiveID(node(number)).index
    return builder.call(name.isEmpty ? "primitive\(id)" : name, at: address, arguments)
  }

  /// Programs of more operations than this call their longer functions instead of having each written
  /// out where it is used: compiling takes longer than in proportion to the code.
  private static let mostWrittenOut = 400
  /// Functions of up to so many lines are written out everywhere.
  private static let fewLines = 8

  /// A call of a function that many places of a long program share; nil where it is written out.
  private func shared(
    _ number: Int, _ native: Kernel.Native, _ arguments: [NativeValue], _ builder: NativeBuilder
  ) -> NativeValue? {
    guard program.instructionCount > Self.mostWrittenOut else { return nil }
    let key = SharedFunction(primitive: graph.primitiveID(node(number)), lanes: builder.lanes)
    if sharedNames[key] == nil { sharedNames[key] = .some(share(key, native, arguments.count)) }
    guard case .some(.some(let name)) = sharedNames[key] else { return nil }
    let list = arguments.map { "\(builder.realType) \(builder.text($0))" }.joined(separator: ", ")
    return NativeValue(builder.assign("call \(builder.realType) @\(name)(\(list))"), builder)
  }

  /// Writes a function of its own for a primitive; its name, or nil if it is too short for one.
  private func share(
    _ key: SharedFunction, _ native: Kernel.Native, _ count: Int
  ) -> String? {
    let inside = NativeBuilder(module, lanes: key.lanes)
    let result = native((0..<count).map { NativeValue("%x\($0)", inside) })
    guard inside.lines.count > Self.fewLines else { return nil }
    let name = "shared\(key.primitive.index).\(key.lanes)"
    let type = inside.realType
    let parameters = (0..<count).map { "\(type) %x\($0)" }.joined(separator: ", ")
    module.add(
      function: """
        define internal \(type) @\(name)(\(parameters)) noinline nounwind readnone willreturn {
        entry:
        \(inside.lines.joined(separator: "\n"))
          ret \(type) \(inside.text(result))
        }
        """)
    return name
  }
}
