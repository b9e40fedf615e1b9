/// Writes the body of a function of native code as LLVM IR: one instruction a line, each value once.
///
/// **Source** LLVM Language Reference Manual; opaque pointers, as in LLVM 15 and newer.
package final class NativeBuilder {
  /// How many numbers a value stands for: 1 for a plain double.
  package let lanes: Int
  package let realType: String
  package let truthType: String
  package let wholeType: String
  package let module: NativeModule

  /// What is written, which builders of other lanes write as well.
  final class Output {
    var lines: [String] = []
    var label: String
    var known: [String: String] = [:]
    /// What is to be written side by side; nil where each is written where it is.
    var cores: NativeCores?
    var isInRareBlock = false

    init(label: String) { self.label = label }
  }

  let output: Output

  private init(_ module: NativeModule, lanes: Int, _ output: Output) {
    self.module = module
    self.lanes = lanes
    self.output = output
    func type(_ scalar: String) -> String { lanes == 1 ? scalar : "<\(lanes) x \(scalar)>" }
    realType = type("double")
    truthType = type("i1")
    wholeType = type("i64")
  }

  /// - Parameter label: that of the block that comes first.
  package convenience init(_ module: NativeModule, lanes: Int = 1, label: String = "entry") {
    self.init(module, lanes: lanes, Output(label: label))
  }

  /// One that writes on here, for values of other lanes.
  package func lanes(_ count: Int) -> NativeBuilder {
    count == lanes ? self : NativeBuilder(module, lanes: count, output)
  }

  // MARK: Lines

  /// The lines so far.
  package var lines: [String] { output.lines }
  /// The block that is being written.
  package var label: String { output.label }

  /// The name of a value that an instruction without a side effect gives; the same instruction
  /// gives the same name.
  package func assign(_ instruction: String) -> String {
    if let name = output.known[instruction] { return name }
    let name = assignHere(instruction)
    output.known[instruction] = name
    return name
  }

  /// The name of a value of an instruction that is to stand here: a load, a call, a phi.
  package func assignHere(_ instruction: String) -> String {
    let name = module.newName()
    output.lines.append("  \(name) = \(instruction)")
    return name
  }

  package func add(_ line: String) { output.lines.append("  " + line) }

  package func begin(_ label: String) {
    output.lines.append("\(label):")
    output.label = label
  }

  /// Keeps a line free for what is known later: a phi.
  package func reserve() -> Int {
    output.lines.append("")
    return output.lines.count - 1
  }

  package func fill(_ place: Int, _ line: String) { output.lines[place] = "  " + line }

  /// What is written inside may not always be run: its values are not used again after it.
  package func scoped<Result>(_ body: () -> Result) -> Result {
    let before = output.known
    defer { output.known = before }
    return body()
  }

  // MARK: Values

  package func text(_ value: NativeValue) -> String {
    switch value.content {
    case .constant(let value): text(value)
    case .name(let name, _): name
    }
  }

  package func text(_ truth: NativeTruth) -> String {
    switch truth {
    case .constant(let value): splat("i1", value ? "true" : "false")
    case .name(let name, _): name
    }
  }

  package func text(_ whole: NativeWhole) -> String {
    switch whole.content {
    case .constant(let value): splat("i64", "\(value)")
    case .name(let name, _): name
    }
  }

  /// A constant by its bits.
  package func text(_ value: Double) -> String {
    let digits = String(value.bitPattern, radix: 16, uppercase: true)
    return splat("double", "0x" + String(repeating: "0", count: 16 - digits.count) + digits)
  }

  private func splat(_ type: String, _ value: String) -> String {
    if lanes == 1 { return value }
    return "<" + Array(repeating: "\(type) \(value)", count: lanes).joined(separator: ", ") + ">"
  }

  /// One number in all lanes.
  package func spread(_ value: NativeValue) -> NativeValue {
    guard lanes > 1, case .name(let name, _) = value.content else { return value }
    let first = assign("insertelement \(realType) poison, double \(name), i64 0")
    return NativeValue(
      assign(
        "shufflevector \(realType) \(first), \(realType) poison, <\(lanes) x i32> zeroinitializer"),
      self)
  }

  // MARK: Calls

  /// Brings what is in memory at a place nearer.
  package func fetch(_ place: String) {
    module.declare(
      "llvm.prefetch.p0", "declare void @llvm.prefetch.p0(ptr, i32 immarg, i32 immarg, i32 immarg)")
    add("call void @llvm.prefetch.p0(ptr \(place), i32 0, i32 3, i32 1)")
  }

  func intrinsic(_ name: String, _ operands: [NativeValue]) -> String {
    let suffix = lanes == 1 ? "f64" : "v\(lanes)f64"
    let types = Array(repeating: realType, count: operands.count).joined(separator: ", ")
    module.declare(
      "llvm.\(name).\(suffix)", "declare \(realType) @llvm.\(name).\(suffix)(\(types))")
    let list = operands.map { "\(realType) \(text($0))" }.joined(separator: ", ")
    return assign("call \(realType) @llvm.\(name).\(suffix)(\(list))")
  }

  package func call(
    _ function: LibraryFunction<UnaryFunction>, _ x: NativeValue
  ) -> NativeValue {
    call(
      "\(function.name)", at: unsafeBitCast(function.pointer, to: UnsafeRawPointer.self), [x])
  }

  /// A call of a function of doubles by its address, for each lane.
  package func call(
    _ name: String, at address: UnsafeRawPointer, _ operands: [NativeValue]
  ) -> NativeValue {
    let symbol = module.function(
      name, at: address, type: "double",
      parameters: Array(repeating: "double", count: operands.count))
    func call(_ arguments: [String]) -> String {
      assign("call double @\(symbol)(\(arguments.map { "double \($0)" }.joined(separator: ", ")))")
    }
    if lanes == 1 { return NativeValue(call(operands.map { text($0) }), self) }
    var result = "poison"
    for lane in 0..<lanes {
      let arguments = operands.map { assign("extractelement \(realType) \(text($0)), i64 \(lane)") }
      result = assign("insertelement \(realType) \(result), double \(call(arguments)), i64 \(lane)")
    }
    return NativeValue(result, self)
  }

  /// Whether a number is at least 0 and below a bound: that of the first lane is given, the others
  /// follow it.
  package func isIndex(_ first: String, below bound: Int) -> NativeTruth {
    if lanes == 1 { return .name(assign("icmp ult i64 \(first), \(bound)"), self) }
    return .name(
      assign(
        "icmp ult \(wholeType) \(indices(from: first)), \(text(NativeWhole(integerLiteral: Int64(bound))))"
      ),
      self)
  }

  /// A number, the next, and so on, one in each lane.
  package func indices(from first: String) -> String {
    let start = assign("insertelement \(wholeType) poison, i64 \(first), i64 0")
    let all = assign(
      "shufflevector \(wholeType) \(start), \(wholeType) poison, <\(lanes) x i32> zeroinitializer")
    let steps = (0..<lanes).map { "i64 \($0)" }.joined(separator: ", ")
    return assign("add \(wholeType) \(all), <\(steps)>")
  }

  /// Which lanes come before a number of them.
  package func areLanes(below count: String) -> NativeTruth {
    let first = assign("insertelement \(wholeType) poison, i64 \(count), i64 0")
    let all = assign(
      "shufflevector \(wholeType) \(first), \(wholeType) poison, <\(lanes) x i32> zeroinitializer")
    let steps = (0..<lanes).map { "i64 \($0)" }.joined(separator: ", ")
    return .name(assign("icmp ult \(wholeType) <\(steps)>, \(all)"), self)
  }

  /// The lanes of two vectors that are wanted, by their places in both one after the other.
  private func shuffled(_ a: String, _ b: String, _ width: Int, _ places: [Int]) -> String {
    let list = places.map { "i32 \($0)" }.joined(separator: ", ")
    let type = "<\(width) x double>"
    return assign("shufflevector \(type) \(a), \(type) \(b), <\(places.count) x i32> <\(list)>")
  }

  /// Eight rows of four numbers as the four columns: two rows are read into each vector, so that
  /// two exchanges are left, of pairs and of pairs of pairs.
  package func transposedFours(_ rows: [String]) -> [String] {
    func joined(_ a: Int, _ b: Int) -> String { shuffled(rows[a], rows[b], 4, Array(0..<8)) }
    // Where a row comes into a vector is where it comes in the end.
    let both = [
      (joined(0, 2), joined(1, 3)), (joined(4, 6), joined(5, 7)),
    ]
    return (0..<4).map { k in
      let pairs = both.map { even, odd in
        shuffled(even, odd, 8, (0..<8).map { $0 / 2 * 2 + k % 2 + $0 % 2 * 8 })
      }
      let first = k / 2 * 2
      return shuffled(
        pairs[0], pairs[1], 8, [0, 1, 4, 5, 8, 9, 12, 13].map { $0 + first })
    }
  }

  /// Eight rows of two numbers as the two columns.
  package func transposedPairs(_ rows: [String]) -> [String] {
    func joined(_ first: Int) -> String {
      let halves = [first, first + 4].map { shuffled(rows[$0], rows[$0 + 2], 2, Array(0..<4)) }
      return shuffled(halves[0], halves[1], 4, Array(0..<8))
    }
    let (even, odd) = (joined(0), joined(1))
    return (0..<2).map { k in
      shuffled(even, odd, 8, (0..<8).map { $0 / 2 * 2 + k + $0 % 2 * 8 })
    }
  }

  /// The sums of lanes of up to four vectors of eight, each in the order of ``sumOfLanes(_:)``, one
  /// beside the other in a vector of four, which is sooner divided than one of eight.
  package func fourSumsOfLanes(_ values: [NativeValue]) -> NativeValue {
    func halved(_ a: String, _ b: String, _ places: [Int], _ distance: Int) -> String {
      let (low, high) = (
        shuffled(a, b, 8, places), shuffled(a, b, 8, places.map { $0 + distance })
      )
      return assign("fadd <\(places.count) x double> \(low), \(high)")
    }
    let given = (0..<4).map { $0 < values.count ? text(values[$0]) : "poison" }
    let halves = [(0, 2), (1, 3)].map {
      halved(given[$0], given[$1], [0, 1, 2, 3, 8, 9, 10, 11], 4)
    }
    let quarters = halved(halves[0], halves[1], [0, 1, 4, 5, 8, 9, 12, 13], 2)
    return NativeValue(halved(quarters, quarters, [0, 4, 2, 6], 1), lanes(4))
  }

  /// The sums of lanes of up to eight vectors, each in the order of ``sumOfLanes(_:)``, one beside
  /// the other.
  package func sumsOfLanes(_ values: [NativeValue]) -> NativeValue {
    // Pairs of what is beside each other in the end come from the two halves of this.
    var now = (0..<8).map { place in
      let number = place < 4 ? 2 * place : 2 * place - 7
      return number < values.count ? text(values[number]) : "poison"
    }
    let firsts = [
      [0, 1, 2, 3, 8, 9, 10, 11], [0, 1, 4, 5, 8, 9, 12, 13], [0, 8, 2, 10, 4, 12, 6, 14],
    ]
    for (places, distance) in zip(firsts, [4, 2, 1]) {
      now = stride(from: 0, to: now.count, by: 2).map { k in
        let (a, b) = (now[k], now[k + 1])
        if a == "poison", b == "poison" { return a }
        let (low, high) = (
          shuffled(a, b, 8, places), shuffled(a, b, 8, places.map { $0 + distance })
        )
        return assign("fadd \(realType) \(low), \(high)")
      }
    }
    return NativeValue(now[0], self)
  }

  /// The sum of the lanes in the order of ``Reduction``: halves, then quarters, then two.
  package func sumOfLanes(_ value: NativeValue) -> NativeValue {
    var (name, width) = (text(value), lanes)
    while width > 1 {
      let half = width / 2
      func part(_ first: Int) -> String {
        let places = (first..<(first + half)).map { "i32 \($0)" }.joined(separator: ", ")
        return assign(
          "shufflevector <\(width) x double> \(name), <\(width) x double> poison, "
            + "<\(half) x i32> <\(places)>")
      }
      if half == 1 {
        let (a, b) = (
          assign("extractelement <2 x double> \(name), i64 0"),
          assign("extractelement <2 x double> \(name), i64 1")
        )
        name = assign("fadd double \(a), \(b)")
      } else {
        name = assign("fadd <\(half) x double> \(part(0)), \(part(half))")
      }
      width = half
    }
    return NativeValue(name, self.lanes(1))
  }

  /// A value that is computed in a block of its own if the test holds in a lane, which is seldom.
  func rarely(
    _ test: String, else y: NativeValue, _ value: (NativeBuilder) -> NativeValue
  ) -> NativeValue {
    var any = test
    if lanes > 1 {
      let name = "llvm.vector.reduce.or.v\(lanes)i1"
      module.declare(name, "declare i1 @\(name)(<\(lanes) x i1>)")
      any = assign("call i1 @\(name)(\(truthType) \(test))")
    }
    let (rare, join) = (module.newLabel("rare"), module.newLabel("join"))
    let (before, first, isInner) = (label, lines.count, output.isInRareBlock)
    output.isInRareBlock = true
    defer {
      output.isInRareBlock = isInner
      if !isInner {
        output.cores?.rare.append(
          NativeCores.Rare(lines: first..<lines.count, before: before, after: join))
      }
    }
    add("br i1 \(any), label %\(rare), label %\(join), !prof !0")
    begin(rare)
    let slow = scoped { text(value(self)) }
    let after = label
    add("br label %\(join)")
    begin(join)
    return NativeValue(
      assignHere("phi \(realType) [ \(text(y)), %\(before) ], [ \(slow), %\(after) ]"), self)
  }
}

/// A module of native code: its functions, and what they call.
package final class NativeModule {
  /// The functions that are called by their addresses.
  package private(set) var addresses: [Address] = []

  /// Where a function of the program is.
  ///
  /// unsafe: functions stay where they are.
  package struct Address: @unchecked Sendable {
    package let name: String
    package let address: UnsafeRawPointer
  }

  private var places: [String: UnsafeRawPointer] = [:]
  private var declarations: [String: String] = [:]
  private var order: [String] = []
  private var functions: [String] = []
  private var names = 0

  package init() {}

  package func newName() -> String {
    names += 1
    return "%v\(names)"
  }

  package func newLabel(_ purpose: String) -> String {
    names += 1
    return "\(purpose)\(names)"
  }

  func declare(_ name: String, _ declaration: String) {
    guard declarations[name] == nil else { return }
    declarations[name] = declaration
    order.append(name)
  }

  /// A function that is called by its address; its name there.
  package func function(
    _ name: String, at address: UnsafeRawPointer, type: String, parameters: [String],
    isPure: Bool = true
  ) -> String {
    var symbol = "descent.\(name)"
    // Two functions of one name are two.
    while let known = places[symbol], known != address { symbol += ".2" }
    places[symbol] = address
    if declarations[symbol] == nil {
      let attributes = isPure ? " nounwind readnone willreturn" : " nounwind"
      declare(
        symbol,
        "declare \(type) @\(symbol)(\(parameters.joined(separator: ", ")))\(attributes)")
      addresses.append(Address(name: symbol, address: address))
    }
    return symbol
  }

  package func add(function text: String) { functions.append(text) }

  /// All of it.
  package var text: String {
    let parts = functions + [order.compactMap { declarations[$0] }.joined(separator: "\n")]
    return parts.joined(separator: "\n\n") + "\n\n" + """
      !0 = !{!"branch_weights", i32 1, i32 2000}
      !1 = !{!"branch_weights", i32 2000, i32 1}

      """
  }
}
