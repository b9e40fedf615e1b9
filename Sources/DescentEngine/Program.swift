package import DescentGraph

/// A place in a program's memory: where a value's first number is.
package struct Slot: Hashable, Sendable {
  package var index: Int32
  package init(_ index: Int) { self.index = Int32(index) }
}

/// Where a value that is the same for all rows is, and how many numbers it has.
package struct Location: Hashable, Sendable {
  package var slot: Slot
  package var count: Int
}

/// One operation on single numbers.
struct Instruction: Sendable {
  enum Operation: Sendable {
    case unary(UnaryFunction)
    case binary(BinaryFunction)
    case ternary(TernaryFunction)
    // What most instructions do needs no call.
    case add, subtract, multiply, divide
    /// More than one number: a call, by its place in the program's list.
    case tile(Int32)
  }

  var operation: Operation
  var destination: Int32
  var a: Int32 = 0
  var b: Int32 = 0
  var c: Int32 = 0
}

/// Where the numbers are that a tile reads or writes.
struct Place: Hashable, Sendable {
  enum Space: Hashable, Sendable {
    /// The program's memory.
    case memory
    /// The memory of a block of rows, where a value that has n numbers a row takes n times as many
    /// numbers as a block has rows.
    case block
    /// The numbers of a column, from the first row of the block.
    case column(Int)
  }

  var space: Space
  // There is one for each value of a program: as small as what instructions name.
  private var startNumber: Int32
  private var offsetNumber: Int32
  private var strideNumber: Int32

  init(space: Space, start: Int, offset: Int = 0, rowStride: Int = 0) {
    self.space = space
    startNumber = Int32(start)
    offsetNumber = Int32(offset)
    strideNumber = Int32(rowStride)
  }

  /// In numbers; in a block, in numbers a row from where the value that this is a part of begins.
  var start: Int {
    get { Int(startNumber) }
    set { startNumber = Int32(newValue) }
  }
  /// Where this is a part of a value: how many numbers come before it in each row.
  var offset: Int {
    get { Int(offsetNumber) }
    set { offsetNumber = Int32(newValue) }
  }
  /// From one row's numbers to the next; 0 for what is the same for all rows.
  var rowStride: Int {
    get { Int(strideNumber) }
    set { strideNumber = Int32(newValue) }
  }
}

/// An operation on more than one number.
struct Tile: Sendable {
  struct Operand: Sendable {
    var place: Place
    var extents: Shape.Extents
    var outerStride = 0
    var innerStride = 0
  }

  /// How the rows of a block are gone through.
  enum Rows: Sendable {
    /// There are none: one value.
    case none
    /// One long run over the elements of all rows.
    case merged
    /// A run for each row.
    case runs
    /// A call for each row.
    case calls
    /// The kernel does it.
    case together
  }

  /// Several operations of rows as one function of native code.
  struct Group: Sendable {
    /// Its name, and where it is, when it is compiled.
    var name: String
    var address: Int?
    /// Where the present state is.
    var stateStart = 0
    /// Memory, the present state, the block, where columns begin in it, and how many rows.
    typealias Function =
      @convention(c) (
        Memory, Memory, Memory, UnsafeMutablePointer<UnsafeMutablePointer<Double>?>, Int
      ) -> Void
  }

  /// What it computes.
  var node: NodeID
  var group: Group?
  var function: TileFunction
  var destination: Place
  var extents: Shape.Extents
  var operands: [Operand]
  var integers: [Int]
  var rows = Rows.none
  var outer = 1
  var inner = 1
  /// Of a sum in a loop over elements, where it stands; at the destination stand those of blocks.
  var total: Int?
}

/// A loop over rows, in blocks, that makes values of all rows together.
struct RowLoop: Sendable {
  /// A value made of all rows: its tile adds a block to it.
  struct Total: Sendable {
    var reduction: RowReduction
    var tile: Tile
    /// Whether the tile can start the value, and not only add to it.
    var isStarted: Bool
    /// Where the value is wanted.
    var destination: Location
  }

  /// A value of each row that is kept.
  struct Kept: Sendable {
    var place: Place
    var count: Int
    var output: Int
  }

  var rows: RowSet
  /// The rows of a block. It depends on the program alone, as the order of sums does.
  var blockRows: Int
  /// The numbers that a block takes.
  var blockSize = 0
  var tiles: [Tile] = []
  var totals: [Total] = []
  var kept: [Kept] = []
  /// The columns that are read, and where in a block they are gathered to.
  var columns: [(number: Int, gathered: Place)] = []
}

/// Instructions that run one after the other.
struct Code: Sendable {
  var instructions: [Instruction] = []
  var tiles: [Tile] = []
}

/// A loop over the elements of long values, in blocks, so that what passes from one operation to
/// the next stays in the cache.
struct ElementLoop: Sendable {
  /// A multiple of the blocks in which ``Reduction`` adds up.
  static let blockSize = 1024

  var count: Int
  /// What passes stands in the block.
  var tiles: [Tile]
}

/// What a section does, in order.
enum Stage: Sendable {
  case code(Code)
  case elements(ElementLoop)
  case loop(RowLoop)
}

typealias Section = [Stage]

/// A compiled computation: what is constant is computed once, in `setup`, what depends on fixed
/// inputs alone in `preparation`; then each section in turn.
///
/// A program whose inputs are fed back (parameters that step) reads the state at the start of memory
/// and writes the next state behind it. A swapped copy of its sections does the reverse, so that a
/// step copies nothing and a step that is not to be taken has overwritten nothing.
package struct Program: Sendable {
  /// Where a result is found.
  enum Output: Sendable {
    case value(Location)
    /// A value for each row, by its number among those that are kept.
    case rows(Int)
  }

  /// A column of the data: `width` numbers for each of some rows.
  struct ColumnInput: Sendable {
    var symbol: Symbol
    var width: Int
    var rows: RowSet
  }

  /// The numbers a program needs, in doubles.
  package internal(set) var memorySize = 0
  /// The numbers a block of rows needs, in doubles.
  package internal(set) var blockSize = 0
  /// Where each input is to be put.
  package internal(set) var inputs: [Location] = []
  /// The inputs from here on are fixed: what depends on them alone is computed once for all steps.
  package internal(set) var firstFixedInput = 0
  /// What the fixed inputs are.
  package internal(set) var fixedSymbols: [Symbol] = []
  /// The arrangements of inputs that stand in memory as their transposes.
  package internal(set) var transposedInputs: [Int: Shape.Extents] = [:]
  /// How many inputs are fed back: the first.
  package internal(set) var stateInputCount = 0
  /// The doubles that the state takes: memory starts with them, twice.
  package internal(set) var stateSize = 0

  /// Where each section's outputs are found, once for each copy of the sections.
  var outputs: [[[Output]]] = []
  var columns: [ColumnInput] = []
  /// How many numbers a row each value has that is kept for all rows, and which rows.
  var kept: [(width: Int, rows: RowSet)] = []
  var constants: [(slot: Int32, value: Double)] = []
  var setup: Section = []
  var preparation: Section = []
  var sections: [Section] = []
  /// What is computed in each step, in order.
  var order: [NodeID] = []
  /// What steps were compiled from, for native code of them.
  var source: StepSource?

  /// The sections that were asked for.
  package var sectionCount: Int { outputs.first?.count ?? 0 }
  /// The number of operations in each step.
  package var instructionCount: Int { order.count }
  /// Whether a step goes through rows of the data.
  package var readsRows: Bool { !columns.isEmpty }
}
