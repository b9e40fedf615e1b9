/* Descends Rosenbrock's cost in n variables, the sum over i of
   100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2, from evenly spaced numbers.
   Arguments: steps, rate, from, to, n. Prints: seconds, first x, last x, sum of x.

   With BLOCKED, a step goes through x in blocks that are copied to the first cache, and writes the
   new numbers where the old ones were: half the memory traffic where x fits no cache. Without, it
   reads one array and writes another, which is faster where both fit. */
#include <string.h>

#include "limit.h"

static double first(double x, double next, double rate) {
  return x - rate * (-400 * x * (next - x * x) - 2 * (1 - x));
}

static double last(double before, double x, double rate) {
  return x - rate * 200 * (x - before * before);
}

static inline double inner(double before, double x, double next, double rate) {
  return x - rate * (200 * (x - before * before) - 400 * x * (next - x * x) - 2 * (1 - x));
}

#ifdef BLOCKED
enum { block = 1024 };

static void step(double *restrict x, long n, double rate) {
  double old[block + 2];
  double before = 0;
  for (long start = 0; start < n; start += block) {
    long m = n - start < block ? n - start : block;
    int ends = start + m == n;
    old[0] = before;
    memcpy(old + 1, x + start, (size_t)m * sizeof *x);
    old[m + 1] = ends ? 0 : x[start + m];
    before = old[m];
    double *restrict y = x + start;
    long from = start == 0, to = ends ? m - 1 : m;
    for (long i = from; i < to; i++) y[i] = inner(old[i], old[i + 1], old[i + 2], rate);
    if (start == 0) y[0] = first(old[1], old[2], rate);
    if (ends) y[m - 1] = last(m > 1 ? old[m - 1] : old[0], old[m], rate);
  }
}
#else
static void step(const double *restrict x, double *restrict y, long n, double rate) {
  y[0] = first(x[0], x[1], rate);
  for (long i = 1; i < n - 1; i++) y[i] = inner(x[i - 1], x[i], x[i + 1], rate);
  y[n - 1] = last(x[n - 2], x[n - 1], rate);
}
#endif

int main(int count, char **arguments) {
  long steps = (long)number(arguments, count, 1);
  double rate = number(arguments, count, 2);
  double from = number(arguments, count, 3);
  double to = number(arguments, count, 4);
  long n = (long)number(arguments, count, 5);
  if (n < 2) return 2;
  double *x = malloc((size_t)n * sizeof *x);
  double *y = malloc((size_t)n * sizeof *y);
  if (!x || !y) return 1;
  for (long i = 0; i < n; i++) x[i] = y[i] = from + (to - from) * ((double)i / (double)(n - 1));
  double start = seconds();
  for (long k = 0; k < steps; k++) {
#ifdef BLOCKED
    step(x, n, rate);
#else
    step(x, y, n, rate);
    double *swap = x;
    x = y;
    y = swap;
#endif
  }
  double time = seconds() - start;
  double sum = 0;
  for (long i = 0; i < n; i++) sum += x[i];
  printf("%.9f %.17g %.17g %.17g\n", time, x[0], x[n - 1], sum);
}
