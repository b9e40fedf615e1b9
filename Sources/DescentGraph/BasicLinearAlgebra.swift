#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The BLAS library, opened when it is first needed: linked, it would cost every start 2 ms.
///
/// **Source** Lawson, Hanson, Kincaid and Krogh, Basic Linear Algebra Subprograms for Fortran
/// usage, 1979; its C interface, and OpenBLAS, which is opened where it is installed.
enum BasicLinearAlgebra {
  /// `cblas_dgemm`: order, transpositions, m, n, k, alpha, a and its stride, b and its stride, beta,
  /// c and its stride.
  typealias Multiply =
    @convention(c) (
      Int32, Int32, Int32, Int32, Int32, Int32, Double, UnsafePointer<Double>, Int32,
      UnsafePointer<Double>, Int32, Double, UnsafeMutablePointer<Double>, Int32
    ) -> Void

  // The values of CBLAS_ORDER and CBLAS_TRANSPOSE.
  static let rowMajor: Int32 = 101
  static func transposition(_ isTransposed: Bool) -> Int32 { isTransposed ? 112 : 111 }

  /// The general product of matrices, or nil where there is no library.
  static let multiply: Multiply? = {
    chooseKernels()
    // One thread: what comes out must not depend on how many there are, and others that OpenBLAS made
    // at its start would look for work before they sleep.
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    for name in names {
      guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL),
        let multiply = dlsym(library, "cblas_dgemm")
      else { continue }
      if let setThreads = dlsym(library, "openblas_set_num_threads") {
        // unsafe: OpenBLAS declares it as void openblas_set_num_threads(int).
        unsafeBitCast(setThreads, to: (@convention(c) (Int32) -> Void).self)(1)
      }
      // unsafe: every CBLAS declares it so, with int of 32 bits.
      return unsafeBitCast(multiply, to: Multiply.self)
    }
    return nil
  }()

  /// Tells OpenBLAS which processor this is: one that is newer than the library is taken for one
  /// that is twenty years old otherwise. What a person has chosen stands.
  private static func chooseKernels() {
    #if canImport(Glibc) && arch(x86_64)
      guard getenv("OPENBLAS_CORETYPE") == nil, let file = fopen("/proc/cpuinfo", "r") else {
        return
      }
      defer { fclose(file) }
      var text = [UInt8](repeating: 0, count: 8192)
      let count = fread(&text, 1, text.count, file)
      let words = text[..<count].split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
      func has(_ flag: String) -> Bool { words.contains { $0.elementsEqual(flag.utf8) } }
      if has("avx512f"), has("avx512vl") {
        setenv("OPENBLAS_CORETYPE", "SkylakeX", 0)
      } else if has("avx2"), has("fma") {
        setenv("OPENBLAS_CORETYPE", "Haswell", 0)
      }
    #endif
  }

  #if canImport(Glibc)
    private static let names = ["libopenblas.so.0", "libopenblas.so"]
  #else
    private static let names = [
      "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
      "/usr/local/opt/openblas/lib/libopenblas.dylib",
    ]
  #endif
}
