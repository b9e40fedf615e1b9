#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The elementary functions of one number or two: one implementation of each, for whoever computes.
///
/// Those that are generic are made of exactly rounded operations alone, without branches, tables or
/// fused multiply-adds: one number, elements in a loop, and native code of any width get the same
/// bits. Products are added to sums in an order that keeps the longest chain of operations short.
///
/// **Errors** of what is not generic: those of the C library (glibc: below 1 ulp for most, documented
/// in its manual under "Known Maximum Errors in Math Functions"), unless a function says otherwise.
enum Elementary {
  @inline(__always) static func pow(_ x: Double, _ y: Double) -> Double { libraryPow(x, y) }
  @inline(__always) static func cbrt(_ x: Double) -> Double { libraryCbrt(x) }
  @inline(__always) static func atan2(_ y: Double, _ x: Double) -> Double { libraryAtan2(y, x) }
  @inline(__always) static func erf(_ x: Double) -> Double { libraryErf(x) }
  @inline(__always) static func erfc(_ x: Double) -> Double { libraryErfc(x) }
  @inline(__always) static func hypot(_ x: Double, _ y: Double) -> Double { libraryHypot(x, y) }
}

// Inside the type its own names hide the library's.
@inline(__always) private func libraryPow(_ x: Double, _ y: Double) -> Double {
  pow(x, y)
}
@inline(__always) private func libraryCbrt(_ x: Double) -> Double {
  cbrt(x)
}
@inline(__always) private func libraryAtan2(_ y: Double, _ x: Double) -> Double {
  atan2(y, x)
}
@inline(__always) private func libraryErf(_ x: Double) -> Double {
  erf(x)
}
@inline(__always) private func libraryErfc(_ x: Double) -> Double {
  erfc(x)
}
@inline(__always) private func libraryHypot(_ x: Double, _ y: Double) -> Double {
  hypot(x, y)
}
