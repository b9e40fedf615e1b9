internal import DescentElaboration
internal import DescentGraph

/// The words that Tab completes.
package struct CompletionVocabulary {
  package var commands: [String]
  package var functions: [String]
  package var names: [String]
  /// What may follow a command, by its word.
  package var arguments: [String: [String]]
}

extension Session {
  package var completionWords: CompletionVocabulary {
    let columns = scope.columns.map(\.name)
    let names = scope.parameters.map(\.name) + columns + scope.definedNames
    return CompletionVocabulary(
      commands: Vocabulary.words.keys.sorted(),
      functions: Catalogue.functions.keys.sorted() + ["diff", "grad"]
        + Prelude.functionNames + scope.definedFunctionNames,
      names: names + ["cost", "grad", "rate", "t", "pi", "e", "inf", "nan"],
      arguments: [
        "set": SetOption.options,
        "rule": rules.keys.sorted() + Prelude.ruleNames + WholeSpaceRules.names,
        "help": Help.topics + rules.keys.sorted(),
        "show": names + [
          "cost", "rate", "rule", "fit", "program", "native", "engine", "options", "threads",
          "data", "batch", "split", "weights",
        ]
          + Prelude.functionNames,
        "scale": columns + ["off"], "split": ["off"], "batch": ["all"], "data": ["rows"],
        "set shuffle": ["on", "off"],
        "grad": scope.parameters.map(\.name), "step": ["until", "every"], "epoch": ["every"],
        "table": ["every", "to"],
        "expect": ["error"], "watch": ["off"] + watches.map(\.name),
      ])
  }
}
