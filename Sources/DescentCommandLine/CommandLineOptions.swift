internal import ArgumentParser

/// The options, as swift-argument-parser reads them. ``Arguments`` is what the rest sees.
struct CommandLineOptions: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "descent",
    abstract: "Gradient descent, step by step: a prompt and a scripting language.",
    usage: """
      descent [<options>]
      descent [<options>] <file> ... [<name>=<value> ...]
      descent [<options>] -e <code>
      """,
    discussion: """
      Without a file and without -e it is the prompt, or a script from standard input if that is \
      no terminal. Results go to standard output, everything else to standard error.

      Exit status: 0 done; 1 an error, or a descent that left the finite numbers; 2 wrong usage; \
      3 an expect failed; 130 interrupted.
      """,
    version: "descent \(Arguments.version)")

  @Argument(
    help: ArgumentHelp(
      "Scripts, in the order they run (- is standard input), and inputs for them.",
      valueName: "file or name=value"))
  var operands: [String] = []

  @Option(
    name: .customShort("e"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Run this after the files; may be given again.", valueName: "code"))
  var code: [String] = []

  @Flag(name: .customShort("i"), help: "Go on at the prompt afterwards.")
  var isInteractive = false

  @Flag(name: .customLong("check"), help: "Parse and type only; run nothing.")
  var checksOnly = false

  @Option(help: "How results are written.")
  var format = Arguments.Format.text

  @Option(
    help: ArgumentHelp("Significant digits, 1 to 17; 17 reads back exactly.", valueName: "digits"))
  var precision: Int?

  @Option(help: "Where the random numbers start, from 0.")
  var seed: UInt64?

  @Option(help: "Colour in what is printed.")
  var color = Terminal.ColorChoice.auto

  @Option(help: "What runs a descent.")
  var engine = Arguments.Engine.auto

  @Option(help: ArgumentHelp("How many threads, at least 1.", valueName: "count"))
  var threads: Int?

  @Flag(name: .customLong("keep-going"), help: "Go on after an error; the exit status tells of it.")
  var keepsGoing = false

  @Flag(name: .customLong("quiet"), help: "Only what print says, failed expectations and errors.")
  var isQuiet = false

  func validate() throws {
    if let precision, !(1...17).contains(precision) {
      throw ValidationError("--precision takes 1 to 17 digits, not \(precision)")
    }
    if let threads, threads < 1 {
      throw ValidationError("--threads takes a count of at least 1, not \(threads)")
    }
    if isInteractive && checksOnly {
      throw ValidationError("--check runs nothing, so it leaves nothing for -i to go on with")
    }
  }

  static func parse(_ words: [String]) -> Arguments.Outcome {
    do {
      // `parse`, not `parseAsRoot`: there are no subcommands, and their tree costs time.
      return .run(try parse(words).arguments)
    } catch {
      let text = fullMessage(for: error)
      guard exitCode(for: error) != .success else {
        return .show(text.hasSuffix("\n") ? text : text + "\n")
      }
      return .refuse(
        "error: \(houseStyle(message(for: error)))\n  descent --help lists the options\n")
    }
  }

  private var arguments: Arguments {
    var arguments = Arguments(operands: operands)
    arguments.scripts += code.map { .code($0) }
    arguments.isInteractive = isInteractive
    arguments.checksOnly = checksOnly
    arguments.format = format
    arguments.precision = precision
    arguments.seed = seed
    arguments.color = color
    arguments.engine = engine
    arguments.threads = threads
    arguments.keepsGoing = keepsGoing
    arguments.isQuiet = isQuiet
    return arguments
  }
}

/// One sentence in lower case without a full stop, as every message of the project.
private func houseStyle(_ message: String) -> String {
  var message = message.split(separator: "\n").joined(separator: " ")
  if message.hasSuffix(".") { message.removeLast() }
  return message.prefix(1).lowercased() + message.dropFirst()
}

extension Arguments.Format: ExpressibleByArgument {}
extension Arguments.Engine: ExpressibleByArgument {}
extension Terminal.ColorChoice: ExpressibleByArgument {}
