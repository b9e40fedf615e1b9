internal import CNative
internal import DescentGraph

/// A loop of steps as native code, and what it leaves to the interpreter.
struct NativeSteps {
  let module: NativeModule
  /// What it calls, by number.
  var calls: [Stage]
  /// The numbers it needs: the program's, and more behind them.
  let memorySize: Int
  let blockSize: Int
  /// Whether it reads the state at the start of memory, whatever it is.
  let isInRegisters: Bool

  /// The same, with the functions that loops over rows call in their places.
  func linked(_ address: (String) -> UnsafeMutableRawPointer?) -> NativeSteps {
    var result = self
    for number in calls.indices {
      guard case .loop(var loop) = calls[number] else { continue }
      for place in loop.tiles.indices {
        guard let group = loop.tiles[place].group else { continue }
        loop.tiles[place].group?.address = address(group.name).map { Int(bitPattern: $0) }
      }
      result.calls[number] = .loop(loop)
    }
    return result
  }

  /// Memory, the machine, the most steps, and which copy of the state is the present one; gives
  /// four times the steps taken, and the outcome.
  typealias Function = @convention(c) (Memory, UnsafeRawPointer, Int, Int) -> Int

  /// Numbers before and behind the program's that may be read and are not used.
  static let margin = 64

  /// The sum of the sums of blocks.
  static var combine: UnsafeRawPointer {
    let function: @convention(c) (Memory, Int) -> Double = { Reduction.combine($0, $1) }
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }

  // The functions that native code calls to find rows and columns.

  static var chooseRows: UnsafeRawPointer {
    let function: @convention(c) (UnsafeRawPointer, Double) -> Void = { machine, time in
      // unsafe: the machine that runs the code gives its own address.
      Unmanaged<Machine>.fromOpaque(machine).takeUnretainedValue().chooseRows(at: time)
    }
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }

  static var findPass: UnsafeRawPointer {
    let function: @convention(c) (UnsafeRawPointer, Int) -> Void = { machine, step in
      Unmanaged<Machine>.fromOpaque(machine).takeUnretainedValue().findPass(at: step)
    }
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }

  static var passWords: UnsafeRawPointer {
    let function: @convention(c) (UnsafeRawPointer) -> UnsafeMutablePointer<Int> = { machine in
      Unmanaged<Machine>.fromOpaque(machine).takeUnretainedValue().passWords
    }
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }

  static var rowCount: UnsafeRawPointer {
    let function: @convention(c) (UnsafeRawPointer, Int) -> Int = { machine, set in
      Unmanaged<Machine>.fromOpaque(machine).takeUnretainedValue().rowCount(RowSet.allCases[set])
    }
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }

  static var column: UnsafeRawPointer {
    let function: @convention(c) (UnsafeRawPointer, Int) -> UnsafeMutablePointer<Double>? = {
      machine, number in
      Unmanaged<Machine>.fromOpaque(machine).takeUnretainedValue().column(number)
    }
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }

  static var groupedColumn: UnsafeRawPointer {
    let function: @convention(c) (UnsafeRawPointer, Int) -> UnsafeMutablePointer<Double>? = {
      machine, number in
      Unmanaged<Machine>.fromOpaque(machine).takeUnretainedValue().groupedColumn(number)
    }
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }

  /// The function that native code calls for memory for sums of parts.
  static var sums: UnsafeRawPointer {
    let function: @convention(c) (UnsafeRawPointer, Int) -> Memory? = { machine, count in
      Unmanaged<Machine>.fromOpaque(machine).takeUnretainedValue().sums(count)
    }
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }

  /// The function that native code calls to have parts computed.
  static var share: UnsafeRawPointer {
    typealias Work = @convention(c) (UnsafeMutableRawPointer?, Int) -> Void
    let function: @convention(c) (UnsafeRawPointer, Work, UnsafeMutableRawPointer, Int) -> Void = {
      machine, work, given, count in
      let threads = Unmanaged<Machine>.fromOpaque(machine).takeUnretainedValue().threads
      descent_parallel(work, given, count, Int32(threads))
    }
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }

  /// The function that native code calls for what is left to the interpreter.
  static var runStage: UnsafeRawPointer {
    let function: @convention(c) (UnsafeRawPointer, Int, Int) -> Void = { machine, number, parity in
      // unsafe: the machine that runs the code gives its own address.
      Unmanaged<Machine>.fromOpaque(machine).takeUnretainedValue().runCall(number, parity)
    }
    return unsafeBitCast(function, to: UnsafeRawPointer.self)
  }
}
