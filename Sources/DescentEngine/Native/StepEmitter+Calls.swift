internal import DescentGraph

/// What is left to the interpreter's kernels, and where it finds its numbers.
extension StepEmitter {
  func emitCalls(_ stage: Int32) {
    for number in works.indices where stages[number] == stage + 1 {
      switch works[number] {
      case .called:
        let operands = schedule.operands(of: number)
        for operand in operands { store(operand) }
        let place = Place(
          space: .memory, start: layout.memory.allocatePermanent(count(number)))
        setPlace(number, place)
        var code = Code()
        code.instructions = [Instruction(operation: .tile(0), destination: Int32(place.start))]
        code.tiles = [layout.tile(node(number), operands, to: place)]
        emitCall(.code(code))
        if !isLong(number) { load(number, place) }
      case .pick:
        let operand = schedule.operands(of: number)[0]
        let offset = graph.primitive(node(number)).offset(inOperand: integers(number)) ?? 0
        let pointer = pointer(operand, body)
        values[number] = (0..<count(number)).map {
          NativeValue(
            body.assignHere("load double, ptr \(address(pointer, offset + $0, body))"), body)
        }
      default: break
      }
    }
  }

  /// Leaves work to the interpreter.
  func emitCall(_ stage: Stage) {
    let symbol = module.function(
      "stage", at: NativeSteps.runStage, type: "void", parameters: ["ptr", "i64", "i64"],
      isPure: false)
    body.add("call void @\(symbol)(ptr %context, i64 \(calls.count), i64 %parity)")
    calls.append(stage)
  }

  func setPlace(_ number: Int, _ place: Place) {
    places[number] = place
    layout.places[number] = place
  }

  /// The elements of a short value that stands in memory.
  func load(_ number: Int, _ place: Place) {
    values[number] = (0..<count(number)).map {
      NativeValue(
        body.assignHere(
          "load double, ptr \(address("%memory", place.start + place.offset + $0, body))"), body)
    }
  }

  /// Puts a short value into memory, where the interpreter's kernels find it; a long one is there.
  func store(_ number: Int) {
    guard !isLong(number), stored.insert(number).inserted else { return }
    if graph.knownValue(node(number)) == nil, isSymbol(number), !isInRegisters || !isState(number),
      !isClock(number)
    {
      return
    }
    if !isStepped(number), !isSymbol(number), places[number] != nil { return }
    let elements = elements(number)
    if places[number] == nil {
      setPlace(
        number, Place(space: .memory, start: layout.memory.allocatePermanent(elements.count)))
    }
    guard let place = places[number] else { return }
    for (k, element) in elements.enumerated() {
      let address = address("%memory", place.start + place.offset + k, body)
      body.add("store double \(body.text(element)), ptr \(address)")
    }
  }

  func isState(_ number: Int) -> Bool {
    guard let place = places[number], isSymbol(number), place.space == .memory else { return false }
    return place.start < program.stateSize
  }

  func isClock(_ number: Int) -> Bool {
    guard let place = places[number], isSymbol(number) else { return false }
    return clocks.contains(place.start)
  }

  /// Where the first number of a value in memory is.
  func pointer(_ number: Int, _ builder: NativeBuilder) -> String {
    guard let place = places[number] else { return "%memory" }
    // A part of the state is where the state is.
    if !isInRegisters, place.start < program.stateSize {
      return address("%source", place.start + place.offset, builder)
    }
    return address("%memory", place.start + place.offset, builder)
  }
}
