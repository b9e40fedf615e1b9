/* Products of matrices small enough for the processor's caches. */
#ifndef DESCENT_MATRIX_H
#define DESCENT_MATRIX_H

#include <stddef.h>

/* A matrix in memory: element (i, j) is start[i * down + j * right]. One of the steps is 1. */
struct descent_matrix {
  const double *start;
  ptrdiff_t down, right;
};

/* c = scale a b, or c += scale a b, for a of m by k, b of k by n and c of m by n numbers; c's rows
   follow one another.

   Each element is a sum over k in its order, every product added with one rounding, 256 products at
   a time, whatever the processor. The scale is a power of 2. */
void descent_matrix_product(struct descent_matrix a, struct descent_matrix b, double *c,
                            ptrdiff_t m, ptrdiff_t k, ptrdiff_t n, double scale, int adds);

#endif
