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
  /// The lines so far.
  package private(set) var lines: [String] = []
  /// The block that is being written.
  package private(set) var label: String
  private var known: [String: String] = [:]
  private var isRecording = true

  package init(_ module: NativeModule, lanes: Int = 1, label: String = "entry") {
    self.module = module
    self.lanes = lanes
    self.label = label
    func type(_ scalar: String) -> String { lanes == 1 ? scalar : "<\(lanes) x \(scalar)>" }
    realType = type("double")
    truthType = type("i1")
    wholeType = type("i64")
  }

  /// A builder of other lanes that goes on in the same function: its lines are to be appended.
  package func builder(lanes: Int) -> NativeBuilder {
    NativeBuilder(module, lanes: lanes, label: label)
  }

  // MARK: Lines

  /// The name of a value that an instruction without a side effect gives; the same instruction
  /// gives the same name.
  package func assign(_ instruction: String) -> String {
    if let name = known[instruction] { return name }
    let name = module.newName()
    lines.append("  \(name) = \(instruction)")
    if isRecording { known[instruction] = name }
    return name
  }

  /// The name of a value of an instruction that is to stand here: a load, a call, a phi.
  package func assignHere(_ instruction: String) -> String {
    let name = module.newName()
    lines.append("  \(name) = \(instruction)")
    return name
  }

  package func add(_ line: String) { lines.append("  " + line) }

  /// Begins a block. Values of blocks that do not lead here in every case must not be used:
  /// ``forget()`` what is known of them.
  package func begin(_ label: String) {
    lines.append("\(label):")
    self.label = label
  }

  package func forget() { known = [:] }

  /// What is known so far, to go on with after a block that is not always run.
  package func recall<Result>(_ body: () -> Result) -> Result {
    let before = known
    defer { known = before }
    return body()
  }

  // MARK: Values

  package func text(_ value: NativeValue) -> String {
    switch value.content {
    case .constant(let value): text(value)
    case .name(let name, _): name
    }
  }

  func text(_ truth: NativeTruth) -> String {
    switch truth {
    case .constant(let value): splat("i1", value ? "true" : "false")
    case .name(let name, _): name
    }
  }

  func text(_ whole: NativeWhole) -> String {
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
  package func spread(_ name: String) -> NativeValue {
    if lanes == 1 { return NativeValue(name, self) }
    let first = assign("insertelement \(realType) poison, double \(name), i64 0")
    return NativeValue(
      assign(
        "shufflevector \(realType) \(first), \(realType) poison, <\(lanes) x i32> zeroinitializer"),
      self)
  }

  // MARK: Calls

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
    let before = label
    add("br i1 \(any), label %\(rare), label %\(join), !prof !0")
    begin(rare)
    let slow = recall { text(value(self)) }
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
  package private(set) var addresses: [(name: String, address: UnsafeRawPointer)] = []
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
    let symbol = "descent.\(name)"
    if declarations[symbol] == nil {
      let attributes = isPure ? " nounwind readnone willreturn" : " nounwind"
      declare(
        symbol,
        "declare \(type) @\(symbol)(\(parameters.joined(separator: ", ")))\(attributes)")
      addresses.append((symbol, address))
    }
    return symbol
  }

  package func add(function text: String) { functions.append(text) }

  /// All of it.
  package var text: String {
    let parts = functions + [order.compactMap { declarations[$0] }.joined(separator: "\n")]
    return parts.joined(separator: "\n\n") + "\n\n!0 = !{!\"branch_weights\", i32 1, i32 2000}\n"
  }
}
