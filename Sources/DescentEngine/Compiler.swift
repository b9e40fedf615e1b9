package import DescentGraph

/// Turns expressions into a ``Program``: operands before users, each node once, places in memory
/// used again as soon as their value is no longer needed.
package struct Compiler {
  /// An input that each step replaces by the value of an expression.
  package struct Feedback {
    package var symbol: Symbol
    package var next: NodeID

    package init(_ symbol: Symbol, next: NodeID) {
      self.symbol = symbol
      self.next = next
    }
  }

  private let graph: Graph
  private let form: Form
  private var program = Program()
  private var location: NodeMap<Location>
  private var isConstant: NodeMap<Bool>
  private var freeSlots: [Int: [Int]] = [:]
  /// The last place in the order where a node is read; nodes that are read at the end stay.
  private var lastUse: NodeMap<Int>
  private var listed: [NodeID: String] = [:]
  private var listing: [String] = []

  /// What is computed: the most accurate form of each expression, or the operations as written.
  package enum Form: Sendable { case refined, asWritten }

  /// Compiles sections of roots, with inputs that the caller sets and inputs that are fed back.
  ///
  /// The next values of the fed-back inputs are computed after the last section.
  ///
  /// **Complexity** linear in the nodes.
  package static func compile(
    _ graph: Graph, inputs: [Symbol] = [], sections: [[NodeID]], feedback: [Feedback] = [],
    form: Form = .refined
  ) -> Program {
    var compiler = Compiler(graph: graph, form: form)
    return compiler.run(inputs: inputs, sections: sections, feedback: feedback)
  }

  private init(graph: Graph, form: Form) {
    self.graph = graph
    self.form = form
    location = NodeMap()
    isConstant = NodeMap()
    lastUse = NodeMap()
  }

  private func computed(_ node: NodeID) -> NodeID { form == .refined ? graph.refined(node) : node }

  private mutating func run(
    inputs: [Symbol], sections: [[NodeID]], feedback: [Feedback]
  ) -> Program {
    // Refined forms are what is computed; the caller asks for values of the original nodes.
    let roots = sections.map { $0.map(computed) }
    let next = feedback.map { computed($0.next) }

    program.stateSize = feedback.reduce(0) { $0 + graph.shape($1.symbol).count }
    var place = 0
    for item in feedback {
      let count = graph.shape(item.symbol).count
      let node = graph.symbol(item.symbol)
      location[node] = Location(slot: Slot(place), count: count)
      listed[node] = graph.name(item.symbol)
      program.inputs.append(Location(slot: Slot(place), count: count))
      place += count
    }
    program.memorySize = 2 * program.stateSize
    for symbol in inputs {
      let count = graph.shape(symbol).count
      let node = graph.symbol(symbol)
      location[node] = Location(slot: Slot(program.memorySize), count: count)
      listed[node] = graph.name(symbol)
      program.inputs.append(Location(slot: Slot(program.memorySize), count: count))
      program.memorySize += count
    }

    let all = roots.flatMap { $0 } + next
    let order = graph.reachable(from: all)
    for node in order {
      isConstant[node] =
        graph.symbol(of: node) == nil && graph.operands(node).allSatisfy { isConstant[$0] == true }
    }
    compileConstants(order)

    // What is wanted at the end is never overwritten. Nodes of a section come in the order of the
    // graph; a node of an earlier section is not computed again.
    var section = NodeMap<Int>()
    for (number, wanted) in (roots + [next]).enumerated().reversed() {
      for node in graph.reachable(from: wanted) { section[node] = number }
    }
    var bySection: [[NodeID]] = Array(repeating: [], count: roots.count + 1)
    for node in order where location[node] == nil {
      if let number = section[node] { bySection[number].append(node) }
    }
    var position = 0
    for node in bySection.joined() {
      for operand in graph.operands(node) { lastUse[owner(of: operand)] = position }
      position += 1
    }
    for node in all { lastUse[owner(of: node)] = .max }

    // A next value is computed straight into its place, unless that node is wanted elsewhere.
    var place2 = program.stateSize
    var destinations = NodeMap<Location>()
    var copies: [(from: NodeID, to: Location)] = []
    let wantedElsewhere = Set(roots.flatMap { $0 })
    for (item, node) in zip(feedback, next) {
      let count = graph.shape(item.symbol).count
      let target = Location(slot: Slot(place2), count: count)
      if location[node] == nil, destinations[node] == nil, !wantedElsewhere.contains(node) {
        destinations[node] = target
      } else {
        copies.append((node, target))
      }
      place2 += count
    }

    var sectionsOfCode: [Section] = []
    position = 0
    for nodes in bySection {
      var code = Section()
      for node in nodes {
        emit(node, at: position, into: &code, destination: destinations[node])
        position += 1
      }
      sectionsOfCode.append(code)
    }
    for copy in copies {
      guard let from = location[copy.from] else { continue }
      emitCopy(from, to: copy.to, into: &sectionsOfCode[sectionsOfCode.count - 1])
    }

    let outputs = roots.map { $0.map { location[$0] ?? Location(slot: Slot(0), count: 0) } }
    program.copies = [sectionsOfCode]
    program.outputs = [outputs]
    program.text = listing
    if program.stateSize > 0 { addSwappedCopy() }
    return program
  }

  // MARK: Constants

  /// Constant expressions are computed by the same kernels, once.
  private mutating func compileConstants(_ order: [NodeID]) {
    var setup = Section()
    for node in order where isConstant[node] == true {
      let count = graph.shape(node).count
      if let value = graph.knownValue(node) {
        location[node] = Location(slot: Slot(program.memorySize), count: 1)
        program.constants.append((Int32(program.memorySize), value))
        program.memorySize += 1
      } else {
        let place = Location(slot: Slot(program.memorySize), count: count)
        program.memorySize += count
        location[node] = place
        append(node, to: &setup, destination: place)
      }
      listed[node] = Typesetter(graph, limit: 60).text(node, within: .postfix)
    }
    program.setup = setup
  }

  // MARK: Instructions

  private mutating func emit(
    _ node: NodeID, at position: Int, into code: inout Section, destination: Location?
  ) {
    if destination == nil, let view = view(node) {
      location[node] = view
      list(node)
      return
    }
    let count = graph.shape(node).count
    let operands = graph.operands(node)
    var place = destination
    // An elementwise result may take the place of an operand that is read for the last time here;
    // others read and write different elements, so their operands are freed afterwards, and so is
    // what an operand is a part of.
    let isElementwise = graph.primitive(node).kernel.isElementwise
    let viewed = operands.filter { owner(of: $0) != $0 }.map(owner)
    let direct =
      isElementwise ? operands.filter { owner(of: $0) == $0 && !viewed.contains($0) } : []
    free(direct, at: position)
    if place == nil { place = allocate(count) }
    guard let place else { return }
    free(operands.filter { !direct.contains($0) }, at: position)
    location[node] = place
    append(node, to: &code, destination: place)
    list(node)
  }

  /// A part of a value that stands where the value does, and is not copied.
  private func view(_ node: NodeID) -> Location? {
    guard let offset = graph.primitive(node).offset(inOperand: graph.integers(node)),
      let whole = location[graph.operand(node, 0)]
    else { return nil }
    return Location(
      slot: Slot(Int(whole.slot.index) + offset), count: graph.shape(node).count)
  }

  /// The node whose place a value takes: itself, or what it is a part of.
  private func owner(of node: NodeID) -> NodeID {
    var node = node
    while isConstant[node] != true,
      graph.primitive(node).offset(inOperand: graph.integers(node)) != nil
    {
      node = graph.operand(node, 0)
    }
    return node
  }

  private mutating func free(_ operands: [NodeID], at position: Int) {
    var seen: [NodeID] = []
    for operand in operands.map(owner) where lastUse[operand] == position && !seen.contains(operand)
    {
      if operands.count <= 3 { seen.append(operand) } else { lastUse[operand] = .max }
      guard let place = location[operand], isConstant[operand] != true,
        graph.symbol(of: operand) == nil, Int(place.slot.index) >= 2 * program.stateSize
      else { continue }
      freeSlots[place.count, default: []].append(Int(place.slot.index))
    }
  }

  private mutating func allocate(_ count: Int) -> Location {
    if let slot = freeSlots[count]?.popLast() { return Location(slot: Slot(slot), count: count) }
    let slot = program.memorySize
    program.memorySize += count
    return Location(slot: Slot(slot), count: count)
  }

  private func append(_ node: NodeID, to code: inout Section, destination: Location) {
    let kernel = graph.primitive(node).kernel
    let places = graph.operands(node).map { location[$0] ?? Location(slot: Slot(0), count: 1) }
    let isScalar = destination.count == 1 && places.allSatisfy { $0.count == 1 }
    var instruction = Instruction(operation: .tile(0), destination: destination.slot.index)
    if isScalar {
      switch kernel.scalar {
      case .unary(let f): instruction.operation = .unary(f)
      case .binary(let f): instruction.operation = .binary(f)
      case .ternary(let f): instruction.operation = .ternary(f)
      case .none: break
      }
    }
    if case .tile = instruction.operation {
      instruction.operation = .tile(Int32(code.tiles.count))
      code.tiles.append(
        Tile(
          function: kernel.tile, destination: Int(destination.slot.index),
          extents: graph.shape(node).extents, operands: places.map { Int($0.slot.index) },
          operandExtents: graph.operands(node).map { graph.shape($0).extents },
          integers: graph.integers(node)))
    } else {
      instruction.a = places[0].slot.index
      if places.count > 1 { instruction.b = places[1].slot.index }
      if places.count > 2 { instruction.c = places[2].slot.index }
    }
    code.instructions.append(instruction)
  }

  private func emitCopy(_ from: Location, to: Location, into code: inout Section) {
    code.instructions.append(
      Instruction(
        operation: .tile(Int32(code.tiles.count)), destination: to.slot.index))
    code.tiles.append(
      Tile(
        function: { call in
          call.destination.update(from: call.operands[0].start, count: call.count)
        }, destination: Int(to.slot.index), extents: .vector(to.count),
        operands: [Int(from.slot.index)], operandExtents: [.vector(from.count)], integers: []))
  }

  // MARK: The copy that runs the other way

  private mutating func addSwappedCopy() {
    let n = Int32(program.stateSize)
    func swap(_ slot: Int32) -> Int32 { slot < n ? slot + n : slot < 2 * n ? slot - n : slot }
    let swapped = program.copies[0].map { section in
      var section = section
      for k in section.instructions.indices {
        section.instructions[k].destination = swap(section.instructions[k].destination)
        if case .tile = section.instructions[k].operation { continue }
        section.instructions[k].a = swap(section.instructions[k].a)
        section.instructions[k].b = swap(section.instructions[k].b)
        section.instructions[k].c = swap(section.instructions[k].c)
      }
      for k in section.tiles.indices {
        section.tiles[k].destination = Int(swap(Int32(section.tiles[k].destination)))
        section.tiles[k].operands = section.tiles[k].operands.map {
          Int(swap(Int32($0)))
        }
      }
      return section
    }
    program.copies.append(swapped)
    program.outputs.append(
      program.outputs[0].map {
        $0.map { Location(slot: Slot(Int(swap($0.slot.index))), count: $0.count) }
      })
  }

  // MARK: Listing

  /// Listings are for reading: those of long programs stop after a thousand lines.
  private static let longestListing = 1000

  private mutating func list(_ node: NodeID) {
    guard listing.count < Self.longestListing else { return }
    let name = "s\(listing.count + 1)"
    var typesetter = Typesetter(graph)
    for operand in graph.operands(node) { typesetter.names[operand] = listed[operand] ?? "…" }
    listing.append("\(name) = \(typesetter.text(node))")
    listed[node] = name
  }
}

/// A value for each of some nodes, found by their number.
private struct NodeMap<Value> {
  private var values: [Value?] = []

  subscript(node: NodeID) -> Value? {
    get { Int(node.index) < values.count ? values[Int(node.index)] : nil }
    set {
      let index = Int(node.index)
      if index >= values.count {
        guard newValue != nil else { return }
        values.append(
          contentsOf: repeatElement(nil, count: max(index + 1, values.count * 2) - values.count))
      }
      values[index] = newValue
    }
  }
}
