/* Descends Rosenbrock's cost in 2 variables with each of many rates, eight in a vector and five
   vectors at once, so that no addition waits for the one before.
   Arguments: how often to do it all, steps, count of rates, the first rate, the distance of rates,
   x, y. Prints: seconds, the final cost for each rate. */
#include "limit.h"
#include "arrays.h"
#include "vectors.h"

enum { lanes = 8, vectors = 5, group = lanes * vectors };

static void descend(const double *rates, double *costs, long steps, double from_x, double from_y) {
  v8 r2[vectors], r200[vectors], r400[vectors], x[vectors], y[vectors];
  for (int i = 0; i < vectors; i++) {
    v8 rate = load(rates + lanes * i);
    r2[i] = 2 * rate;
    r200[i] = 200 * rate;
    r400[i] = 400 * rate;
    x[i] = from_x + (v8){0};
    y[i] = from_y + (v8){0};
  }
  for (long k = 0; k < steps; k++) {
#pragma GCC unroll 5
    for (int i = 0; i < vectors; i++) {
      v8 u = y[i] - x[i] * x[i];
      v8 steep = r400[i] * x[i];
      v8 pulled = x[i] + (r2[i] - r2[i] * x[i]);
      x[i] = pulled + steep * u;
      y[i] = y[i] - r200[i] * u;
    }
  }
  for (int i = 0; i < vectors; i++) {
    v8 u = y[i] - x[i] * x[i], e = 1 - x[i];
    store(costs + lanes * i, e * e + 100 * u * u);
  }
}

int main(int count, char **arguments) {
  long times = (long)number(arguments, count, 1);
  long steps = (long)number(arguments, count, 2);
  long n = (long)number(arguments, count, 3);
  double first = number(arguments, count, 4);
  double distance = number(arguments, count, 5);
  double x = number(arguments, count, 6);
  double y = number(arguments, count, 7);
  long room = (n + group - 1) / group * group;
  double *rates = zeros(room), *costs = zeros(room);
  double start = seconds();
  for (long k = 0; k < times; k++) {
    for (long i = 0; i < n; i++) rates[i] = first + (double)i * distance;
    /* Whoever reads memory here must find each sweep's numbers: none is left out. */
    __asm__ volatile("" : : "r"(rates), "r"(costs) : "memory");
    for (long i = 0; i < n; i += group) descend(rates + i, costs + i, steps, x, y);
  }
  double time = seconds() - start;
  printf("%.9f\n", time);
  for (long i = 0; i < n; i++) printf("%.17g\n", costs[i]);
}
