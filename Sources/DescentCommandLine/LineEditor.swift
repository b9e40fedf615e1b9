internal import CReadline

#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// Lines typed at a terminal, with GNU readline's editing, history and completion.
///
/// readline is a process-wide state machine, so there is one editor, used by the one thread that
/// runs the prompt.
package struct LineEditor: LineReading {
  private let history: HistoryFile?
  private var latest: String?

  /// `nil` where there is nobody to prompt: standard input is no terminal, or neither of the
  /// outputs is.
  package init?(history: HistoryFile?, completer: Completer) {
    guard Terminal.isTerminal(STDIN_FILENO) else { return nil }
    if !Terminal.isTerminal(STDOUT_FILENO) {
      guard Terminal.isTerminal(STDERR_FILENO) else { return nil }
      creadline_show_on_standard_error()
    }
    self.history = history

    useUnicode()
    ReadlineState.completer = completer
    creadline_start(ReadlineState.name, completeWord, wordBreaks)
    rl_initialize()

    using_history()
    stifle_history(Int32(HistoryFile.capacity))
    for entry in history?.load() ?? [] {
      if entry != latest { add_history(entry) }
      latest = entry
    }
  }

  package mutating func remember(_ entry: String) {
    guard entry != latest else { return }
    latest = entry
    add_history(entry)
    history?.append(entry)
  }

  package mutating func readLine(prompt: String, after entry: String) -> LineRead {
    ReadlineState.entry = entry
    ReadlineState.result = nil
    return Interrupts.withSignalsAtPrompt {
      rl_callback_handler_install(prompt, lineIsDone)
      while true {
        while let signal = Interrupts.nextSignalAtPrompt() {
          if handle(signal) { return .interrupted }
        }
        waitForKeyOrSignal()
        guard isKeyReady() else { continue }
        rl_callback_read_char()
        if let result = ReadlineState.result { return result }
      }
    }
  }

  /// Whether the line is abandoned.
  private func handle(_ signal: Int32) -> Bool {
    switch signal {
    case SIGINT:
      creadline_move_to_end()
      rl_echo_signal_char(SIGINT)
      rl_free_line_state()
      rl_callback_sigcleanup()
      rl_callback_handler_remove()
      rl_crlf()
      return true
    case SIGWINCH:
      rl_resize_terminal()
    default:
      // Stopped, or about to end: the terminal is given back as it was found.
      rl_cleanup_after_signal()
      Interrupts.deliver(signal)
      rl_reset_after_signal()
      rl_forced_update_display()
    }
    return false
  }

  private func waitForKeyOrSignal() {
    var sources = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
      pollfd(fd: Interrupts.promptDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    poll(&sources, 2, -1)
  }

  /// True at the end of the input as well: reading then says so.
  private func isKeyReady() -> Bool {
    var source = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&source, 1, 0) > 0
  }
}

/// Names such as `α` are typed and erased as one character only in a UTF-8 locale. readline takes
/// the locale from the environment, so where that names none or "C" it is mended for this process.
private func useUnicode() {
  setlocale(LC_CTYPE, "")
  if String(cString: nl_langinfo(nl_item(CODESET))) == "UTF-8" { return }
  for name in ["C.UTF-8", "en_US.UTF-8"] where setlocale(LC_CTYPE, name) != nil {
    setenv("LC_ALL", name, 1)
    return
  }
}

/// What readline's callbacks share with the editor.
private enum ReadlineState {
  // All of it is touched only by the thread that runs the prompt: readline calls back from within
  // `rl_callback_read_char`, never from elsewhere. So none of it is ever accessed twice at a time.
  nonisolated(unsafe) static var completer: Completer?
  nonisolated(unsafe) static var entry = ""
  nonisolated(unsafe) static var result: LineRead?
  nonisolated(unsafe) static var candidates: ArraySlice<String> = []

  // readline keeps these pointers; they are allocated once and never freed.
  nonisolated(unsafe) static let name = strdup("descent")
  nonisolated(unsafe) static let breaksInFiles = strdup("\"")
  /// Everything in ASCII that is not part of a name.
  nonisolated(unsafe) static let breaks = strdup(" \t\n\"\\'`@$><=;|&{(+-*/^,.:!?~%#)[]}")
}

private func lineIsDone(_ line: UnsafeMutablePointer<CChar>?) {
  // First, or readline would prompt again.
  rl_callback_handler_remove()
  if let line {
    ReadlineState.result = .line(String(cString: line))
    free(line)
  } else {
    rl_crlf()
    ReadlineState.result = .end
  }
}

private func completionAtCursor() -> Completion? {
  ReadlineState.completer?.completion(
    of: String(cString: creadline_line()), at: Int(creadline_cursor()),
    after: ReadlineState.entry)
}

/// Tells readline where the word begins, by what ends one: inside quotes nothing does.
private func wordBreaks() -> UnsafeMutablePointer<CChar>? {
  guard let completion = completionAtCursor() else { return nil }
  return completion.areFiles ? ReadlineState.breaksInFiles : ReadlineState.breaks
}

private func completeWord(
  _ text: UnsafePointer<CChar>?, _ start: Int32, _ end: Int32
) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
  creadline_completion_is_over()
  guard let text, let completion = completionAtCursor(), !completion.candidates.isEmpty else {
    return nil
  }
  ReadlineState.candidates =
    completion.candidates.map {
      fitted($0.text, from: completion.start, to: Int(start))
    }[...]
  creadline_matches_are_files(completion.areFiles ? 1 : 0)
  let suffix = completion.candidates.count == 1 ? completion.candidates[0].suffix.utf8.first : nil
  creadline_append(Int32(suffix ?? 0))
  return rl_completion_matches(text, nextCandidate)
}

/// readline and the completer need not agree on where the word begins: in `3w` readline takes the
/// digit for part of it, and after `\"` inside quotes it takes too little. What is typed between the
/// two places is added or left out.
private func fitted(_ text: String, from start: Int, to readlineStart: Int) -> String {
  if start < readlineStart {
    return String(decoding: text.utf8.dropFirst(readlineStart - start), as: UTF8.self)
  }
  let typed = String(cString: creadline_line()).utf8
    .dropFirst(readlineStart).prefix(start - readlineStart)
  return String(decoding: typed, as: UTF8.self) + text
}

private func nextCandidate(
  _ text: UnsafePointer<CChar>?, _ state: Int32
) -> UnsafeMutablePointer<CChar>? {
  // readline frees it.
  ReadlineState.candidates.popFirst().flatMap { strdup($0) }
}
