#include "arithmetic.h"

#if defined(__x86_64__) && defined(__linux__)
#define FOR_PROCESSORS __attribute__((target_clones("avx512f", "fma", "default")))
#else
#define FOR_PROCESSORS
#endif

FOR_PROCESSORS
void descent_multiply_add(double *d, const double *a, ptrdiff_t a_stride, const double *b,
                          ptrdiff_t b_stride, const double *c, ptrdiff_t c_stride, ptrdiff_t n,
                          double s, double t) {
  /* A sign times a number is exact. The frequent strides have loops that become vectors. */
#define LOOP(A, B, C)                                                                              \
  for (ptrdiff_t k = 0; k < n; k++) d[k] = __builtin_fma(s * (A), B, t * (C))
  if (a_stride == 1 && b_stride == 1 && c_stride == 1) {
    LOOP(a[k], b[k], c[k]);
  } else if (a_stride == 0 && b_stride == 1 && c_stride == 1) {
    double x = *a;
    LOOP(x, b[k], c[k]);
  } else if (a_stride == 1 && b_stride == 0 && c_stride == 1) {
    double x = *b;
    LOOP(a[k], x, c[k]);
  } else if (a_stride == 0 && b_stride == 1 && c_stride == 0) {
    double x = *a, y = *c;
    LOOP(x, b[k], y);
  } else {
    LOOP(a[k * a_stride], b[k * b_stride], c[k * c_stride]);
  }
}

FOR_PROCESSORS
double descent_multiply_add_1(double a, double b, double c) { return __builtin_fma(a, b, c); }
