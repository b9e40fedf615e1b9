#if canImport(Darwin)
  internal import Darwin
#else
  internal import Glibc
#endif

/// The words there are to complete with, as they are at the moment.
package struct CompletionWords: Sendable {
  /// The words that begin a command.
  package var commands: [String]
  /// What is called with `(`.
  package var functions: [String]
  /// Parameters, definitions, columns, constants.
  package var names: [String]
  /// What may follow a command, by the words before: `"rule": ["gd", …]`,
  /// `"set": ["clip", …]`, `"set clip": ["norm", …]`.
  package var arguments: [String: [String]]

  package init(
    commands: [String] = [], functions: [String] = [], names: [String] = [],
    arguments: [String: [String]] = [:]
  ) {
    self.commands = commands
    self.functions = functions
    self.names = names
    self.arguments = arguments
  }
}

/// What could stand at the cursor.
package struct Completion: Equatable, Sendable {
  package struct Candidate: Equatable, Sendable {
    /// The whole word, with what of it is there already.
    package var text: String
    /// What goes after it if it is the only one: `" "`, `"("`, `"\""` or nothing.
    package var suffix: String

    package init(text: String, suffix: String) {
      self.text = text
      self.suffix = suffix
    }
  }

  /// Where the word begins, as a UTF-8 offset into the line.
  package var start: Int
  /// Sorted, each once.
  package var candidates: [Candidate]
  package var areFiles = false
}

/// Completes commands where one begins, files inside quotes and after commands that take one, and
/// functions and names elsewhere.
package struct Completer: Sendable {
  private let words: @Sendable () -> CompletionWords
  private let home: String?

  /// - Parameter words: is called at each completion, so that new parameters are among them.
  package init(
    home: String? = environment("HOME"), words: @escaping @Sendable () -> CompletionWords
  ) {
    self.words = words
    self.home = home
  }

  /// - Parameters:
  ///   - cursor: a UTF-8 offset into `line`.
  ///   - entry: the lines of the same entry before this one.
  package func completion(of line: String, at cursor: Int, after entry: String = "") -> Completion {
    let typed = Array(line.utf8.prefix(cursor))
    let before = entry.isEmpty ? [] : Array(entry.utf8) + [UInt8(ascii: "\n")]
    let context = CompletionContext(before + typed)
    let start = max(context.wordStart - before.count, 0)
    let word = String(decoding: typed[start...], as: UTF8.self)
    switch context.place {
    case .comment:
      return Completion(start: start, candidates: [])
    case .file:
      return Completion(start: start, candidates: files(word), areFiles: true)
    case .command:
      let words = words()
      return Completion(
        start: start,
        candidates: matches(word, words, [(words.commands, " ")]))
    case .argument(let preceding):
      let words = words()
      if Self.fileCommands.contains(preceding) {
        let others = words.arguments[preceding.joined(separator: " ")] ?? []
        return Completion(
          start: start,
          candidates: quoted(files(word)) + matches(word, CompletionWords(), [(others, " ")]))
      }
      let arguments =
        words.arguments[preceding.joined(separator: " ")]
        ?? preceding.first.flatMap { words.arguments[$0] } ?? []
      return Completion(
        start: start, candidates: matches(word, words, [(arguments, " ")]))
    case .expression:
      return Completion(start: start, candidates: matches(word, words(), []))
    }
  }

  /// What a file follows, in quotation marks.
  private static let fileCommands = [["data"], ["source"], ["save"], ["table", "to"]]

  /// Files with the quotation mark that was not typed yet.
  private func quoted(_ files: [Completion.Candidate]) -> [Completion.Candidate] {
    files.map { .init(text: "\"" + $0.text, suffix: $0.suffix) }
  }

  /// Functions and names fit everywhere, for an expression alone is a command.
  private func matches(
    _ word: String, _ words: CompletionWords, _ others: [(words: [String], suffix: String)]
  ) -> [Completion.Candidate] {
    var suffixes: [String: String] = [:]
    for (words, suffix) in others + [(words.functions, "("), (words.names, "")] {
      for candidate in words where candidate.hasPrefix(word) && suffixes[candidate] == nil {
        suffixes[candidate] = suffix
      }
    }
    return suffixes.sorted { $0.key < $1.key }.map { .init(text: $0.key, suffix: $0.value) }
  }

  /// The files whose path begins with what is between the quote and the cursor.
  private func files(_ typed: String) -> [Completion.Candidate] {
    let slash = typed.lastIndex(of: "/").map(typed.index(after:)) ?? typed.startIndex
    let folder = typed[..<slash]
    let prefix = unescaped(typed[slash...])
    var path = unescaped(folder)
    if path.hasPrefix("~/"), let home { path = home + path.dropFirst() }
    return entries(ofFolder: path.isEmpty ? "." : path)
      .filter { $0.hasPrefix(prefix) && ($0.hasPrefix(".") == false || prefix.hasPrefix(".")) }
      .sorted()
      .map { name in
        let isFolder = isFolder(path + name)
        return .init(
          text: folder + escaped(name) + (isFolder ? "/" : ""), suffix: isFolder ? "" : "\"")
      }
  }
}

private func entries(ofFolder path: String) -> [String] {
  guard let folder = opendir(path) else { return [] }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    let offset = MemoryLayout<dirent>.offset(of: \.d_name)!
    let name = String(
      cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self))
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}

private func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// A name as it is typed inside quotes.
private func escaped(_ name: String) -> String {
  name.reduce(into: "") { text, character in
    if character == "\"" || character == "\\" || character == "{" { text.append("\\") }
    text.append(character)
  }
}

private func unescaped(_ text: Substring) -> String {
  var name = ""
  var isEscaped = false
  for character in text {
    if !isEscaped, character == "\\" {
      isEscaped = true
    } else {
      name.append(character)
      isEscaped = false
    }
  }
  return name
}
