internal import DescentGraph
internal import Synchronization

/// Native code that is made on a thread of its own: whoever waits for it can be interrupted, which
/// the library cannot.
final class Compilation: Sendable {
  private let outcome = Mutex<Result<NativeCode, NativeFailure>?>(nil)

  /// The library goes down into long programs by calling itself.
  private static let stackSize = 1 << 26

  /// - Parameter function: what is wanted of the code: it is the processor's when it is there.
  init(_ module: NativeModule, function: String) {
    let text = module.text
    let symbols = module.addresses
    Threads.start(stackSize: Self.stackSize) { [self] in
      let made = Result { () throws(NativeFailure) in
        let code = try NativeLibrary.compile(text, symbols)
        guard code.address(of: function) != nil else {
          throw NativeFailure(text: "the code has no function")
        }
        return code
      }
      outcome.withLock { $0 = made }
    }
  }

  /// What came of it; nil where the wait was interrupted, which another one goes on with.
  func wait(unless isInterrupted: () -> Bool) -> Result<NativeCode, NativeFailure>? {
    while true {
      if let made = outcome.withLock(\.self) { return made }
      if isInterrupted() { return nil }
      Threads.pause()
    }
  }
}
