import DescentCommandLine
import Foundation
import Testing

struct `Completion` {
  private let completer = Completer(home: nil) {
    CompletionWords(
      commands: ["cost", "data", "rate", "rule", "set", "source", "step"],
      functions: ["sin", "sinh", "sqrt"], names: ["slope", "w", "weight", "α"],
      arguments: [
        "rule": ["adam", "gd", "momentum"], "set": ["clip", "seed"], "set clip": ["norm"],
      ])
  }

  private func texts(_ line: String, after entry: String = "") -> [String] {
    completer.completion(of: line, at: line.utf8.count, after: entry).candidates.map(\.text)
  }

  @Test(arguments: [
    ("st", ["step"]),
    ("s", ["set", "sin", "sinh", "slope", "source", "sqrt", "step"]),
    ("w = 3; st", ["step"]),
    ("for k in 1..3 { st", ["step"]),
    ("w = s", ["sin", "sinh", "slope", "sqrt"]),
    ("cost si", ["sin", "sinh"]),
    ("cost (s", ["sin", "sinh", "slope", "sqrt"]),
    ("3we", ["weight"]),
    ("1 + α", ["α"]),
    ("rule a", ["adam"]),
    ("rule m", ["momentum"]),
    ("set c", ["clip"]),
    ("set clip n", ["norm"]),
    ("# st", []),
    ("print \"{we", ["weight"]),
    ("print \"{w} \", si", ["sin", "sinh"]),
  ])
  func `offers what fits the place`(line: String, expected: [String]) {
    #expect(texts(line) == expected)
  }

  @Test func `the earlier lines of an entry count`() {
    #expect(texts("st", after: "repeat 3 {") == ["step"])
    #expect(texts("st", after: "cost sum(") == [])
    #expect(texts("si", after: "cost 1 +") == ["sin", "sinh"])
  }

  @Test func `says where the word begins and what goes after it`() {
    let inner = completer.completion(of: "α + sqr", at: 8)
    #expect(inner.start == 5)
    #expect(inner.candidates == [.init(text: "sqrt", suffix: "(")])
    #expect(
      completer.completion(of: "sou", at: 3).candidates == [.init(text: "source", suffix: " ")])
    #expect(completer.completion(of: "slo", at: 3).candidates == [.init(text: "slope", suffix: "")])
  }

  @Test func `only what is before the cursor counts`() {
    #expect(completer.completion(of: "step 5", at: 2).candidates.map(\.text) == ["step"])
  }

  @Test func `no place in any text makes it fail`() {
    let text = "for k in 1..3 { print \"a{k:.3}\\\" ü\"; α = [1, (2]) } } # \"\n\"{{\"]"
    for length in 0...text.utf8.count {
      let completion = completer.completion(of: text, at: length)
      #expect((0...length).contains(completion.start))
    }
  }

  @Test func `files are listed from the folder that was typed`() throws {
    let folder = try TemporaryFolder()
    try folder.write("exam one.csv", "")
    try folder.write("exam\"two.csv", "")
    try folder.write(".hidden", "")
    try folder.makeFolder("examples")
    let line = "data \"\(folder.path)/exam"
    let completion = completer.completion(of: line, at: line.utf8.count)
    #expect(completion.areFiles)
    #expect(completion.start == 6)
    #expect(
      completion.candidates == [
        .init(text: "\(folder.path)/exam one.csv", suffix: "\""),
        .init(text: "\(folder.path)/exam\\\"two.csv", suffix: "\""),
        .init(text: "\(folder.path)/examples/", suffix: ""),
      ])
    #expect(texts("data \"\(folder.path)/").count == 3)
    #expect(texts("data \"\(folder.path)/.h") == ["\(folder.path)/.hidden"])
  }

  @Test func `a command that takes a file offers files before a quote is typed`() throws {
    let name = "completion-\(UInt64.random(in: 0 ... .max))"
    let path = FileManager.default.currentDirectoryPath + "/" + name
    #expect(FileManager.default.createFile(atPath: path + ".csv", contents: nil))
    defer { try? FileManager.default.removeItem(atPath: path + ".csv") }
    for command in ["data", "source", "save", "table to"] {
      let line = "\(command) \(name.prefix(10))"
      #expect(texts(line) == [] || texts(line).allSatisfy { $0.hasPrefix("\"") })
      let completion = completer.completion(of: "\(command) ", at: command.utf8.count + 1)
      #expect(completion.candidates.contains(.init(text: "\"\(name).csv", suffix: "\"")))
      #expect(!completion.candidates.map(\.text).contains("sin"))
    }
    #expect(texts("data x = s") == ["sin", "sinh", "slope", "sqrt"])
    #expect(texts("step ").contains("sin"))
  }

  @Test func `a tilde is the home folder`() throws {
    let folder = try TemporaryFolder()
    try folder.write("walk.descent", "")
    let completer = Completer(home: folder.path) { CompletionWords() }
    #expect(
      completer.completion(of: "source \"~/wa", at: 12).candidates
        == [.init(text: "~/walk.descent", suffix: "\"")])
  }

  @Test func `a folder that is not there has no files`() {
    #expect(texts("data \"/no/such/folder/a") == [])
  }
}
