/// Turns the bytes of a file into a table.
///
/// CSV and TSV, NumPy arrays (`.npy`) and IDX files (MNIST) are read, each as it is or compressed
/// by gzip. The format is told by the first bytes; the name decides only the separator of a text.
package enum DataReader {
  /// Reads a file.
  ///
  /// **Errors** those of ``table(of:name:_:progress:)``, and why the file cannot be had.
  package static func table(
    ofFile path: String, _ options: ReadingOptions = ReadingOptions(),
    progress report: ProgressReport? = nil
  ) throws(DataError) -> ColumnTable {
    var progress = ReadingProgress(report)
    progress.beginStage(upTo: 0.1)
    let bytes = try DataFile.bytes(ofFile: path, limit: options.memoryLimit, &progress)
    return try table(of: bytes, name: path, options, &progress)
  }

  /// Reads bytes that are in memory already.
  ///
  /// - Parameter name: the file's name, for its ending; it need not exist.
  ///
  /// **Complexity** linear in the bytes, and `log K` more for each of K distinct texts.
  package static func table(
    of bytes: [UInt8], name: String, _ options: ReadingOptions = ReadingOptions(),
    progress report: ProgressReport? = nil
  ) throws(DataError) -> ColumnTable {
    var progress = ReadingProgress(report)
    return try table(of: bytes, name: name, options, &progress)
  }

  private static func table(
    of bytes: [UInt8], name: String, _ options: ReadingOptions, _ progress: inout ReadingProgress
  ) throws(DataError) -> ColumnTable {
    guard Gzip.matches(bytes) else {
      progress.beginStage(upTo: 1)
      return try bytes.withRawBytes { bytes throws(DataError) in
        try table(ofPlain: bytes, name: name, options, &progress)
      }
    }
    progress.beginStage(upTo: 0.4)
    let plain = try Gzip.decompressed(bytes, limit: options.memoryLimit, &progress)
    progress.beginStage(upTo: 1)
    let plainName = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    return try plain.withRawBytes { bytes throws(DataError) in
      try table(ofPlain: bytes, name: plainName, options, &progress)
    }
  }

  private static func table(
    ofPlain bytes: UnsafeRawBufferPointer, name: String, _ options: ReadingOptions,
    _ progress: inout ReadingProgress
  ) throws(DataError) -> ColumnTable {
    let name = name.lowercased()
    switch try FileFormat(of: bytes, name: name) {
    case .numPy:
      return try NumPyFile(bytes, limit: options.memoryLimit).table(options, &progress)
    case .idx:
      return try IDXFile(bytes, limit: options.memoryLimit).table(options, &progress)
    case .separated(let start):
      let separator = Separator.sniffed(in: bytes, from: start, name: name)
      return try SeparatedText(bytes, from: start, separator: separator).table(options, &progress)
    }
  }
}

extension [UInt8] {
  func withRawBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws(DataError) -> Result
  ) throws(DataError) -> Result {
    try withUnsafeBufferPointer { buffer throws(DataError) in
      try body(UnsafeRawBufferPointer(buffer))
    }
  }
}
