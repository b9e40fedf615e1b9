extension NativeBuilder {
  /// From here on the cores of functions are gathered, until ``writeCores()``. No loop and nothing
  /// that has an effect may come in between.
  package func gatherCores() { output.cores = NativeCores() }

  /// The values of a core that is to be written with others; nil where it is written here.
  func core(
    of argument: NativeValue, _ kind: ObjectIdentifier, count: Int,
    _ body: @escaping (NativeValue) -> [NativeValue]
  ) -> [NativeValue]? {
    guard lanes == 1, !output.isInRareBlock else { return nil }
    let found = output.cores?.names(kind, of: text(argument)) {
      (0..<count).map { _ in module.newName() }
    }
    guard let found else { return nil }
    if found.isNew {
      let core = NativeCores.Core(kind: kind, argument: argument, names: found.names, body: body)
      output.cores?.add(core, atLine: reserve())
    }
    return found.names.map { NativeValue($0, self) }
  }

  /// Writes the cores that were gathered, and brings the lines into the order for that.
  package func writeCores() {
    guard let cores = output.cores else { return }
    output.cores = nil
    if cores.cores.isEmpty { return }
    let parts = cores.parts(of: lines)
    output.lines = []
    // What was written before may now come later.
    output.known = [:]
    var label = cores.rare.first?.before ?? label
    for part in parts {
      switch part {
      case .lines(let lines): output.lines += lines
      case .rare(let rare, let lines):
        output.lines += lines.dropLast()
        let join = lines.last?.split(
          separator: "%\(rare.before) ]", omittingEmptySubsequences: false)
        output.lines.append(join?.joined(separator: "%\(label) ]") ?? "")
        label = rare.after
      case .cores(let cores): write(cores)
      }
    }
    output.label = label
  }

  /// Writes cores of one kind, up to eight side by side.
  private func write(_ cores: [NativeCores.Core]) {
    var rest = cores[...]
    while let first = rest.first {
      let some = Array(rest.prefix(8))
      rest = rest.dropFirst(8)
      if some.count == 1 {
        for (name, value) in zip(first.names, first.body(first.argument)) {
          add("\(name) = bitcast double \(text(value)) to double")
        }
        continue
      }
      let wide = lanes(some.count == 2 ? 2 : some.count <= 4 ? 4 : 8)
      var arguments = "poison"
      for lane in 0..<wide.lanes {
        // A lane to spare has no number of its own, which might be one that takes long.
        let argument = text(some[min(lane, some.count - 1)].argument)
        arguments = assign(
          "insertelement \(wide.realType) \(arguments), double \(argument), i64 \(lane)")
      }
      let values = first.body(NativeValue(arguments, wide))
      for (lane, core) in some.enumerated() {
        for (name, value) in zip(core.names, values) {
          add("\(name) = extractelement \(wide.realType) \(wide.text(value)), i64 \(lane)")
        }
      }
    }
  }
}
