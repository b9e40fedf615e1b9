/// What runs programs.
package enum Engine: String, Sendable, CaseIterable {
  /// The interpreter, and native code for what takes longer than to compile it.
  case automatic = "auto"
  /// The interpreter.
  case machine
  /// Native code wherever there can be.
  case native
}
