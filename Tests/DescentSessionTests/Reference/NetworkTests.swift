import Foundation
import Testing

@testable import DescentSession

/// Small networks against PyTorch's, step by step.
@Suite struct NetworkTests {
  /// Written-out initial weights, so that no generator is needed: parameter k is 0.1·sin(k + 1), in
  /// the order of the layers, weights row after row before biases.
  ///
  /// **Source** torch 2.13.0+cpu, float64.
  struct Network: Decodable, CustomTestStringConvertible, Sendable {
    var name: String
    var sizes: [Int]
    var parameters: Int
    var rate: Double
    /// The loss before the first step, then after each.
    var lossAfterStep: [Double]
    var gradientL2: Double
    var gradientSum: Double
    var gradientFirst5: [Double]
    var gradientLast5: [Double]
    /// Slopes by the place of the parameter, counted from 0.
    var gradientAt: [String: Double]
    var testDescription: String { name }

    /// The parameters as they are typed.
    var definitions: String {
      var text = ""
      var first = 1
      for (layer, (n, m)) in zip(sizes, sizes.dropFirst()).enumerated() {
        let middle = first + m * n
        text += """
          W\(layer + 1)[\(m), \(n)] = 0.1*reshape(sin(range(\(first), \(middle - 1))), \(m), \(n))
          b\(layer + 1)[\(m)] = 0.1*sin(range(\(middle), \(middle + m - 1)))

          """
        first = middle + m
      }
      return text
    }

    /// The output of the last layer, of an input `x`.
    var model: String {
      (1..<sizes.count).reduce("x") { "sigmoid(W\($1) @ \($0) + b\($1))" }
    }
  }

  static let networks: [Network] = {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let file = ReferenceTable.folder.appending(path: "networks.json")
    return (try? decoder.decode([Network].self, from: Data(contentsOf: file))) ?? []
  }()

  /// What each network is given and what is made of its output, by its sizes.
  static let problems: [[Int]: String] = [
    [784, 16, 16, 10]: """
    let x = mod(range(0, 783), 17)/16
    cost sum((MODEL - [0, 0, 0, 1, 0, 0, 0, 0, 0, 0])^2)
    """,
    [2, 2, 1]: """
    data x = [[0, 0], [0, 1], [1, 0], [1, 1]], y = [0, 1, 1, 0]
    cost mean((MODEL[1] - y)^2)
    """,
  ]

  @Test func `the networks are there`() {
    #expect(Set(Self.networks.map(\.sizes)) == Set(Self.problems.keys))
    #expect(Self.networks.contains { $0.parameters == 13_002 })
  }

  private static func isNear(_ a: Double, _ b: Double) -> Bool {
    (a - b).magnitude <= 1e-10 * max(1e-3, b.magnitude)
  }

  @Test(arguments: networks)
  func `a network has PyTorch's losses and slopes`(_ network: Network) throws {
    let session = TestSession()
    let problem = try #require(Self.problems[network.sizes])
    try session.run(network.definitions)
    try session.run(problem.replacing("MODEL", with: network.model))
    try session.run("rate \(network.rate)")
    let slopes = session.session.evaluate([try session.node("grad")])[0]
    #expect(slopes.count == network.parameters)
    for (place, slope) in network.gradientAt {
      #expect(Self.isNear(slopes[try #require(Int(place))], slope), "\(place)")
    }
    let (first, last) = (network.gradientFirst5, network.gradientLast5)
    #expect(zip(slopes.prefix(5), first).allSatisfy { Self.isNear($0, $1) })
    #expect(zip(slopes.suffix(5), last).allSatisfy { Self.isNear($0, $1) })
    #expect(Self.isNear(slopes.reduce(0, +), network.gradientSum))
    #expect(Self.isNear(norm(slopes), network.gradientL2))
    for (step, loss) in network.lossAfterStep.enumerated() {
      if step > 0 { try session.run("step") }
      #expect(Self.isNear(try session.value("cost"), loss), "step \(step)")
    }
  }

  /// The mean over rows that are all the same.
  @Test func `the large network takes the same steps on rows of data`() throws {
    let network = try #require(Self.networks.first { $0.sizes == [784, 16, 16, 10] })
    let session = TestSession()
    try session.run(network.definitions)
    let row = (0..<784).map { "\(Double($0 % 17)/16)" }.joined(separator: ", ")
    let target = "[0, 0, 0, 1, 0, 0, 0, 0, 0, 0]"
    let rows = "x = [[\(row)], [\(row)], [\(row)]], y = [\(target), \(target), \(target)]"
    try session.run("data \(rows)")
    try session.run("cost mean(sum((\(network.model) - y)^2))")
    try session.run("rate \(network.rate)")
    for (step, loss) in network.lossAfterStep.enumerated() {
      if step > 0 { try session.run("step") }
      #expect(Self.isNear(try session.value("cost"), loss), "step \(step)")
    }
  }
}
