import Testing

@testable import DescentData

@Suite struct SeparatedTextTests {
  private func columns(_ table: ColumnTable) -> [[Double]] { table.columns.map(\.values) }
  private func names(_ table: ColumnTable) -> [String] { table.columns.map(\.name) }

  // MARK: Cells

  @Test(arguments: [
    "a,b\n1,2\n3,4\n", "a,b\n1,2\n3,4", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r",
    "\u{FEFF}a,b\n1,2\n3,4\n", "\n\na,b\n\n1,2\n  \n\n3,4\n\n\n", "a;b\n1;2\n3;4\n",
    "a\tb\n1\t2\n3\t4\n", "a|b\n1|2\n3|4\n", " a , b\n 1 , 2 \n3\t,\t4\n",
    "\"a\",\"b\"\n\"1\",\"2\"\n\"3\",\"4\"", "a,b\n1, \"2\" \n +3 ,\" 4 \"\n",
  ])
  func `a table is the same however it is written`(_ text: String) throws {
    let table = try table(text, name: "data")
    #expect(names(table) == ["a", "b"])
    #expect(columns(table) == [[1, 3], [2, 4]])
    #expect(table.rows == 2)
    #expect(table.hasNames)
  }

  @Test func `quotations hold separators, line breaks and quotation marks`() throws {
    let table = try table("\"x, \"\"y\"\"\",b\n1,\"a,\nb\"\n2,\"a \"\"c\"\"\"\n3,it's 5\" long\n")
    #expect(names(table) == ["x, \"y\"", "b"])
    #expect(table.columns[1].classes == ["a \"c\"", "a,\nb", "it's 5\" long"])
    #expect(table.columns[1].values == [2, 1, 3])
  }

  @Test func `without names the columns are numbered`() throws {
    let table = try table("1,2\n3,4\n")
    #expect(names(table) == ["c1", "c2"])
    #expect(table.rows == 2)
    #expect(!table.hasNames)
  }

  @Test func `a line of names may have numbers such as years, and rows may have texts`() throws {
    #expect(names(try table("town,2019,2020\nA,1,2\n")) == ["town", "2019", "2020"])
    #expect(names(try table("5.1,3.5,setosa\n4.9,3,setosa\n")) == ["c1", "c2", "c3"])
    #expect(names(try table("-1,setosa\n1,setosa\n")) == ["c1", "c2"])
    #expect(names(try table(",x\n0,1\n")) == ["c1", "x"])
  }

  @Test func `who knows better says where the names are`() throws {
    #expect(try table("a\nb\n") { $0.names = .none }.columns[0].classes == ["a", "b"])
    #expect(names(try table("1,2\n3,4\n") { $0.names = .inFirstLine }) == ["1", "2"])
  }

  @Test func `infinities are numbers`() throws {
    let table = try table("a\ninf\n-Inf\n+INFINITY\n1e999\n")
    #expect(columns(table) == [[.infinity, -.infinity, .infinity, .infinity]])
  }

  @Test func `the end of the name decides for a tab, the rows for the others`() throws {
    #expect(names(try table("a,b\tc,d\n1\t2\n", name: "x.TSV")) == ["a,b", "c,d"])
    #expect(
      names(try table("a;b\n1,5;2,5\n2;3\n", name: "x.csv") { $0.textColumns = ["a", "b"] })
        == ["a", "b"])
    #expect(names(try table("x\n1\n2\n")) == ["x"])
    #expect(names(try table("\"a;b\",c\n1,2\n")) == ["a;b", "c"])
  }

  @Test func `more columns than a block has numbers`() throws {
    let count = 20_000
    let row = (1...count).map(String.init).joined(separator: ",")
    let table = try table(row + "\n" + row)
    #expect(table.columns.count == count)
    #expect(table.columns[count - 1].values == [Double(count), Double(count)])
  }

  @Test func `more rows than a block holds`() throws {
    let rows = 0..<50_000
    let lines = rows.map { "\($0),\($0 % 3 == 0 ? "fizz" : "\($0).5e0")" }
    let table = try table(lines.joined(separator: "\n")) {
      $0.names = .none
      $0.textColumns = ["c2"]
    }
    #expect(table.columns[0].values == rows.map(Double.init))
    #expect(table.columns[1].classes?.last == "fizz")
    #expect(table.columns[1].classes?.count == 33_334)
    #expect(table.columns[1].values[49_998] == 33_334)
  }

  // MARK: Missing values

  @Test func `missing values are refused with the first place and all counts`() {
    let text = "a,b,c\n1,2,x\n,NA,y\n3,?,null\n4,5,NaN\n6,N/A,z\n"
    #expect(
      error(text)
        == .missingValues(
          first: .init(line: 3, row: 2, column: 1, name: "a"),
          counts: [
            .init(name: "a", count: 1), .init(name: "b", count: 3), .init(name: "c", count: 2),
          ], rows: 4))
    #expect(
      error(text)?.message
        == "line 3, column 1 (a) is missing a value; missing in all: a 1, b 3, c 2")
    #expect(error(text)?.help == ["fill them in, or drop the rows that miss one, 4 in all"])
  }

  @Test func `rows with a missing value are dropped if so wanted`() throws {
    let table = try table("a,b\n1,x\n,y\n3,\n4,z\n\"\",z\n") { $0.missing = .dropRow }
    #expect(columns(table) == [[1, 4], [1, 2]])
    #expect(table.columns[1].classes == ["x", "z"])
    #expect(table.columns.map(\.missingCount) == [2, 1])
    #expect(table.droppedRows == 3)
    #expect(error("a,b\n1,\n2,\n") { $0.missing = .dropRow } == .everyRowDropped(rows: 2))
  }

  // MARK: Numbers or texts

  @Test func `texts become classes in their order`() throws {
    let table = try table("k\nb\na\nb\nÄ\nZ\n")
    #expect(table.columns[0].classes == ["Z", "a", "b", "Ä"])
    #expect(columns(table) == [[3, 2, 3, 4, 1]])
  }

  @Test func `texts with some numbers among them are texts`() throws {
    let table = try table("k,n\n1,1\n2a,2\n3b,3\n1,4\n")
    #expect(table.columns[0].classes == ["1", "2a", "3b"])
    #expect(columns(table) == [[1, 2, 3, 1], [1, 2, 3, 4]])
  }

  @Test func `a text in a column of numbers is an error at its place`() {
    let rows = (2...16).map { "\($0),1,\($0)" }.joined(separator: "\n")
    let problem = error("a,b,score\n\(rows)\n17,1,abc\n18,1,2\n19,1,d\n")
    #expect(
      problem
        == .notANumber(
          .init(line: 17, row: 16, column: 3, name: "score"), text: "abc", count: 2, cells: 18))
    #expect(
      problem?.message
        == "line 17, column 3 (score): 'abc' is no number, nor is 1 other of its 18 cells")
  }

  @Test func `a line is counted over line breaks in quotations`() {
    #expect(
      error("a,b\n\"x\ny\",1\n\"z\r\nw\",1\nv,1\nv,q\n")?.message
        == "line 7, column 2 (b): 'q' is no number")
  }

  @Test(arguments: ["1,234", "1,234.5", "1 234", "1'234", "3,14", "-1,234,567", "1.234,5"])
  func `marks between thousands and decimal commas are refused`(_ number: String) {
    let problem = error("a\n\"\(number)\"\n\"\(number)\"\n")
    guard case .notANumber(_, number, 2, 2) = problem else {
      Issue.record("\(String(describing: problem))")
      return
    }
    #expect(problem?.help.first?.contains("1234.5") == true)
  }

  @Test(arguments: ["2020-01-02", "1.2.3", "10:30", "a1", "1,a", ",1", "1,"])
  func `dates and versions are texts`(_ text: String) throws {
    #expect(try table("a\n\"\(text)\"\n").columns[0].classes == [text])
  }

  @Test func `columns can be read as texts`() throws {
    let table = try table("a,b\n1,1\n10,2\n2,3\n1,x\n") { $0.textColumns = ["a", "b"] }
    #expect(table.columns[0].classes == ["1", "10", "2"])
    #expect(columns(table) == [[1, 2, 3, 1], [1, 2, 3, 4]])
    #expect(
      error("a,b\n1,2\n") { $0.textColumns = ["d"] }
        == .noSuchColumn(name: "d", columns: ["a", "b"]))
  }

  @Test func `columns that are not chosen may hold anything`() throws {
    let table = try table("a,b,c,d\n1,x,,1\n2,3,,\"1,5\"\n3,4,5,6\n") {
      $0.selection = { names in Set(names.indices.filter { names[$0] == "a" }) }
    }
    #expect(names(table) == ["a"])
    #expect(columns(table) == [[1, 2, 3]])
  }

  @Test func `numbers become classes in their order, and texts stay what they are`() throws {
    let table = try table("a,b\n10,x\n-0,y\n2.5,x\n0,z\n10,z\n")
    let column = table.columns[0].asClasses()
    #expect(column.classes == ["0", "2.5", "10"])
    #expect(column.values == [3, 1, 2, 1, 3])
    #expect(table.columns[1].asClasses() == table.columns[1])
  }

  // MARK: What is no table

  @Test func `rows must be as long as the first`() {
    #expect(error("a,b\n1,2\n1,2,3,4\n") == .raggedRow(line: 3, found: 4, expected: 2))
    #expect(error("a,b,c\n1,2,3\n\"\n\n\",2") == .raggedRow(line: 3, found: 2, expected: 3))
    #expect(error("a,b\n1,2\n1") == .raggedRow(line: 3, found: 1, expected: 2))
    #expect(
      error("a,b\n1\n")?.message == "line 2 has 1 cell, where those before it have 2")
  }

  @Test func `without rows there is no table`() {
    #expect(error("") == .empty)
    #expect(error("\n \n\r\n") == .empty)
    #expect(error("\u{FEFF}") == .empty)
    #expect(error("a,b,c\n") == .namesOnly(columns: 3))
    #expect(error("a,b,c\n\n")?.message == "it has names of 3 columns and no rows")
  }

  @Test func `two columns of one name are refused`() {
    #expect(error("x,y,x\n1,2,3\n") == .sameName(name: "x", first: 1, second: 3))
  }

  @Test func `quotations have an end, and nothing after it`() {
    #expect(error("a,b\n1,2\n3,\"4\n5,6\n") == .openQuote(line: 3))
    #expect(error("a,b\n1,\"2\"3\n") == .textAfterQuote(line: 2))
  }

  @Test func `bytes that are no text in UTF-8 are refused`() {
    #expect(
      error(Array("a,b\n1,M".utf8) + [0xFC] + Array("ller\n".utf8))
        == .invalidUTF8(.init(line: 2, row: 1, column: 2, name: "b")))
    #expect(
      error([0xE9] + Array("t,b\n1,2\n".utf8))
        == .invalidUTF8(.init(line: 1, row: 0, column: 1, name: "c1")))
    #expect(error(Array("a,b\n1,".utf8) + [0, 7]) == .controlCharacter(byte: 0, line: 2))
    #expect(error([0xFF, 0xFE, 0x61, 0]) == .utf16)
    #expect(error("a,b\n1,2\n".utf8.flatMap { [$0, 0] }) == .utf16)
    #expect(error("a,b\n1,2\n".utf8.flatMap { [0, $0] }) == .utf16)
    #expect(error("PK\u{3}\u{4}…")?.message.contains("ZIP") == true)
    #expect(error("%PDF-1.7")?.message.contains("PDF") == true)
  }

  // MARK: Limits

  @Test func `the memory has a limit`() {
    let text = String(repeating: "1,2,3,4\n", count: 1000)
    #expect(error(text) { $0.memoryLimit = 31_999 } == .tooLarge(limit: 31_999))
    #expect(error(text) { $0.memoryLimit = 32_000 } == nil)
    let wide = String(repeating: "1,", count: 1000)
    #expect(error(wide) { $0.memoryLimit = 32_000 } == .tooLarge(limit: 32_000))
  }

  @Test func `progress goes up to its end in some fifty calls, and can stop the reading`() throws {
    let bytes = Array(String(repeating: "0.25,1\n", count: 200_000).utf8)
    var fractions: [Double] = []
    _ = try DataReader.table(of: compressed(bytes), name: "x.csv.gz") {
      fractions.append($0)
      return true
    }
    #expect((20...51).contains(fractions.count))
    #expect(fractions == fractions.sorted())
    #expect(fractions.last ?? 0 > 0.95)
    let again = Array(String(repeating: "x\ny\n1\n", count: 60_000).utf8)
    var passes = 1
    var last = 0.0
    _ = try DataReader.table(of: again, name: "x.csv") {
      if $0 < last { passes += 1 }
      last = $0
      return true
    }
    #expect(passes == 2)
    #expect(throws: DataError.cancelled) {
      try DataReader.table(of: bytes, name: "x.csv") { $0 < 0.5 }
    }
  }
}
