internal import DescentGraph

/// The loop around a step: the next state, the tests, and what is handed back.
extension StepEmitter {
  func finish() {
    // The next state, and whether it is finite: zero times a number is zero unless it is not.
    var zero = finiteness.reduce(nil as NativeValue?) { sum, next in sum.map { $0 + next } ?? next }
    var nextState: [NativeValue] = []
    for item in next {
      if item.count > Self.fewElements { continue }
      let elements = elements(item.number)
      let filled =
        elements.count == item.count
        ? elements : Array(repeating: elements.first ?? 0, count: item.count)
      for (k, element) in filled.enumerated() {
        nextState.append(element)
        zero = zero?.addingProduct(element, 0) ?? element * 0
        if !isInRegisters {
          let address = address("%target", item.place + k, body)
          body.add("store double \(body.text(element)), ptr \(address)")
        }
      }
    }
    body.writeCores()
    let prediction = isInRegisters ? Prediction(of: nextState, in: body, module) : nil
    func exit(_ condition: String, to label: String, else other: String) {
      body.add("br i1 \(condition), label %\(label), label %\(other), !prof !0")
      body.begin(other)
    }
    if let section = tests.stop {
      let stop = elements(schedule.numbers[source.sections[section][0]])[0]
      let test = body.assign("fcmp une double \(body.text(stop)), 0.0")
      exit(test, to: "stopped", else: "going")
    }
    if let section = tests.domain {
      let domain = elements(schedule.numbers[source.sections[section][0]])[0]
      let test = body.assign("fcmp oeq double \(body.text(domain)), 0.0")
      exit(test, to: "failed", else: "inside")
    }
    let test = body.assign("fcmp une double \(body.text(zero ?? 0)), 0.0")
    exit(test, to: "failed", else: prediction == nil ? "latch" : "finite")
    if let prediction { nextState = compare(prediction, with: nextState) }

    // The kernels that are called write to memory by addresses of their own: not noalias.
    var text: [String] = [
      "define i64 @steps(ptr %memory, ptr %context, i64 %most, i64 %first.parity) {",
      "entry:",
    ]
    for (k, slot) in clocks.enumerated() {
      text.append("  %clock\(k).place = getelementptr double, ptr %memory, i64 \(slot)")
      text.append("  %clock\(k).first = load double, ptr %clock\(k).place")
    }
    let n = program.stateSize
    if isInRegisters {
      for k in 0..<n {
        text.append("  %state\(k).place = getelementptr double, ptr %memory, i64 \(k)")
        text.append("  %state\(k).first = load double, ptr %state\(k).place")
      }
    } else {
      text.append("  %other = getelementptr double, ptr %memory, i64 \(n)")
      text.append("  %swapped = icmp ne i64 %first.parity, 0")
      text.append("  %first.source = select i1 %swapped, ptr %other, ptr %memory")
      text.append("  %first.target = select i1 %swapped, ptr %memory, ptr %other")
    }
    text += entry.lines + (prediction?.entry.lines ?? [])
    text.append("  br label %loop")
    text.append("loop:")
    text.append("  %taken = phi i64 [ 0, %entry ], [ %taken.next, %latch ]")
    if isInRegisters {
      for k in 0..<n {
        text.append(
          "  %state\(k) = phi double [ %state\(k).first, %entry ], [ \(body.text(nextState[k])), %latch ]"
        )
      }
    } else {
      text.append("  %source = phi ptr [ %first.source, %entry ], [ %target, %latch ]")
      text.append("  %target = phi ptr [ %first.target, %entry ], [ %source, %latch ]")
    }
    text.append(
      isInRegisters
        ? "  %parity = phi i64 [ 0, %entry ], [ 0, %latch ]"
        : "  %parity = phi i64 [ %first.parity, %entry ], [ %parity.next, %latch ]")
    if prediction != nil { text.append("  \(Self.trust)") }
    // Whole numbers, which have no last bit to lose.
    text.append("  %taken.real = uitofp i64 %taken to double")
    for k in clocks.indices {
      text.append("  %clock\(k) = fadd double %clock\(k).first, %taken.real")
    }
    text.append("  %more = icmp ult i64 %taken, %most")
    text.append("  br i1 %more, label %step, label %finished")
    text.append("step:")
    if let prediction { text += Self.lines(of: prediction) }
    text += body.lines
    text.append("  %taken.next = add i64 %taken, 1")
    if !isInRegisters { text.append("  %parity.next = xor i64 %parity, 1") }
    text.append("  br label %loop")
    for (outcome, label) in ["finished", "stopped", "failed"].enumerated() {
      text.append("\(label):")
      for k in clocks.indices { text.append("  store double %clock\(k), ptr %clock\(k).place") }
      if isInRegisters {
        for k in 0..<n { text.append("  store double %state\(k), ptr %state\(k).place") }
      }
      text.append("  %\(label).steps = shl i64 %taken, 2")
      text.append("  %\(label).result = or i64 %\(label).steps, \(outcome)")
      text.append("  ret i64 %\(label).result")
    }
    text.append("}")
    module.add(function: text.joined(separator: "\n"))
  }
}
