internal import CNative
internal import DescentGraph

/// The LLVM library, opened when native code is first made: linked, it would cost every start 20 ms
/// and 60 MB.
package enum NativeLibrary {
  /// Its version and file, or nil where there is none.
  package static let description: String? = descent_native_open().map {
    "LLVM \(String(cString: descent_native_version())) (\(String(cString: $0)))"
  }

  /// The processor that code is made for, as LLVM calls it.
  package static var processor: String { String(cString: descent_native_processor()) }

  /// What is done to the code before it becomes the processor's. Without fast-math flags no pass
  /// changes a bit of a result.
  private static let passes: String = {
    // From 18 on the library ends the process where it has not combined all it could, unless it is
    // told not to look.
    let major = Int(String(cString: descent_native_version()).prefix { $0.isNumber })
    let combine = major ?? 0 >= 18 ? "instcombine<no-verify-fixpoint>" : "instcombine"
    return "function(sroa,early-cse,\(combine),simplifycfg,loop-mssa(licm),early-cse<memssa>,dse)"
  }()

  /// Compiles the text of a module, which calls functions at these addresses.
  ///
  /// - Throws: what LLVM says.
  static func compile(
    _ text: String, _ addresses: [NativeModule.Address]
  ) throws(NativeFailure) -> NativeCode {
    // Opened once, whoever comes first.
    guard description != nil else { throw NativeFailure(text: "there is no LLVM library") }
    var text = text
    // The names one after the other, each with its end.
    var names: [CChar] = []
    var starts: [Int] = []
    for item in addresses {
      starts.append(names.count)
      names += item.name.utf8CString
    }
    var message: UnsafeMutablePointer<CChar>?
    let code = names.withUnsafeBufferPointer { names in
      let symbols = zip(starts, addresses).map { start, item in
        descent_symbol(name: names.baseAddress.map { $0 + start }, address: item.address)
      }
      return text.withUTF8 { text in
        text.withMemoryRebound(to: CChar.self) {
          descent_native_compile(
            $0.baseAddress, $0.count, symbols, symbols.count, passes, &message)
        }
      }
    }
    guard let code else {
      defer { descent_native_free(message) }
      throw NativeFailure(text: message.map { String(cString: $0) } ?? "no memory")
    }
    return NativeCode(code)
  }
}

/// Why there is no native code.
package struct NativeFailure: Error {
  package let text: String
}

/// Functions of native code; they live as long as this.
///
/// unsafe: one thread makes it, and another looks for functions after that.
final class NativeCode: @unchecked Sendable {
  private let code: OpaquePointer

  fileprivate init(_ code: OpaquePointer) { self.code = code }
  deinit { descent_native_release(code) }

  /// A function by its name. Its address is the processor's code: compiled now, if it was not yet.
  func address(of name: String) -> UnsafeMutableRawPointer? {
    descent_native_function(code, name)
  }
}
