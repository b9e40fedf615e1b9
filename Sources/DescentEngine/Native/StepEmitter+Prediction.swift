internal import DescentGraph

/// Steps that start from a predicted state.
///
/// The next step starts from the prediction; meanwhile the state is computed as it is written, and
/// the two are compared bit by bit. Where they differ, which is seldom, a branch takes the state as it
/// is written instead: the processor, which takes branches before it knows, then begins the next
/// step once more. So a step waits for the prediction alone, and the bits are always those of the
/// step as it is written.
extension StepEmitter {
  /// How many steps without a mistake make up for one, which takes some twenty cycles.
  private static let stepsOfMistake = 16
  /// The most steps that are made up for in advance.
  private static let credit = 512
  /// How many steps are not predicted once mistakes are more than that.
  private static let pause = 4096

  /// From which step on steps are predicted.
  static let trust = "%trusted = phi i64 [ -\(credit), %entry ], [ %trusted.next, %latch ]"

  /// Writes the prediction in front of the step: what a processor meets first it does first.
  static func lines(of prediction: Prediction) -> [String] {
    [
      "  %predicts = icmp sge i64 %taken, %trusted",
      "  br i1 %predicts, label %predicted, label %written, !prof !1",
      "predicted:",
    ] + prediction.body.lines + ["  br label %written", "written:"]
      + prediction.next.map { k, value in
        "  \(guess(k)) = phi double [ \(prediction.body.text(value)), %predicted ], [ poison, %step ]"
      }
  }

  private static func guess(_ k: Int) -> String { "%state\(k).guess" }

  /// Writes the comparison behind the step, and what happens where they differ; the next state.
  func compare(_ prediction: Prediction, with exact: [NativeValue]) -> [NativeValue] {
    body.add("br i1 %predicts, label %compared, label %latch, !prof !1")
    body.begin("compared")
    let differences = prediction.next.map { k, _ in
      NativeValue(Self.guess(k), body).bits ^ exact[k].bits
    }
    let difference = differences.dropFirst().reduce(differences[0], |)
    let wrong = body.assign("icmp ne i64 \(body.text(difference)), 0")
    body.add("br i1 \(wrong), label %mistaken, label %latch, !prof !0")
    body.begin("mistaken")
    // Without it the branch may become a choice that waits for both.
    body.add("call void asm sideeffect \"\", \"\"()")
    body.add("%oldest = sub i64 %taken, \(Self.credit)")
    body.add("%is.old = icmp slt i64 %trusted, %oldest")
    body.add("%since = select i1 %is.old, i64 %oldest, i64 %trusted")
    body.add("%charged = add i64 %since, \(Self.stepsOfMistake)")
    body.add("%is.over = icmp sgt i64 %charged, %taken")
    body.add("%later = add i64 %taken, \(Self.pause)")
    body.add("%trusted.again = select i1 %is.over, i64 %later, i64 %charged")
    body.add("br label %latch")
    body.begin("latch")
    func join(_ name: String, _ type: String, _ old: String, _ guess: String, _ right: String) {
      body.add(
        "\(name) = phi \(type) [ \(old), %finite ], [ \(guess), %compared ], "
          + "[ \(right), %mistaken ]")
    }
    join("%trusted.next", "i64", "%trusted", "%trusted", "%trusted.again")
    var next = exact
    for (k, _) in prediction.next {
      let right = body.text(exact[k])
      join("%state\(k).next", "double", right, Self.guess(k), right)
      next[k] = NativeValue("%state\(k).next", body)
    }
    return next
  }
}
