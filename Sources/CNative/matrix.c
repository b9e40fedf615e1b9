/* The columns of b are taken sixteen at a time, 256 rows of them, which stay in the first cache:
   copied where they do not lie row after row. Of c, tiles of as many sums as there are registers for
   are computed at once.

   Source: Goto and van de Geijn, Anatomy of high-performance matrix multiplication, 2008. */
#include "matrix.h"

#include <string.h>

typedef double vector __attribute__((vector_size(64), aligned(8)));
enum { lanes = 8, panel_vectors = 2, panel_width = lanes * panel_vectors, panel_rows = 256 };

#define INLINE static inline __attribute__((always_inline))
#define WRITTEN_OUT _Pragma("clang loop unroll(full)")

/* Some of the columns of b, row after row. */
struct panel {
  const double *start;
  ptrdiff_t down, rows, columns;
};

/* Adds a's rows times a vector or two of the panel's columns to as many rows of c. */
INLINE void add_tile(const double *const *a, ptrdiff_t a_right, const double *b, ptrdiff_t b_down,
                     ptrdiff_t rows, vector sums[][panel_vectors], const int height,
                     const int width) {
  WRITTEN_OUT for (int r = 0; r < height; r++)
    WRITTEN_OUT for (int v = 0; v < width; v++) sums[r][v] = (vector){0};
  for (ptrdiff_t q = 0, at = 0; q < rows; q++, at += a_right, b += b_down) {
    vector right[panel_vectors];
    WRITTEN_OUT for (int v = 0; v < width; v++) right[v] = *(const vector *)(b + lanes * v);
    WRITTEN_OUT for (int r = 0; r < height; r++) {
      const double x = a[r][at];
      const vector left = {x, x, x, x, x, x, x, x};
      WRITTEN_OUT for (int v = 0; v < width; v++)
        sums[r][v] = __builtin_elementwise_fma(left, right[v], sums[r][v]);
    }
  }
}

INLINE void multiply_panel(struct descent_matrix a, struct panel b, double *c, ptrdiff_t c_down,
                           ptrdiff_t m, double scale, int adds, const int height, const int width) {
  for (ptrdiff_t i = 0; i < m; i += height) {
    const double *rows[8];
    WRITTEN_OUT for (int r = 0; r < height; r++)
      rows[r] = a.start + (i + r < m ? i + r : m - 1) * a.down;
    vector sums[8][panel_vectors];
    add_tile(rows, a.right, b.start, b.down, b.rows, sums, height, width);
    WRITTEN_OUT for (int r = 0; r < height; r++) {
      if (i + r >= m) break;
      double *target = c + (i + r) * c_down;
      if (b.columns == lanes * width) {
        WRITTEN_OUT for (int v = 0; v < width; v++) {
          vector *there = (vector *)(target + lanes * v);
          vector sum = scale * sums[r][v];
          *there = adds ? *there + sum : sum;
        }
      } else {
        double some[panel_width];
        WRITTEN_OUT for (int v = 0; v < width; v++)
          *(vector *)(some + lanes * v) = scale * sums[r][v];
        for (ptrdiff_t j = 0; j < b.columns; j++)
          target[j] = adds ? target[j] + some[j] : some[j];
      }
    }
  }
}

/* Eight rows of eight numbers as columns. */
INLINE void exchange(const double *from, ptrdiff_t from_down, double *to, ptrdiff_t to_down) {
#define SHUFFLE(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
  vector x[8], y[8];
  WRITTEN_OUT for (int r = 0; r < 8; r++) x[r] = *(const vector *)(from + r * from_down);
  WRITTEN_OUT for (int r = 0; r < 8; r += 2) {
    y[r] = SHUFFLE(x[r], x[r + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    y[r + 1] = SHUFFLE(x[r], x[r + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  WRITTEN_OUT for (int r = 0; r < 8; r++) {
    int low = (r & 4) + (r & 1);
    x[r] = r & 2 ? SHUFFLE(y[low], y[low + 2], 2, 3, 10, 11, 6, 7, 14, 15)
                 : SHUFFLE(y[low], y[low + 2], 0, 1, 8, 9, 4, 5, 12, 13);
  }
  WRITTEN_OUT for (int r = 0; r < 8; r++) {
    int low = r & 3;
    y[r] = r & 4 ? SHUFFLE(x[low], x[low + 4], 4, 5, 6, 7, 12, 13, 14, 15)
                 : SHUFFLE(x[low], x[low + 4], 0, 1, 2, 3, 8, 9, 10, 11);
  }
  WRITTEN_OUT for (int r = 0; r < 8; r++) *(vector *)(to + r * to_down) = y[r];
#undef SHUFFLE
}

/* Copies columns of b into rows of sixteen, with zeros beyond the last one. */
INLINE void copy(struct descent_matrix b, ptrdiff_t rows, ptrdiff_t columns, double *to) {
  if (columns < panel_width) memset(to, 0, (size_t)(rows * panel_width) * sizeof *to);
  const ptrdiff_t whole_rows = b.down == 1 ? rows & ~(ptrdiff_t)7 : 0;
  const ptrdiff_t whole_columns = columns & ~(ptrdiff_t)7;
  for (ptrdiff_t q = 0; q < whole_rows; q += 8)
    for (ptrdiff_t j = 0; j < whole_columns; j += 8)
      exchange(b.start + j * b.right + q, b.right, to + q * panel_width + j, panel_width);
  for (ptrdiff_t q = 0; q < rows; q++)
    for (ptrdiff_t j = q < whole_rows ? whole_columns : 0; j < columns; j++)
      to[q * panel_width + j] = b.start[q * b.down + j * b.right];
}

INLINE void multiply(struct descent_matrix a, struct descent_matrix b, double *c, ptrdiff_t m,
                     ptrdiff_t k, ptrdiff_t n, double scale, int adds, const int height,
                     const int width) {
  double copied[panel_rows * panel_width] __attribute__((aligned(64)));
  for (ptrdiff_t j = 0; j < n; j += panel_width) {
    const ptrdiff_t columns = n - j < panel_width ? n - j : panel_width;
    for (ptrdiff_t q = 0; q < k; q += panel_rows) {
      const ptrdiff_t rows = k - q < panel_rows ? k - q : panel_rows;
      const struct descent_matrix left = {a.start + q * a.right, a.down, a.right};
      const struct descent_matrix right = {b.start + q * b.down + j * b.right, b.down, b.right};
      struct panel panel = {right.start, right.down, rows, columns};
      if (columns < panel_width || b.right != 1) {
        copy(right, rows, columns, copied);
        panel.start = copied;
        panel.down = panel_width;
      }
      const int continues = adds || q > 0;
      if (width == panel_vectors && columns > lanes) {
        multiply_panel(left, panel, c + j, n, m, scale, continues, height, panel_vectors);
        continue;
      }
      for (ptrdiff_t start = 0; start < columns; start += lanes) {
        struct panel half = panel;
        half.start += start;
        half.columns = columns - start < lanes ? columns - start : lanes;
        multiply_panel(left, half, c + j + start, n, m, scale, continues, height, 1);
      }
    }
  }
}

#define PRODUCT(name, ...)                                                                         \
  __VA_ARGS__ static void name(struct descent_matrix a, struct descent_matrix b, double *c,        \
                               ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, double scale, int adds)

PRODUCT(few_registers) { multiply(a, b, c, m, k, n, scale, adds, 4, 1); }

#if defined(__x86_64__)
PRODUCT(many_registers, __attribute__((target("avx512f")))) {
  multiply(a, b, c, m, k, n, scale, adds, 8, 2);
}
PRODUCT(fused, __attribute__((target("avx2,fma")))) {
  multiply(a, b, c, m, k, n, scale, adds, 4, 1);
}
#endif

void descent_matrix_product(struct descent_matrix a, struct descent_matrix b, double *c,
                            ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, double scale, int adds) {
  if (k == 0 && !adds) memset(c, 0, (size_t)(m * n) * sizeof *c);
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) {
    many_registers(a, b, c, m, k, n, scale, adds);
    return;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    fused(a, b, c, m, k, n, scale, adds);
    return;
  }
#endif
  few_registers(a, b, c, m, k, n, scale, adds);
}
