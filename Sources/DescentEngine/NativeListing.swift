package import DescentGraph

/// The native code of a program's steps, to read. It is written anew, so that there is no need of an
/// LLVM library, nor of a step taken.
package struct NativeListing {
  /// LLVM IR, which LLVM's own tools read.
  package let text: String
  /// How many operations a step leaves to the interpreter's kernels.
  package let calledCount: Int

  /// - Parameters:
  ///   - machine: that which is to run the steps, with its data.
  ///   - inputs: what the program's inputs stand for, in their order.
  ///   - title: what the steps are those of.
  package init?(
    _ machine: Machine, tests: Machine.StepTests, inputs: [Symbol], title: String
  ) {
    guard let graph = machine.program.source?.graph, let steps = machine.nativeSteps(tests) else {
      return nil
    }
    calledCount = steps.calls.reduce(0) { $0 + $1.operationCount }
    let names = InputNames(machine.program, tests, inputs, graph)
    let code = names.written(into: steps.module.text)
    text = Self.head(title) + names.places(isInRegisters: steps.isInRegisters) + code
  }

  private static func head(_ title: String) -> String {
    """
    ; \(title), as LLVM IR (https://llvm.org/docs/LangRef.html).
    ; @steps takes at most %most steps. It gives four times the number of steps that it took, plus
    ; why it ended: 0 all were taken, 1 the test of 'step until' held, 2 the next would not be finite.

    """
  }
}

extension Stage {
  fileprivate var operationCount: Int {
    switch self {
    case .code(let code): code.instructions.count
    case .elements(let loop): loop.tiles.count
    case .loop(let loop): loop.tiles.count + loop.totals.count
    }
  }
}

/// What the numbers that a program is given are called.
private struct InputNames {
  /// The emitter's names of what it keeps in registers, and those that a person knows.
  private var registers: [String: String] = [:]
  /// The names by their places in memory, in order.
  private var slots: [(first: Int, count: Int, name: String)] = []
  private var elements: [Int: String] = [:]
  private let stateSize: Int

  init(
    _ program: Program, _ tests: Machine.StepTests, _ inputs: [Symbol], _ graph: Graph
  ) {
    stateSize = program.stateSize
    var seen: Set<String> = []
    for (number, (location, given)) in zip(program.inputs, inputs).enumerated() {
      let isTransposed = program.transposedInputs[number] != nil
      let symbol = isTransposed ? graph.transposedSymbol(given) : given
      // A rule counts steps of its own.
      let isRulesClock = tests.clocks.dropFirst().contains(number)
      var name = isRulesClock ? "rule.t" : graph.name(symbol)
      while !seen.insert(name).inserted { name += "'" }
      let first = Int(location.slot.index)
      slots.append((first, location.count, name))
      let names = Self.elements(of: name, graph.shape(symbol))
      for (k, element) in names.enumerated() {
        elements[first + k] = element
        if first < stateSize { registers["state\(first + k)"] = element }
      }
      if let clock = tests.clocks.firstIndex(of: number) { registers["clock\(clock)"] = name }
    }
  }

  private static func elements(of name: String, _ shape: Shape) -> [String] {
    let lengths = shape.extents.lengths
    switch lengths.count {
    case 0: return [name]
    case 1: return (0..<shape.count).map { "\(name)[\($0 + 1)]" }
    default:
      return (0..<shape.count).map { "\(name)[\($0 / lengths[1] + 1), \($0 % lengths[1] + 1)]" }
    }
  }

  /// Lines that tell what is where in memory.
  func places(isInRegisters: Bool) -> String {
    guard !slots.isEmpty else { return "" }
    var lines: [String] = []
    var line = "; In %memory:"
    for (first, count, name) in slots {
      let place = count == 1 ? "\(first)" : "\(first) to \(first + count - 1)"
      let item = " \(name) at \(place)"
      if line.count + item.count > 99 {
        lines.append(line)
        line = ";  "
      }
      line += item + ","
    }
    lines.append(line.dropLast() + ".")
    if !isInRegisters {
      lines.append(
        "; The next state comes \(stateSize) numbers behind it; in the step after that they change places."
      )
    }
    return lines.joined(separator: "\n") + "\n\n"
  }

  // MARK: Names in the code

  /// The code with these names in it, and what is read from memory told beside it.
  func written(into code: String) -> String {
    let lines = code.split(separator: "\n", omittingEmptySubsequences: false)
    let names = freeNames(in: lines)
    return lines.map { line in
      let text = Self.replacing(names, in: line)
      let remarks = [placeName(in: line)].compactMap(\.self) + Self.constants(in: line)
      return remarks.isEmpty ? text : "\(text) ; \(remarks.joined(separator: ", "))"
    }.joined(separator: "\n")
  }

  /// Names that mean something else in the code are marked.
  private func freeNames(in lines: [Substring]) -> [String: String] {
    var taken: Set<Substring> = []
    for line in lines {
      if let label = line.split(separator: ":").first, line.hasSuffix(":") { taken.insert(label) }
      for part in line.split(separator: "%").dropFirst() {
        taken.insert(part.prefix(while: Self.isOfName))
      }
    }
    return registers.mapValues { name in
      let free = taken.contains(name[...]) ? name + "'" : name
      return free.allSatisfy { $0.isASCII && Self.isOfName($0) } && !(free.first?.isNumber ?? true)
        ? free : "\"\(free)\""
    }
  }

  private static func isOfName(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber) || "._".contains(character)
  }

  private static func replacing(_ names: [String: String], in line: Substring) -> String {
    var parts = line.split(separator: "%", omittingEmptySubsequences: false).map(String.init)
    for place in parts.indices.dropFirst() {
      let part = parts[place]
      let name = part.prefix { isOfName($0) }
      let first = name.prefix { $0 != "." }
      guard let known = names[String(first)] else { continue }
      let ending = name.dropFirst(first.count)
      let quote = known.hasSuffix("\"") ? "\"" : ""
      parts[place] = "\(known.dropLast(quote.count))\(ending)\(quote)\(part.dropFirst(name.count))"
    }
    return parts.joined(separator: "%")
  }

  /// What stands where a line reads or writes, or makes the address of.
  private func placeName(in line: Substring) -> String? {
    let words = line.split(separator: " ")
    func pointer(_ word: Substring?) -> String? {
      switch word {
      case "%memory,", "%memory", "%source,", "%source": ""
      case "%target,", "%target": "the next "
      default: nil
      }
    }
    if words.dropFirst().starts(with: ["=", "getelementptr", "double,", "ptr"]), words.count == 8,
      let prefix = pointer(words[5]), let place = Int(words[7])
    {
      return elements[place].map { prefix + $0 }
    }
    if words.contains("double,") || words.first == "store", words.contains("double"),
      words.contains("load") || words.first == "store", let prefix = pointer(words.last)
    {
      return elements[0].map { prefix + $0 }
    }
    return nil
  }

  /// The doubles of a line that are written by their bits, as decimals.
  private static func constants(in line: Substring) -> [String] {
    var seen: Set<UInt64> = []
    return line.split(whereSeparator: { " ,<>[]()".contains($0) }).compactMap { word in
      guard word.hasPrefix("0x"), let bits = UInt64(word.dropFirst(2), radix: 16),
        seen.insert(bits).inserted
      else { return nil }
      return "\(Double(bitPattern: bits))"
    }
  }
}
