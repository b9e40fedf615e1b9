import DescentSource
import Foundation
import Testing

@testable import DescentSession

@Suite struct ArrangementTests {
  @Test func `a split learns from its part alone`() throws {
    let test = DataTestSession()
    try test.run("data x = 1..10, y = 2*x; split 0.7")
    let (training, validation) = (try test.numbers("x"), try test.numbers("x on validation"))
    #expect(training.count == 7 && validation.count == 3)
    #expect((training + validation).sorted() == Array(stride(from: 1.0, through: 10, by: 1)))
    #expect(training == training.sorted())
    // The figures by hand: the mean square of (x - 2x) on each part.
    func meanSquare(_ x: [Double]) -> Double { x.map { $0 * $0 }.reduce(0, +) / Double(x.count) }
    try test.run("w = 1; cost (w*x - y)^2; rate 0.001; step 2")
    #expect(abs(test.column("cost")[0] - meanSquare(training)) < 1e-12)
    #expect(abs(test.column("validation")[0] - meanSquare(validation)) < 1e-12)
    let w = try test.value("w")
    let expected = 1.0 + 0.001 * 2 * meanSquare(training)
    let second = expected + 0.001 * 2 * (2 - expected) * meanSquare(training)
    #expect(abs(w - second) < 1e-14)
    #expect(
      abs(try test.value("cost on validation") - (w - 2) * (w - 2) * meanSquare(validation)) < 1e-12
    )
    // The seed decides, and 'split off' learns from all again.
    try test.run("set seed 5; split 0.7")
    #expect(try test.numbers("x") != training)
    try test.run("set seed 42; split 0.7")
    #expect(try test.numbers("x") == training)
    try test.run("split off")
    #expect(try test.value("rows") == 10)
  }

  @Test func `scaled columns have mean 0 and variance 1 over the training rows`() throws {
    let test = DataTestSession()
    try test.run("data x = [1, 2, 3, 6], v = [[1, 5], [3, 5], [5, 5], [7, 5]]; scale x, v")
    let deviation = 3.5.squareRoot()
    #expect(try test.numbers("x") == [-2, -1, 0, 3].map { $0 / deviation })
    // What is the same in every row stays 0.
    #expect(try test.numbers("v[2]") == [0, 0, 0, 0])
    #expect(try test.numbers("v[1]") == [-3, -1, 1, 3].map { $0 / 5.0.squareRoot() })
    try test.run("data x = [0, 10, 20, 30], v = [[1, 2], [3, 4], [5, 6], [7, 9]]; split 0.5")
    let (training, validation) = (try test.numbers("x"), try test.numbers("x on validation"))
    #expect(abs(training.reduce(0, +)) < 1e-15)
    #expect(abs(training.map { $0 * $0 }.reduce(0, +) - 2) < 1e-14)
    #expect(validation.contains { abs($0) > 1 })
  }

  @Test func `a value is predicted in original units`() throws {
    let test = DataTestSession()
    let model = "b0 + b1*hours + b2*quiz"
    try test.run(
      "data \"data/exam_scores.csv\"; scale hours, quiz; cost (\(model) - score)^2; b0 = 68; b1 = 7; b2 = 6; step 0"
    )
    let (mean, deviation) = (4.75, 2.402255884233262)
    let quiz = (80 - 68.0) / 12.01388086062673
    #expect(
      abs(
        try test.value("\(model) at hours = 3, quiz = 80")
          - (68 + 7 * (3 - mean) / deviation + 6 * quiz))
        < 1e-12)
    #expect(try test.numbers("\(model) at row 2") == [try test.numbers(model)[1]])
  }

  /// The closed-form optimum of `reference_fits.json`, through scaled columns.
  @Test func `weights are told in original units`() throws {
    let test = DataTestSession()
    try test.run(
      """
      data "data/exam_scores.csv"
      scale hours, quiz, attendance
      cost (b0 + b1*hours + b2*quiz + b3*attendance - score)^2
      rule newton
      step 3
      set precision 17
      """)
    let expected = [
      ("intercept", 2.234680097563108717708148), ("hours", 2.608403994698065256289751),
      ("quiz", 0.5294110509326178308320723), ("attendance", 0.1859650520583460083640894),
    ]
    for variant in ["", "scale score; step 5", "scale off quiz; step 5", "scale off; step 5"] {
      try test.run(variant + "\nshow weights")
      guard case .equations(let weights)? = test.outputs.last else {
        throw Diagnostic("test.weights", "none")
      }
      #expect(weights.map(\.left) == expected.map(\.0))
      for (weight, reference) in zip(weights, expected) {
        let value = try #require(Double(weight.right))
        #expect(abs(value - reference.1) < 1e-10 * max(1, abs(reference.1)), "\(variant)")
      }
    }
  }

  @Test(arguments: [
    ("cost (w2*tanh(w1*x + b1) + b2 - y)^2", false),
    ("cost (w*x^2 - y)^2", false),
    ("cost softplus(w*x + b) - y*(w*x + b)", true),
    ("cost mean((w*x + b - y)^2) + 0.1*w^2", true),
    ("cost mean((w*(x - mean(x)) + b - y)^2)", false),
    ("cost mean((w*x - y)^2) + mean((v*x + 1 - y)^2)", false),
    ("V[3] = 0; c[3] = 0; cost crossentropy(V*x + c, z)", true),
  ])
  func `weights are told of what is linear in the columns`(
    _ example: (cost: String, isLinear: Bool)
  ) throws {
    let test = DataTestSession()
    try test.run("data x = [1, 2, 4], y = [0, 1, 1], z = [1, 2, 3]; scale x; \(example.cost)")
    #expect((test.message("show weights") == nil) == example.isLinear)
  }

  /// To the last bits of what 200,000 steps of plain descent reach.
  @Test func `plain descent on standardized columns reaches the closed-form optimum`() throws {
    let test = DataTestSession()
    try test.run(
      """
      data "data/exam_scores.csv"
      scale hours, quiz, attendance
      cost (b0 + b1*hours + b2*quiz + b3*attendance - score)^2
      rate 0.3
      step until norm(grad) < 1e-10 max 20000
      """)
    let least = 0.4796492255114532787510469
    #expect(abs(try test.value("cost") - least) < 1e-8 * least)
  }

  @Test func `saved sessions with data go on as they were`() throws {
    for text in [
      "data x = [1, 2, 3], y = 2*x; cost (w*x - y)^2; step 2",
      "let k = 2; data x = k*[1, 2, 3], v = [[1, 2], [3, -0.1], [5, 6]]; let k = 3; cost (w*x - v[1])^2; step 2",
      "set seed 7; let n = normal(0, 1); data rows = 9, x = uniform(0, 1), y = x + normal(0, 1); set seed 8; split 0.6; set seed 9; cost (w*x - y)^2; scale x; batch 2; step 5; rule adam; epoch",
      "data \"data/exam_scores.csv\" as h = hours, z = quiz..attendance; scale z; cost (dot(w0, z) + h*b - score)^2",
      "input name = \"data/iris.csv\"; data \"{name}\" as x = sepal_length..petal_width, class(species) drop missing; V[3, 4] = normal(0, 1); cost crossentropy(V @ x, species); split 2/3; set shuffle off; batch 10; epoch",
      "data \"data/overfit_train.csv\" validation \"data/overfit_validation.csv\"; cost (a*x^2 - y)^2; step",
    ] {
      let original = DataTestSession()
      try original.run(text.replacing("dot(w0, z)", with: "w1*z[1] + w2*z[2]"))
      try original.run("save \"s.descent\"")
      let again = DataTestSession()
      again.files = original.files
      try again.run("source \"s.descent\"")
      for more in ["step 3", "epoch", "let fresh = normal(0, 1)", "step"] {
        try original.run(more)
        try again.run(more)
        #expect(original.session.firstDifference(from: again.session) == nil, "\(text): \(more)")
      }
      #expect(original.session.savedText == again.session.savedText)
    }
  }

  @Test func `a saved session finds its files from where it is`() throws {
    func path(_ script: String, _ file: String) -> String {
      SavedPlace(script: script, folder: "/here").path(to: file)
    }
    #expect(path("s.descent", "a.csv") == "a.csv")
    #expect(path("out/s.descent", "a.csv") == "../a.csv")
    #expect(path("out/s.descent", "out/in/a.csv") == "in/a.csv")
    #expect(path("out/s.descent", "data/a.csv") == "../data/a.csv")
    #expect(path("s.descent", "/data/a.csv") == "/data/a.csv")
    #expect(path("/tmp/s.descent", "a.csv") == "/here/a.csv")
    #expect(path("../s.descent", "a.csv") == "/here/a.csv")
  }

  @Test func `undo takes back data, splits, scales and batches`() throws {
    var history = History()
    let test = DataTestSession()
    var prints: [String] = []
    let commands = [
      "data x = 1..10, y = 2*x", "cost (w*x - y)^2", "rate 0.001", "split 0.7", "scale x",
      "batch 3",
      "epoch", "set shuffle off", "data x = [1, 2, 3], y = [1, 1, 1]", "scale off", "epoch 2",
    ]
    func run(_ text: String) throws {
      let script = Script(SourceText(name: "test", text: text), origin: .typed)
      for case .statement(let statement) in script.items {
        _ = try history.run(statement, in: &test.session, test.environment)
      }
    }
    for command in commands {
      prints.append(test.session.fingerprint)
      try run(command)
    }
    let last = test.session.fingerprint
    for print in prints.reversed() {
      try run("undo")
      #expect(test.session.fingerprint == print)
    }
    for _ in commands { try run("redo") }
    #expect(test.session.fingerprint == last)
  }
}
