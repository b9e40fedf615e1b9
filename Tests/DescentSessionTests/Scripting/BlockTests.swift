import DescentElaboration
import DescentSource
import Testing

@testable import DescentSession

struct `Blocks` {
  private func printed(_ text: String) throws -> [String] {
    let session = TestSession()
    try session.run(text)
    return session.outputs.compactMap { if case .printed(let text) = $0 { text } else { nil } }
  }

  @Test(arguments: [
    ("for k in 1..3 { print k }", ["1", "2", "3"]),
    ("for k in 3..1 by -1 { print k }", ["3", "2", "1"]),
    ("for k in 0.1, 1..2, -5 { print k }", ["0.1", "1", "2", "-5"]),
    ("x = [4, 5]\nfor k in x { print k }", ["4", "5"]),
    ("for i in 1..2 { for k in 1..2 { print 10i + k } }", ["11", "12", "21", "22"]),
    ("for k in 1..2 { print k }; for k in 5..6 { print k }", ["1", "2", "5", "6"]),
    ("w = 3\nrepeat 3 { w = w + 1; print w }", ["4", "5", "6"]),
    ("repeat 0 { print 1 }", []),
    ("w = 3\nif w > 2 { print \"far\" }", ["far"]),
    (
      "w = 1\nif w > 2 { print \"far\" } else if w == 1 { print \"one\" } else { print 0 }", ["one"]
    ),
    (
      "w = 0\nif w > 2 {\n print \"far\"\n} else if w == 1 {\n print \"one\"\n} else {\n print 0\n}",
      ["0"]
    ),
    ("w = 0\nif w > 2 { print 1 }", []),
    ("x = [1, 2]\nfor k in x { x = [7, 8] ; print k }", ["1", "2"]),
    ("input a = \"x\"\nif a == \"x\" { print 1 } else { print 2 }", ["1"]),
    ("input a = \"x\"\nif a != \"x\" { print 1 } else { print 2 }", ["2"]),
    ("input a = \"x\"\ninput b = \"x\"\nif a == \"{b}\" { print 1 }", ["1"]),
    ("input a = \"\"\nif a == \"x\" { print 1 } else if 2 > 1 { print 2 }", ["2"]),
    ("input a = \"\"\nif a == \"x\" or a == \"y\" or a == \"\" { print 1 }", ["1"]),
    ("input a = \"x\"\nif a == \"y\" and a == \"\" or a == \"x\" { print 1 }", ["1"]),
    ("input a = \"x\"\nif a == \"x\" and a == \"\" { print 1 } else { print 2 }", ["2"]),
  ])
  func `run their commands`(text: String, expected: [String]) throws {
    #expect(try printed(text) == expected)
  }

  @Test(arguments: [
    ("w = 1", "w == \"x\"", "'w' is a number, and no text"),
    ("w = 1", "v == \"x\"", "no text is called 'v'"),
    ("input a = \"x\"", "a == \"x\" or v == \"x\"", "no text is called 'v'"),
    ("input a = \"x\"", "a == \"x\" and 1 < 2", "'1' stands where a text to be compared"),
  ])
  func `refuse to compare with a text what is none`(
    before: String, test: String, message: String
  ) throws {
    let error = #expect(throws: Diagnostic.self) {
      try printed("\(before)\nif \(test) { print 1 }")
    }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  /// Texts are known before anything runs, and what they rule out may need a file.
  @Test func `of a test of texts, the block that will run is checked`() throws {
    for (text, isRight) in [("", true), ("x", false)] {
      let session = TestSession()
      session.session.checksOnly = true
      let script = "input a = \"\(text)\"\nif a == \"\" { print 1 } else { print nowhere }"
      if isRight {
        try session.run(script)
      } else {
        #expect(throws: Diagnostic.self) { try session.run(script) }
      }
    }
  }

  @Test func `an if with then is an expression`() throws {
    var session = Session()
    #expect(try session.shownValue(of: "if 2 > 1 then 5 else 6") == "5")
    #expect(try printed("if 1 { if 2 > 1 then 5 else 6 }") == [])
  }

  /// What a loop defines keeps the number, and can be given its meaning anew after the loop.
  @Test func `what is defined inside keeps the number`() throws {
    let session = TestSession()
    try session.run(
      """
      let a = 1
      cost w^2
      for k in 2, -3 {
        let f(x) = x*k + 0k
        let p = a*3^k
        rate 0.1*k^2
        cost (w - k)^2
        rule momentum(k^2/10)
      }
      let a = 2
      """)
    #expect(try session.value("f(2)") == -6)
    #expect(try session.value("p") == 2.0 / 27)
    #expect(try session.value("rate") == 0.1 * 9)
    #expect(try session.value("(cost at w = 0)") == 9)
    #expect(session.session.rule.text == "momentum(beta = (-3)^2/10)")
    #expect(throws: Diagnostic.self) { try session.run("k") }
  }

  @Test func `an error stops there and keeps what was done`() throws {
    let session = TestSession()
    try session.run("cost w^2")
    #expect(throws: Diagnostic.self) {
      try session.run("for k in 1..5 { step; if k == 3 { step 1.5 } }")
    }
    #expect(session.session.descent.step == 3)
    #expect(session.session.scope.definedNames.isEmpty && session.session.loopValues.isEmpty)
  }

  @Test func `Ctrl-C stops between commands`() throws {
    var session = Session()
    try session.outputs(of: "w = 0")
    let script = Script(
      SourceText(name: "test", text: "repeat 1000000000 { w = w + 1 }"), origin: .typed)
    var looks = 0
    let environment = Environment(
      emit: { _ in },
      isInterrupted: {
        looks += 1
        return looks >= 5
      })
    #expect(try session.run(script, environment) == .interrupted)
    #expect(try session.shownValue(of: "w") == "5")
  }

  @Test func `a check goes through a body once, and through every branch`() throws {
    var session = Session()
    session.checksOnly = true
    try session.outputs(of: "cost w^2\nrepeat 1000000000000 { step }\nfor k in 1..3 { rate k }")
    #expect(throws: Diagnostic.self) {
      try session.outputs(of: "if 1 { step } else { nothing + 1 }")
    }
  }
}

struct `The steps that are kept` {
  /// More segments than points are kept: each has its first point, and none is lost.
  @Test func `are found again after thousands of ways to step`() throws {
    let session = TestSession()
    try session.run("cost w^2\nfor k in 1..2200 { rate k/1e6; step }")
    let descent = session.session.descent
    #expect(descent.step == 2200)
    #expect(descent.point(1100, fixed: session.session.environmentValues)?.step == 1100)
    try session.run("back 2199")
    #expect(try session.value("w") == 1 - 2e-6)
  }

  @Test func `are the same from near as from afar`() throws {
    let session = TestSession()
    try session.run("cost (w - 3)^4\nrule adam\nstep 5000")
    let fixed = session.session.environmentValues
    let descent = session.session.descent
    descent.visit(stride(from: 0, through: 5000, by: 7), fixed: fixed) { point in
      #expect(point.state == descent.point(point.step, fixed: fixed)?.state)
      return true
    }
  }

  @Test func `share what only grows`() {
    var list = SharedList<Int>()
    for number in 0..<10 { list.append(number) }
    var other = list
    other.append(10)
    list.append(-10)
    #expect(Array(list) == Array(0..<10) + [-10] && Array(other) == Array(0...10))
    other.keep { $0 < 4 }
    var third = other
    third.append(99)
    #expect(Array(third) == [0, 1, 2, 3, 99] && Array(other) == [0, 1, 2, 3])
    #expect(list.last(fitting: { $0 >= 0 && $0 < 5 }) == 4)
  }
}
