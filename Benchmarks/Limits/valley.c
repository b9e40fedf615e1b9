/* Descends Rosenbrock's cost in n variables, the sum over i of
   100 (x[i+1] - x[i]^2)^2 + (1 - x[i])^2, from evenly spaced numbers, until it is less than a bound:
   cost and slopes in each step, in one pass.
   Arguments: steps, rate, from, to, n, bound. Prints: seconds, cost, first x, last x, sum of x.

   With BLOCKED, a step goes through x in blocks that are copied to the first cache, and writes the
   new numbers where the old ones were: half the memory traffic where x fits no cache. Without, it
   reads one array and writes another, which is faster where both fit. */
#include <string.h>

#include "limit.h"
#include "vectors.h"

/* The rate times what a slope's terms have as factors. */
struct factors {
  double r2, r200, r400;
};

/* Costs are of four independent sums, so that no addition waits for the one before. */
static double inner(
    const double *restrict x, double *restrict y, long count, struct factors f, v8 cost[4]) {
  long i = 0;
  for (; i + 32 <= count; i += 32) {
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++) {
      const double *at = x + i + 8 * k;
      v8 before = load(at - 1), here = load(at), next = load(at + 1);
      v8 u = next - here * here, v = here - before * before, e = 1 - here;
      cost[k] += 100 * u * u + e * e;
      store(y + i + 8 * k, (here + f.r2 * e) + (f.r400 * here * u - f.r200 * v));
    }
  }
  double rest = 0;
  for (; i < count; i++) {
    double u = x[i + 1] - x[i] * x[i], v = x[i] - x[i - 1] * x[i - 1], e = 1 - x[i];
    rest += 100 * u * u + e * e;
    y[i] = (x[i] + f.r2 * e) + (f.r400 * x[i] * u - f.r200 * v);
  }
  return rest;
}

static double first(const double *x, double *y, struct factors f) {
  double u = x[1] - x[0] * x[0], e = 1 - x[0];
  y[0] = x[0] + f.r2 * e + f.r400 * x[0] * u;
  return 100 * u * u + e * e;
}

static void last(const double *x, double *y, struct factors f) {
  y[0] = x[0] - f.r200 * (x[0] - x[-1] * x[-1]);
}

static double total4(const v8 cost[4]) { return total((cost[0] + cost[1]) + (cost[2] + cost[3])); }

#ifdef BLOCKED
enum { block = 1024 };

static double step(double *restrict x, long n, struct factors f) {
  double old[block + 2];
  double before = 0, rest = 0;
  v8 cost[4] = {{0}};
  for (long start = 0; start < n; start += block) {
    long m = n - start < block ? n - start : block;
    int begins = start == 0, ends = start + m == n;
    old[0] = before;
    memcpy(old + 1, x + start, (size_t)m * sizeof *x);
    old[m + 1] = ends ? 0 : x[start + m];
    before = old[m];
    if (begins) rest += first(old + 1, x, f);
    rest += inner(old + 1 + begins, x + start + begins, m - begins - ends, f, cost);
    if (ends) last(old + m, x + n - 1, f);
  }
  return rest + total4(cost);
}
#else
static double step(const double *restrict x, double *restrict y, long n, struct factors f) {
  v8 cost[4] = {{0}};
  double rest = first(x, y, f);
  rest += inner(x + 1, y + 1, n - 2, f, cost);
  last(x + n - 1, y + n - 1, f);
  return rest + total4(cost);
}
#endif

int main(int count, char **arguments) {
  long steps = (long)number(arguments, count, 1);
  double rate = number(arguments, count, 2);
  double from = number(arguments, count, 3);
  double to = number(arguments, count, 4);
  long n = (long)number(arguments, count, 5);
  double bound = number(arguments, count, 6);
  if (n < 2) return 2;
  double *x = malloc((size_t)n * sizeof *x);
  double *y = malloc((size_t)n * sizeof *y);
  if (!x || !y) return 1;
  for (long i = 0; i < n; i++) x[i] = y[i] = from + (to - from) * ((double)i / (double)(n - 1));
  struct factors factors = {2 * rate, 200 * rate, 400 * rate};
  double start = seconds();
  for (long k = 0; k < steps; k++) {
#ifdef BLOCKED
    double cost = step(x, n, factors);
#else
    double cost = step(x, y, n, factors);
    double *swap = x;
    x = y;
    y = swap;
#endif
    if (cost < bound) break;
  }
  double time = seconds() - start;
  double cost = 0, sum = 0;
  for (long i = 0; i < n; i++) sum += x[i];
  for (long i = 0; i < n - 1; i++) {
    double u = x[i + 1] - x[i] * x[i], e = 1 - x[i];
    cost += 100 * u * u + e * e;
  }
  printf("%.9f %.17g %.17g %.17g %.17g\n", time, cost, x[0], x[n - 1], sum);
}
