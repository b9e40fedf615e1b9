internal import DescentGraph

/// A place in a program's memory: where a value's first number is.
package struct Slot: Hashable, Sendable {
  package var index: Int32
  package init(_ index: Int) { self.index = Int32(index) }
}

/// Where a value is, and how many numbers it has.
package struct Location: Hashable, Sendable {
  package var slot: Slot
  package var count: Int
}

/// One operation on memory.
struct Instruction: Sendable {
  enum Operation: Sendable {
    case unary(UnaryFunction)
    case binary(BinaryFunction)
    case ternary(TernaryFunction)
    /// More than one number: a call, by its place in the program's list.
    case tile(Int32)
  }

  var operation: Operation
  var destination: Int32
  var a: Int32 = 0
  var b: Int32 = 0
  var c: Int32 = 0
}

/// An operation on more than one number.
struct Tile: Sendable {
  var function: TileFunction
  var destination: Int
  var extents: Shape.Extents
  var operands: [Int]
  var operandExtents: [Shape.Extents]
  var integers: [Int]
}

/// Instructions that run one after the other.
struct Section: Sendable {
  var instructions: [Instruction] = []
  var tiles: [Tile] = []
}

/// A compiled computation: what is constant is computed once, in `setup`; then each section in turn.
///
/// A program whose inputs are fed back (parameters that step) has two copies of its sections: one
/// reads the state at the start of memory and writes the next state behind it, the other the
/// reverse, so that a step copies nothing and a step that is not to be taken has overwritten
/// nothing.
package struct Program: Sendable {
  /// The numbers a program needs, in doubles.
  package internal(set) var memorySize = 0
  /// Where each input is to be put.
  package internal(set) var inputs: [Location] = []
  /// Where each section's outputs are found, once for each copy.
  package internal(set) var outputs: [[[Location]]] = []
  /// The number of doubles of state that are fed back: memory starts with them, twice.
  package internal(set) var stateSize = 0

  var constants: [(slot: Int32, value: Double)] = []
  var setup = Section()
  /// One or two copies of the sections.
  var copies: [[Section]] = []
  var text: [String] = []

  /// The instructions of one step, one a line, as a person would write them.
  package var listing: [String] { text }

  /// The instructions that are run in each step.
  package var instructionCount: Int { copies.first?.reduce(0) { $0 + $1.instructions.count } ?? 0 }
}
