import Foundation
import Testing

@testable import DescentData

/// The data that lessons learn from, and files beside the project.
@Suite struct ProjectDataTests {
  @Test func `iris has four measurements and three species`() throws {
    let table = try DataReader.table(ofFile: TestFiles.script("iris.csv"))
    #expect(table.rows == 150)
    #expect(
      table.columns.map(\.name)
        == ["sepal_length", "sepal_width", "petal_length", "petal_width", "species"])
    #expect(table.columns[4].classes == ["setosa", "versicolor", "virginica"])
    // Fisher's table, as every edition gives its means, but for two misprints of some.
    let mean = try #require(table.columns[0].statistics).mean
    #expect(abs(mean - 876.5 / 150) < 1e-14)
    #expect((1...3).allSatisfy { k in table.columns[4].values.count { $0 == Double(k) } == 50 })
  }

  @Test func `digits have 64 pixels and ten labels`() throws {
    let table = try DataReader.table(ofFile: TestFiles.script("digits8x8.csv"))
    #expect(table.rows == 1797)
    #expect(table.columns.count == 65)
    #expect(table.columns[..<64].allSatisfy { ($0.statistics?.maximum ?? 17) <= 16 })
    let labels = table.columns[64].asClasses()
    #expect(labels.classes == (0...9).map(String.init))
    #expect(labels.values[0] == table.columns[64].values[0] + 1)
  }

  @Test(arguments: [
    ("exam_scores.csv", 12, ["hours", "quiz", "attendance", "score"]),
    ("moons.csv", 200, ["x", "y", "label"]), ("overfit_train.csv", 10, ["x", "y"]),
    ("overfit_validation.csv", 20, ["x", "y"]),
  ])
  func `the lessons' tables are read`(_ file: String, rows: Int, names: [String]) throws {
    let table = try DataReader.table(ofFile: TestFiles.script(file))
    #expect(table.rows == rows)
    #expect(table.columns.map(\.name) == names)
  }

  static let images = TestFiles.shared("data/t10k-images-idx3-ubyte.gz")
  static let labels = TestFiles.shared("data/t10k-labels-idx1-ubyte.gz")

  @Test(.enabled(if: images != nil && labels != nil, "there is no folder 'shared' with MNIST"))
  func `the test images and labels of MNIST are read`() throws {
    let images = try DataReader.table(ofFile: #require(Self.images))
    #expect(images.rows == 10_000)
    #expect(images.columns[0].elementCount == 784)
    #expect(images.columns[0].statistics?.maximum == 255)
    let labels = try DataReader.table(ofFile: #require(Self.labels))
    #expect(labels.rows == 10_000)
    #expect(Array(labels.columns[0].values.prefix(5)) == [7, 2, 1, 0, 4])
  }

  @Test func `a file that cannot be read says why`() throws {
    func error(_ path: String) -> DataError? {
      do throws(DataError) {
        _ = try DataReader.table(ofFile: path)
        return nil
      } catch { return error }
    }
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(error(folder.appending(path: "none.csv").path) == .noSuchFile)
    #expect(error(folder.path) == .isDirectory)
    let file = folder.appending(path: "empty.csv").path
    #expect(FileManager.default.createFile(atPath: file, contents: Data()))
    #expect(error(file) == .empty)
    chmod(file, 0)
    // Whoever may do everything may read this as well.
    if geteuid() != 0 { #expect(error(file) == .noPermission) }
  }

  @Test func `a pipe states no size and is read to its end`() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
    #expect(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    let rows = 500_000
    let writer = Thread {
      let handle = FileHandle(forWritingAtPath: path)
      try? handle?.write(contentsOf: Data("a,b\n".utf8))
      try? handle?.write(contentsOf: Data(String(repeating: "1,22.5\n", count: rows).utf8))
      try? handle?.close()
    }
    writer.start()
    let table = try DataReader.table(ofFile: path)
    #expect(table.rows == rows)
    #expect(table.columns[1].statistics?.mean == 22.5)
  }
}
