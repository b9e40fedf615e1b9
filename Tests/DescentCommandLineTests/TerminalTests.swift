import DescentCommandLine
import Testing

struct `The terminal` {
  @Test(
    arguments: [
      (nil, 80), ("", 80), ("132", 132), ("0", 80), ("-3", 80), ("wide", 80),
    ] as [(String?, Int)])
  func `is as wide as COLUMNS says where nothing better is known`(columns: String?, width: Int) {
    #expect(Terminal.width(columns: columns) == width)
  }

  @Test func `an explicit choice of colour wins`() {
    #expect(
      Terminal.usesColor(.always, isTerminal: false, noColor: "1", terminalType: "dumb"))
    #expect(
      !Terminal.usesColor(.never, isTerminal: true, noColor: nil, terminalType: "xterm"))
  }

  @Test func `colour is for terminals that know it and people who want it`() {
    func decision(_ isTerminal: Bool, _ noColor: String?, _ type: String?) -> Bool {
      Terminal.usesColor(.auto, isTerminal: isTerminal, noColor: noColor, terminalType: type)
    }
    #expect(decision(true, nil, "xterm-256color"))
    #expect(decision(true, "", "xterm"), "NO_COLOR counts only when it is not empty")
    #expect(!decision(true, "1", "xterm"))
    #expect(!decision(true, nil, "dumb"))
    #expect(!decision(true, nil, nil))
    #expect(!decision(false, nil, "xterm"))
  }
}
