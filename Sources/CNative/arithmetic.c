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

typedef double vector __attribute__((vector_size(64), aligned(8)));

FOR_PROCESSORS
void descent_sums_of_products(double *d, const double *a, ptrdiff_t a_stride, const double *b,
                              ptrdiff_t b_stride, ptrdiff_t n, ptrdiff_t rows) {
  for (ptrdiff_t left = 0; left < n; left += 8) {
    /* The last eight elements may be some of those before once more. */
    const ptrdiff_t from = left + 8 <= n ? left : n - 8;
    vector sums[8] = {{0}};
    for (ptrdiff_t k = 0; k < rows; k += 8) {
#pragma clang loop unroll(full)
      for (int lane = 0; lane < 8; lane++) {
        if (k + lane >= rows) break;
        const double x = a[(k + lane) * a_stride];
        const vector factor = {x, x, x, x, x, x, x, x};
        sums[lane] = __builtin_elementwise_fma(
            factor, *(const vector *)(b + (k + lane) * b_stride + from), sums[lane]);
      }
    }
    vector four[4];
    for (int lane = 0; lane < 4; lane++) four[lane] = sums[lane] + sums[lane + 4];
    const vector total = (four[0] + four[2]) + (four[1] + four[3]);
    for (ptrdiff_t j = left - from; j < 8; j++) d[from + j] += total[j];
  }
}

/* How far ahead rows are fetched, in numbers: a processor does not foresee loads that lie across
   lines of the cache, and rows that stream from memory are waited for longer than computed with. */
enum { ahead = 512 };

/* Eight rows at once, each in its own order: their sums stand side by side. The strides are known
   where this is inlined. */
static inline __attribute__((always_inline)) void dots_of_eight(
    double *d, const double *x, ptrdiff_t x_stride, const double *y, ptrdiff_t y_stride,
    ptrdiff_t n) {
#pragma STDC FP_CONTRACT OFF
#define COLUMN(x, s, k)                                                                            \
  ((vector){(x)[k], (x)[(s) + (k)], (x)[2 * (s) + (k)], (x)[3 * (s) + (k)], (x)[4 * (s) + (k)],    \
            (x)[5 * (s) + (k)], (x)[6 * (s) + (k)], (x)[7 * (s) + (k)]})
  vector total = {0};
  ptrdiff_t k = 0;
  if (n > 8) {
    vector sums[8] = {{0}};
    for (; k + 8 <= n; k += 8) {
#pragma clang loop unroll(full)
      for (int row = 0; row < 8; row++)
        sums[row] = __builtin_elementwise_fma(*(const vector *)(x + row * x_stride + k),
                                              *(const vector *)(y + row * y_stride + k), sums[row]);
    }
    vector four[4], two[2];
#pragma clang loop unroll(full)
    for (int row = 0; row < 4; row++) {
      /* Rows 0 and 2, 4 and 6, 1 and 3, 5 and 7: so they come out in order. */
      const vector a = sums[row % 2 * 4 + row / 2], b = sums[row % 2 * 4 + row / 2 + 2];
      four[row] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11) +
                  __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    }
#pragma clang loop unroll(full)
    for (int row = 0; row < 2; row++) {
      const vector a = four[2 * row], b = four[2 * row + 1];
      two[row] = __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13) +
                 __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15);
    }
    total = __builtin_shufflevector(two[0], two[1], 0, 8, 2, 10, 4, 12, 6, 14) +
            __builtin_shufflevector(two[0], two[1], 1, 9, 3, 11, 5, 13, 7, 15);
#pragma clang loop unroll(disable)
    for (; k < n; k++)
      total = __builtin_elementwise_fma(COLUMN(x, x_stride, k), COLUMN(y, y_stride, k), total);
  } else if (n > 0) {
    total = COLUMN(x, x_stride, 0) * COLUMN(y, y_stride, 0);
#pragma clang loop unroll(disable)
    for (k = 1; k < n; k++) total += COLUMN(x, x_stride, k) * COLUMN(y, y_stride, k);
  }
  *(vector *)d = total;
}

FOR_PROCESSORS
void descent_dots(double *d, const double *x, ptrdiff_t x_stride, const double *y,
                  ptrdiff_t y_stride, ptrdiff_t n, ptrdiff_t rows) {
#pragma STDC FP_CONTRACT OFF
  double same[256];
  if (x_stride == 0) {
    /* A product is the same the other way round. */
    const double *const other = x;
    x = y, x_stride = y_stride;
    y = other, y_stride = 0;
  }
  if (y_stride == 0 && rows > 1) {
    /* A copy that no result can change. */
    for (ptrdiff_t k = 0; k < n; k++) same[k] = y[k];
    y = same;
  }
  for (; rows >= 8; rows -= 8, d += 8, x += 8 * x_stride, y += 8 * y_stride) {
    if (x_stride == n)
      for (ptrdiff_t k = 0; k < 8 * n; k += 8) __builtin_prefetch(x + k + ahead);
    if (y_stride == 0) {
      dots_of_eight(d, x, x_stride, y, 0, n);
    } else {
      dots_of_eight(d, x, x_stride, y, y_stride, n);
    }
  }
  for (ptrdiff_t row = 0; row < rows; row++, x += x_stride, y += y_stride) {
    double sum = n > 0 ? x[0] * y[0] : 0;
    if (n > 8) {
      vector sums = {0};
      ptrdiff_t k = 0;
      for (; k + 8 <= n; k += 8)
        sums = __builtin_elementwise_fma(*(const vector *)(x + k), *(const vector *)(y + k), sums);
      double four[4];
      for (int lane = 0; lane < 4; lane++) four[lane] = sums[lane] + sums[lane + 4];
      sum = (four[0] + four[2]) + (four[1] + four[3]);
      for (; k < n; k++) sum = __builtin_fma(x[k], y[k], sum);
    } else {
      for (ptrdiff_t k = 1; k < n; k++) sum += x[k] * y[k];
    }
    d[row] = sum;
  }
}
