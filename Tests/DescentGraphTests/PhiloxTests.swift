import Testing

@testable import DescentGraph

/// The test vectors of the Random123 library, `kat_vectors`: philox4x32 with 10 rounds.
@Suite struct PhiloxTests {
  @Test(arguments: [
    (
      [0, 0, 0, 0, 0, 0] as [UInt32],
      [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8] as [UInt32]
    ),
    (
      [
        0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff,
      ], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
    ),
    (
      [
        0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344, 0xa409_3822, 0x299f_31d0,
      ], [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
    ),
  ])
  func `the published test vectors hold`(_ input: [UInt32], _ output: [UInt32]) {
    let block = Philox.block(
      (input[0], input[1], input[2], input[3]), key: (input[4], input[5]))
    #expect([block.0, block.1, block.2, block.3] == output)
  }

  @Test func `normal numbers have their mean and deviation`() {
    var (sum, squares) = (0.0, 0.0)
    let count = 100_000
    var u = Array(repeating: 0.0, count: count)
    var v = u
    Philox(seed: (1, 2), draw: 3, step: 4).uniforms(
      (0..<UInt32(count)).map(\.self), count, into: &u, &v)
    for (u, v) in zip(u, v) {
      let x = NormalRandom.value(u, v, 5, 2)
      sum += x
      squares += (x - 5) * (x - 5)
    }
    // Five standard errors.
    #expect((sum / Double(count) - 5).magnitude < 5 * 2 / Double(count).squareRoot())
    #expect((squares / Double(count) - 4).magnitude < 5 * 4 * (2 / Double(count)).squareRoot())
  }
}
