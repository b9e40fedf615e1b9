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

FOR_PROCESSORS
double descent_sum_of_products(const double *a, ptrdiff_t a_stride, const double *b,
                               ptrdiff_t b_stride, ptrdiff_t n) {
  double sums[8] = {0};
  ptrdiff_t whole = n & ~(ptrdiff_t)7;
  for (ptrdiff_t k = 0; k < whole; k += 8)
    for (int lane = 0; lane < 8; lane++)
      sums[lane] = __builtin_fma(a[(k + lane) * a_stride], b[(k + lane) * b_stride], sums[lane]);
  for (ptrdiff_t k = whole; k < n; k++)
    sums[k & 7] = __builtin_fma(a[k * a_stride], b[k * b_stride], sums[k & 7]);
  double four[4];
  for (int lane = 0; lane < 4; lane++) four[lane] = sums[lane] + sums[lane + 4];
  return (four[0] + four[2]) + (four[1] + four[3]);
}
