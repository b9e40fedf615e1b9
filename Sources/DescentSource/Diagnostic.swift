/// What went wrong, where, and what to type instead.
public struct Diagnostic: Error, Sendable {
  /// A place in a text, with what to say there.
  public struct Label: Sendable {
    public var source: SourceText
    public var range: SourceRange
    public var text: String

    public init(_ source: SourceText, _ range: SourceRange, _ text: String = "") {
      self.source = source
      self.range = range
      self.text = text
    }
  }

  /// A stable, dotted, lower-case code such as `shape.mismatch`.
  public var code: String
  /// One sentence in lower case, in the person's own names, without a full stop.
  public var message: String
  /// Where it is; `nil` for what has no place in a text (a file that cannot be read).
  public var primary: Label?
  /// Other places that belong to it.
  public var secondary: [Label]
  /// Lines of advice, most useful first: "write: rate 0.1".
  public var help: [String]

  public init(
    _ code: String, _ message: String, at primary: Label? = nil, secondary: [Label] = [],
    help: [String] = []
  ) {
    self.code = code
    self.message = message
    self.primary = primary
    self.secondary = secondary
    self.help = help
  }
}
