#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The elementary functions of one number or two: one implementation of each, for whoever computes.
///
/// **Errors** those of the C library (glibc: below 1 ulp for most, documented in its manual under
/// "Known Maximum Errors in Math Functions"), unless a function says otherwise.
enum Elementary {
  @inline(__always) static func pow(_ x: Double, _ y: Double) -> Double { libraryPow(x, y) }
  @inline(__always) static func cbrt(_ x: Double) -> Double { libraryCbrt(x) }
  @inline(__always) static func exp(_ x: Double) -> Double { libraryExp(x) }
  @inline(__always) static func expm1(_ x: Double) -> Double { libraryExpm1(x) }
  @inline(__always) static func log(_ x: Double) -> Double { libraryLog(x) }
  @inline(__always) static func log1p(_ x: Double) -> Double { libraryLog1p(x) }
  @inline(__always) static func log2(_ x: Double) -> Double { libraryLog2(x) }
  @inline(__always) static func log10(_ x: Double) -> Double { libraryLog10(x) }
  @inline(__always) static func sin(_ x: Double) -> Double { librarySin(x) }
  @inline(__always) static func cos(_ x: Double) -> Double { libraryCos(x) }
  @inline(__always) static func tan(_ x: Double) -> Double { libraryTan(x) }
  @inline(__always) static func asin(_ x: Double) -> Double { libraryAsin(x) }
  @inline(__always) static func acos(_ x: Double) -> Double { libraryAcos(x) }
  @inline(__always) static func atan(_ x: Double) -> Double { libraryAtan(x) }
  @inline(__always) static func atan2(_ y: Double, _ x: Double) -> Double { libraryAtan2(y, x) }
  @inline(__always) static func sinh(_ x: Double) -> Double { librarySinh(x) }
  @inline(__always) static func cosh(_ x: Double) -> Double { libraryCosh(x) }
  @inline(__always) static func tanh(_ x: Double) -> Double { libraryTanh(x) }
  @inline(__always) static func asinh(_ x: Double) -> Double { libraryAsinh(x) }
  @inline(__always) static func acosh(_ x: Double) -> Double { libraryAcosh(x) }
  @inline(__always) static func atanh(_ x: Double) -> Double { libraryAtanh(x) }
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
@inline(__always) private func libraryExp(_ x: Double) -> Double {
  exp(x)
}
@inline(__always) private func libraryExpm1(_ x: Double) -> Double {
  expm1(x)
}
@inline(__always) private func libraryLog(_ x: Double) -> Double {
  log(x)
}
@inline(__always) private func libraryLog1p(_ x: Double) -> Double {
  log1p(x)
}
@inline(__always) private func libraryLog2(_ x: Double) -> Double {
  log2(x)
}
@inline(__always) private func libraryLog10(_ x: Double) -> Double {
  log10(x)
}
@inline(__always) private func librarySin(_ x: Double) -> Double {
  sin(x)
}
@inline(__always) private func libraryCos(_ x: Double) -> Double {
  cos(x)
}
@inline(__always) private func libraryTan(_ x: Double) -> Double {
  tan(x)
}
@inline(__always) private func libraryAsin(_ x: Double) -> Double {
  asin(x)
}
@inline(__always) private func libraryAcos(_ x: Double) -> Double {
  acos(x)
}
@inline(__always) private func libraryAtan(_ x: Double) -> Double {
  atan(x)
}
@inline(__always) private func libraryAtan2(_ y: Double, _ x: Double) -> Double {
  atan2(y, x)
}
@inline(__always) private func librarySinh(_ x: Double) -> Double {
  sinh(x)
}
@inline(__always) private func libraryCosh(_ x: Double) -> Double {
  cosh(x)
}
@inline(__always) private func libraryTanh(_ x: Double) -> Double {
  tanh(x)
}
@inline(__always) private func libraryAsinh(_ x: Double) -> Double {
  asinh(x)
}
@inline(__always) private func libraryAcosh(_ x: Double) -> Double {
  acosh(x)
}
@inline(__always) private func libraryAtanh(_ x: Double) -> Double {
  atanh(x)
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
