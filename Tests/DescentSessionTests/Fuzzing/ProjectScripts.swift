#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The texts of every `.descent` file of the project.
func projectScripts() -> [String] {
  var root = #filePath
  for _ in 0..<4 { root = String(root[..<(root.lastIndex(of: "/") ?? root.startIndex)]) }
  var folders = ["Scripts", "Tests/Golden"].map { root + "/" + $0 }
  var texts: [String] = []
  while let folder = folders.popLast() {
    for name in entries(of: folder) {
      let path = folder + "/" + name
      if name.hasSuffix(".descent") {
        if let text = text(of: path) { texts.append(text) }
      } else if !name.contains(".") {
        folders.append(path)
      }
    }
  }
  return texts.sorted()
}

private func entries(of folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var names: [String] = []
  while let entry = readdir(directory) {
    let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
    names.append(
      String(
        cString: UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)))
  }
  return names
}

private func text(of path: String) -> String? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&chunk, 1, chunk.count, file)
    if count == 0 { return String(validating: bytes, as: UTF8.self) }
    bytes += chunk[..<count]
  }
}
