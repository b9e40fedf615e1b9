import Testing

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A program running in a terminal of its own, with a person's hands and eyes on it.
final class PseudoTerminal {
  private let controller: Int32
  private let child: pid_t
  private var status: Int32?
  private var received: [UInt8] = []
  /// How much of ``screen`` earlier expectations have seen.
  private var seen = 0

  enum Key {
    static let enter = "\r"
    static let tab = "\t"
    static let controlC = "\u{3}"
    static let controlD = "\u{4}"
    static let up = "\u{1B}[A"
    static let backspace = "\u{7F}"
  }

  struct NotSeen: Error, CustomStringConvertible {
    var text: String
    var screen: String
    var description: String { "\(text.debugDescription) did not appear in:\n\(screen)" }
  }

  /// - Parameter program: what to run in place of the program under test.
  init(
    _ arguments: [String] = [], variables: [String: String?] = [:], columns: Int = 80,
    program: String? = nil
  ) throws {
    controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    let device = try deviceName(ofController: controller)
    setColumns(columns, ofController: controller)
    // No startup file of the person who runs the tests may change the keys.
    let defaults: [String: String?] = [
      "INPUTRC": "/dev/null", "LC_ALL": "C.UTF-8", "DESCENT_HISTORY": "",
    ]
    child = try Child.start(
      try program ?? #require(Executable.path), arguments,
      variables: defaults.merging(variables) { $1 }, terminal: device)
  }

  deinit {
    if status == nil {
      kill(child, SIGKILL)
      waitpid(child, nil, 0)
    }
    close(controller)
  }

  /// As if the person made the window wider or narrower.
  func resize(columns: Int) { setColumns(columns, ofController: controller) }

  func type(_ keys: String) {
    _ = write(Array(keys.utf8), to: controller)
  }

  /// What was shown so far, without escape sequences and carriage returns.
  var screen: String { withoutEscapes(received) }

  /// What was shown, escapes and all.
  var raw: String { String(decoding: received, as: UTF8.self) }

  /// Waits until `text` appears after what earlier calls have seen; returns what came before it.
  @discardableResult
  func expect(_ text: String, timeLimit: Double = 10) throws -> String {
    let deadline = now() + timeLimit
    while true {
      let fresh = Array(screen.utf8.dropFirst(seen))
      if let place = fresh.firstRange(of: Array(text.utf8)) {
        seen += place.upperBound
        return String(decoding: fresh[..<place.lowerBound], as: UTF8.self)
      }
      guard now() < deadline, receive(until: deadline) else {
        throw NotSeen(text: text, screen: screen)
      }
    }
  }

  /// Waits for the program to end.
  func exitStatus(timeLimit: Double = 10) throws -> Int32 {
    let deadline = now() + timeLimit
    while status == nil {
      _ = receive(until: min(deadline, now() + 0.01))
      var status: Int32 = 0
      if waitpid(child, &status, WNOHANG) == child {
        self.status = DescentCommandLineTests.exitStatus(fromWait: status)
      } else if now() > deadline {
        throw NotSeen(text: "(the end of the program)", screen: screen)
      }
    }
    while receive(until: now()) {}
    return try #require(status)
  }

  /// False if nothing came in time or nothing more will.
  private func receive(until deadline: Double) -> Bool {
    var source = pollfd(fd: controller, events: Int16(POLLIN), revents: 0)
    guard poll(&source, 1, Int32(max(0, (deadline - now()) * 1000).rounded(.up))) > 0 else {
      return false
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    let count = read(controller, &chunk, chunk.count)
    received += chunk.prefix(max(count, 0))
    if count <= 0 { usleep(1000) }
    return count > 0
  }
}

private func setColumns(_ columns: Int, ofController controller: Int32) {
  var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
  _ = ioctl(controller, UInt(TIOCSWINSZ), &size)
}

/// Unlocks a fresh terminal and says where its other side is.
private func deviceName(ofController controller: Int32) throws -> String {
  #if canImport(Darwin)
    try #require(grantpt(controller) == 0 && unlockpt(controller) == 0)
    return String(cString: try #require(ptsname(controller)))
  #else
    // TIOCSPTLCK and TIOCGPTN: the C functions for them are hidden behind feature macros.
    var lock: Int32 = 0
    var number: Int32 = 0
    try #require(
      ioctl(controller, 0x4004_5431, &lock) == 0 && ioctl(controller, 0x8004_5430, &number) == 0)
    return "/dev/pts/\(number)"
  #endif
}

/// Drops `ESC [ … letter`, the other escapes of one letter, bells and carriage returns.
private func withoutEscapes(_ bytes: [UInt8]) -> String {
  var kept: [UInt8] = []
  var index = 0
  while index < bytes.count {
    let byte = bytes[index]
    index += 1
    if byte == 0x1B {
      guard index < bytes.count else { break }
      let next = bytes[index]
      index += 1
      if next == UInt8(ascii: "[") {
        while index < bytes.count, !(0x40...0x7E).contains(bytes[index]) { index += 1 }
        index += 1
      }
    } else if byte != 0x07, byte != 0x0D {
      kept.append(byte)
    }
  }
  return String(decoding: kept, as: UTF8.self)
}
