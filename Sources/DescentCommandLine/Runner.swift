internal import DescentData
internal import DescentSession
internal import DescentSource
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Runs what the command line names: files and code in order, or the prompt.
final class Runner {
  private let arguments: Arguments
  private let streams: StandardStreams
  private let renderer: OutputRenderer
  private let color: DiagnosticRenderer.Color
  private var session = Session()
  private var history = History()
  private var status: Int32 = 0

  init(_ arguments: Arguments, _ streams: StandardStreams) {
    self.arguments = arguments
    self.streams = streams
    renderer = OutputRenderer(format: arguments.format, isQuiet: arguments.isQuiet)
    color = Terminal.usesColor(arguments.color, on: 2) ? .always : .never
    if let precision = arguments.precision { session.settings.precision = precision }
    if let seed = arguments.seed { session.settings.seed = seed }
    session.selectEngine(arguments.engine.rawValue)
    session.threads = arguments.threads ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    for input in arguments.inputs { session.givenInputs[input.name] = input.value }
    session.checksOnly = arguments.checksOnly
  }

  /// The exit status.
  func run() -> Int32 {
    for script in arguments.scripts {
      let isOver = run(script)
      // A script that failed or was stopped is what one wants to look into at the prompt.
      if arguments.isInteractive, Interrupts.isRequested || status != 0 { break }
      if Interrupts.isRequested { return Interrupts.exitStatus }
      if isOver || (status != 0 && !arguments.keepsGoing) { return status }
    }
    guard arguments.scripts.isEmpty || arguments.isInteractive else { return status }
    return prompt() ?? (arguments.scripts.isEmpty ? standardInput() : status)
  }

  // MARK: Scripts

  /// Whether a script asked to end the session.
  private func run(_ script: Arguments.Script) -> Bool {
    switch script {
    case .code(let code):
      return run(SourceText(name: "-e", text: code), origin: .typed)
    case .standardInput:
      let before = status
      let after = standardInput()
      status = max(before, after)
      return false
    case .file(let path):
      do {
        return run(path, try FileReading.bytes(ofFile: path))
      } catch {
        report(Diagnostic("source.unreadable", "cannot read '\(path)': \(error)"))
        return false
      }
    }
  }

  private func run(_ path: String, _ bytes: [UInt8]) -> Bool {
    do {
      let source = try SourceText(name: path, bytes: bytes)
      session.openFiles = [path]
      defer { session.openFiles = [] }
      return run(source, origin: .file)
    } catch {
      report(error)
      return false
    }
  }

  private func standardInput() -> Int32 {
    do {
      let bytes = try FileReading.bytesOfStandardInput()
      _ = run(try SourceText(name: "<stdin>", bytes: bytes), origin: .file)
    } catch let diagnostic as Diagnostic {
      report(diagnostic)
    } catch {
      report(Diagnostic("source.unreadable", "cannot read standard input: \(error)"))
    }
    return Interrupts.isRequested ? Interrupts.exitStatus : status
  }

  /// Runs commands in order. What cannot be read ends a script where it stands, and every other
  /// command that cannot be read is told with it.
  private func run(_ source: SourceText, origin: Script.Origin) -> Bool {
    let script = Script(source, origin: origin)
    if arguments.checksOnly {
      // What comes after the end is read, and needs what is not there.
      for (position, item) in script.items.enumerated() where run(item) == .quit {
        for case .failure(let diagnostic) in script.items[(position + 1)...] { report(diagnostic) }
        return true
      }
      return false
    }
    for (position, item) in script.items.enumerated() {
      switch run(item) {
      case .quit: return true
      case .interrupted: return true
      case .proceed, .undo, .redo: break
      case nil:
        if arguments.keepsGoing { continue }
        if case .failure = item {
          for case .failure(let diagnostic) in script.items[(position + 1)...] {
            report(diagnostic)
          }
        }
        return false
      }
    }
    return false
  }

  /// How an item ended; nil if it failed.
  @discardableResult
  private func run(_ item: Script.Item) -> Ending? {
    switch item {
    case .failure(let diagnostic):
      report(diagnostic)
      return nil
    case .statement(let statement):
      do {
        let completion = try history.run(statement, in: &session, environment)
        return Interrupts.isRequested ? .interrupted : completion
      } catch {
        report(error)
        return nil
      }
    }
  }

  private func report(_ diagnostic: Diagnostic) {
    let failed: Int32 = diagnostic.code == Expect.failureCode ? 3 : 1
    if status == 0 { status = failed }
    streams.writeMessage(DiagnosticRenderer().render(diagnostic, color: color))
  }

  private var environment: Environment {
    let streams = streams
    let renderer = renderer
    // Checking runs nothing, so it has nothing to say but errors.
    let isSilent = arguments.checksOnly
    var environment = Environment(
      emit: { output in
        if !isSilent, let text = renderer.text(of: output) { streams.writeResult(text) }
      },
      isInterrupted: { Interrupts.isRequested },
      read: { path in
        do { return .success(try FileReading.bytes(ofFile: path)) } catch {
          return .failure(FileProblem("\(error)"))
        }
      },
      write: { path, bytes in
        do { try FileWriting.write(bytes, toFile: path) } catch { return FileProblem("\(error)") }
        return nil
      },
      width: Terminal.isTerminal(1) ? Terminal.width(of: 1) : 100)
    environment.readTable = { path, options, progress in
      Result { () throws(DataError) in
        try DataReader.table(ofFile: path, options, progress: progress)
      }
    }
    environment.folder = { FileReading.folder }
    if !arguments.isQuiet, !isSilent { environment.progress = ProgressLine(streams) }
    environment.isQuiet = arguments.isQuiet || isSilent
    environment.folding = Terminal.isTerminal(1) || arguments.isQuiet ? .folded : .shared
    return environment
  }

  // MARK: The prompt

  /// The names that Tab completes, as they are after each entry.
  private final class SharedWords: Sendable {
    let words = Mutex(CompletionWords())
  }

  private let shared = SharedWords()

  /// The exit status, or nil where nobody is there to prompt.
  private func prompt() -> Int32? {
    let completer = Completer { [shared] in shared.words.withLock { $0 } }
    guard
      let editor = LineEditor(
        history: HistoryFile(environment: DescentCommandLine.environment), completer: completer)
    else { return nil }
    refreshWords()
    status = 0
    var repl = REPL(
      reader: editor, needsMoreInput: { Script.needsMoreInput($0) },
      execute: { [unowned self] entry in
        let next: REPL<LineEditor>.Next =
          self.execute(entry) ? .quit : .proceed
        self.streams.flush()
        self.refreshWords()
        return next
      })
    repl.run()
    return 0
  }

  /// Whether the entry ends the session.
  private func execute(_ entry: String) -> Bool {
    let script = Script(SourceText(name: "<prompt>", text: entry), origin: .typed)
    // What can be read before a command that cannot still runs; all of it is one entry.
    var statements: [Statement] = []
    var failure: Diagnostic?
    for item in script.items {
      switch item {
      case .statement(let statement): statements.append(statement)
      case .failure(let diagnostic): failure = diagnostic
      }
      if failure != nil { break }
    }
    do {
      let ending = try history.run(statements, in: &session, environment)
      if ending == .proceed, let failure { report(failure) }
      return ending == .quit
    } catch {
      report(error)
      return false
    }
  }

  private func refreshWords() {
    let words = session.completionWords
    shared.words.withLock {
      $0 = CompletionWords(
        commands: words.commands, functions: words.functions, names: words.names,
        arguments: words.arguments)
    }
  }
}
