#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// What is known of the terminal, if there is one, behind a file descriptor.
package enum Terminal {
  /// When output is coloured: `--color`.
  package enum ColorChoice: String, CaseIterable, Sendable {
    case auto, always, never
  }

  package static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// The terminal's width in columns: what it says itself, else `COLUMNS`, else 80.
  package static func width(of descriptor: Int32) -> Int {
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return Int(size.ws_col)
    }
    return width(columns: environment("COLUMNS"))
  }

  /// The width where there is no terminal to ask.
  package static func width(columns: String?) -> Int {
    guard let columns = columns.flatMap({ Int($0) }), columns > 0 else { return 80 }
    return columns
  }

  /// Whether escapes for colour belong into what is written to `descriptor`.
  package static func usesColor(_ choice: ColorChoice, on descriptor: Int32) -> Bool {
    usesColor(
      choice, isTerminal: isTerminal(descriptor), noColor: environment("NO_COLOR"),
      terminalType: environment("TERM"))
  }

  /// The decision alone. An explicit choice wins; `NO_COLOR` counts unless it is empty, as
  /// <https://no-color.org> has it.
  package static func usesColor(
    _ choice: ColorChoice, isTerminal: Bool, noColor: String?, terminalType: String?
  ) -> Bool {
    switch choice {
    case .always: true
    case .never: false
    case .auto: isTerminal && (noColor ?? "").isEmpty && (terminalType ?? "dumb") != "dumb"
    }
  }
}

/// The value of an environment variable, `nil` if it is not set.
package func environment(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}
