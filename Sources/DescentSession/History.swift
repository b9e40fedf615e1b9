internal import DescentEngine
package import DescentSource

/// What entries can be taken back to: sessions as they were before each.
///
/// It is kept by whoever runs entries. An entry is what a person types at the prompt, or one
/// command of a script that stands in no block.
package struct History {
  /// Sessions are large: a list of them is moved along as one of references.
  private final class Entry {
    let session: Session
    /// The entry between this session and the next one.
    let text: String

    init(session: Session, text: String) {
      self.session = session
      self.text = text
    }
  }

  private var past: [Entry] = []
  private var future: [Entry] = []

  /// The entries that are kept at most.
  package static let mostEntries = 1000
  /// The numbers that are kept at most, of all entries together.
  private static let mostNumbers = 1 << 25

  package init() {}

  /// Runs a command that is an entry of its own.
  package mutating func run(
    _ statement: Statement, in session: inout Session, _ environment: Environment
  ) throws(Diagnostic) -> Ending {
    try run([statement], in: &session, environment)
  }

  /// Runs the commands of one entry.
  package mutating func run(
    _ entry: [Statement], in session: inout Session, _ environment: Environment
  ) throws(Diagnostic) -> Ending {
    var before = session
    var first = entry.first
    var last = first
    // Also what was done before an error is taken back by one 'undo'.
    defer { record(before, session, Self.text(from: first, to: last)) }
    for statement in entry {
      last = statement
      first = first ?? statement
      let ending = try session.run(statement, environment)
      switch ending {
      case .proceed: break
      case .undo, .redo:
        record(before, session, Self.text(from: first, to: last))
        try move(ending, &session, environment, at: statement.label)
        before = session
        first = nil
      case .quit, .interrupted: return ending
      }
      if environment.isInterrupted() { return .interrupted }
    }
    return .proceed
  }

  private static func text(from first: Statement?, to last: Statement?) -> String {
    guard let first, let last else { return "" }
    return first.source.text(in: SourceRange(first.range.lower, last.range.upper))
  }

  /// Keeps what was there before an entry, if it changed anything.
  private mutating func record(_ before: Session, _ after: Session, _ text: String) {
    guard before.revision != after.revision, !after.checksOnly else { return }
    past.append(Entry(session: before, text: text))
    future = []
    let numbers = max(1, after.values.numberCount)
    let most = max(1, min(Self.mostEntries, Self.mostNumbers / numbers))
    if past.count > most { past.removeFirst(past.count - most) }
    if before.dataIdentity != after.dataIdentity { forgetOldData(before: after) }
  }

  /// The numbers of data that are kept at most, beside those that the session has.
  private static let mostDataNumbers = 1 << 26

  /// Drops the oldest entries where all data together would take too much memory.
  private mutating func forgetOldData(before session: Session) {
    var known = Set([session.dataIdentity])
    var numbers = 0
    for place in past.indices.reversed() {
      let data = past[place].session
      if known.insert(data.dataIdentity).inserted { numbers += data.dataNumbers }
      guard numbers > Self.mostDataNumbers else { continue }
      past.removeFirst(place + 1)
      return
    }
  }

  private mutating func move(
    _ ending: Ending, _ session: inout Session, _ environment: Environment,
    at place: Diagnostic.Label
  ) throws(Diagnostic) {
    let count: Int
    let isBack: Bool
    switch ending {
    case .undo(let number): (count, isBack) = (number, true)
    case .redo(let number): (count, isBack) = (number, false)
    case .proceed, .quit, .interrupted: return
    }
    let there = isBack ? past.count : future.count
    guard count <= there else {
      let what = there == 1 ? "1 entry" : "\(there) entries"
      throw Diagnostic(
        isBack ? "undo.tooFar" : "redo.tooFar",
        isBack
          ? there == 0 ? "there is nothing to take back" : "only \(what) can be taken back"
          : there == 0
            ? "nothing was taken back, or something was changed since"
            : "only \(what) can be done again",
        at: place)
    }
    let openFiles = session.openFiles
    defer { session.openFiles = openFiles }
    var text = ""
    for _ in 0..<count {
      if isBack, let entry = past.popLast() {
        text = entry.text
        future.append(Entry(session: session, text: text))
        session = entry.session
      } else if let entry = future.popLast() {
        text = entry.text
        past.append(Entry(session: session, text: text))
        session = entry.session
      }
    }
    let what = count == 1 ? Self.shortened(text) : "\(count) entries"
    environment.emit(.line("\(isBack ? "taken back" : "done again"): \(what)"))
  }

  /// The first line of an entry, cut where it is long.
  private static func shortened(_ text: String) -> String {
    let line = text.split(separator: "\n").first.map(String.init) ?? ""
    return line.count > 60 || line.count < text.count ? "\(line.prefix(60)) …" : line
  }
}
