/* Multiply-adds, rounded once, over elements: with the processor's own instruction where it has
   one, whatever this program was compiled for. */
#ifndef DESCENT_ARITHMETIC_H
#define DESCENT_ARITHMETIC_H

#include <stddef.h>

/* d[k] = s a[k] b[k] + t c[k] with signs s and t, for n elements. A stride is 1, or 0 for what
   stretches, or another. */
void descent_multiply_add(double *d, const double *a, ptrdiff_t a_stride, const double *b,
                          ptrdiff_t b_stride, const double *c, ptrdiff_t c_stride, ptrdiff_t n,
                          double s, double t);
/* The sum of a[k] b[k] over n rows, each product added with one rounding: eight running sums, one
   after the other and from the start again, then halves, quarters and two of them. */
double descent_sum_of_products(const double *a, ptrdiff_t a_stride, const double *b,
                               ptrdiff_t b_stride, ptrdiff_t n);
/* The same for each of n elements of b, at least eight, which follow one another: added to d. */
void descent_sums_of_products(double *d, const double *a, ptrdiff_t a_stride, const double *b,
                              ptrdiff_t b_stride, ptrdiff_t n, ptrdiff_t rows);
/* For each of some rows the sum of the products x[k] y[k] of at most 256 elements: up to eight are
   rounded and added from left to right; more are added with one rounding each, in eight running
   sums, then halves, quarters and two of them, then the rest. */
void descent_dots(double *d, const double *x, ptrdiff_t x_stride, const double *y,
                  ptrdiff_t y_stride, ptrdiff_t n, ptrdiff_t rows);
double descent_multiply_add_1(double a, double b, double c);

#endif
