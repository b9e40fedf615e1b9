internal import DescentGraph

/// Whether the long values of the next state are finite.
extension StepEmitter {
  /// Numbers that are zero where the next state is finite.
  func finitenessTest(of run: ElementRun) -> [NativeValue] {
    guard let first = run.finite.first else { return run.zeros }
    let wide = body.lanes(Self.elementLanes)
    let lanes = run.finite.dropFirst().reduce(first) { $0 + $1 } * 0
    let quick = wide.sumOfLanes(lanes)
    guard run.hasProducts else { return run.zeros + [quick] }
    let isSuspect = body.assignHere("fcmp une double \(body.text(quick)), 0.0")
    let (careful, done) = (module.newLabel("careful"), module.newLabel("after"))
    let before = body.label
    body.add("br i1 \(isSuspect), label %\(careful), label %\(done), !prof !0")
    body.begin(careful)
    let zero = body.scoped {
      run.sinks.reduce(NativeValue(0)) { sum, sink in
        guard case .next(let start) = sink.kind else { return sum }
        return sum + zeroWhereFinite(start, sink.count / Self.elementLanes * Self.elementLanes)
      }
    }
    let after = body.label
    body.add("br label %\(done)")
    body.begin(done)
    return run.zeros + [joined(quick, before, zero, after, body)]
  }

  /// A number that is zero where so many numbers of the next state are finite.
  private func zeroWhereFinite(_ start: Int, _ count: Int) -> NativeValue {
    let before = body.label
    let loop = module.newLabel("test")
    body.add("br label %\(loop)")
    body.begin(loop)
    let (index, name) = (module.newName(), module.newName())
    let place = body.reserve()
    let base = address("%target", start, body)
    let address = body.assignHere("getelementptr double, ptr \(base), i64 \(index)")
    let number = NativeValue(body.assignHere("load double, ptr \(address)"), body)
    let zero = NativeValue(name, body).addingProduct(number, 0)
    let following = body.assignHere("add i64 \(index), 1")
    let isMore = body.assignHere("icmp ult i64 \(following), \(count)")
    let after = body.label
    let phis = [
      "\(index) = phi i64 [ 0, %\(before) ], [ \(following), %\(after) ]",
      phi(name, body, (0, before), (zero, after)),
    ]
    body.fill(place, phis.joined(separator: "\n  "))
    let done = module.newLabel("after")
    body.add("br i1 \(isMore), label %\(loop), label %\(done)")
    body.begin(done)
    return zero
  }
}
