/* Descends (1 - x)^2 + 100 (y - x^2)^2. Arguments: steps, rate, x, y. Prints: seconds, x, y.

   With FOLDED, the rate is part of the constants and the products that wait for nothing come first:
   a step waits for two multiply-adds, one after the other. */
#include "limit.h"

int main(int count, char **arguments) {
  long steps = (long)number(arguments, count, 1);
  double rate = number(arguments, count, 2);
  double x = number(arguments, count, 3);
  double y = number(arguments, count, 4);
  double start = seconds();
#ifdef FOLDED
  double r2 = 2 * rate, r400 = 400 * rate, r200 = 200 * rate;
  for (long k = 0; k < steps; k++) {
    double u = y - x * x;
    double steep = r400 * x;
    double pulled = x + (r2 - r2 * x);
    x = pulled + steep * u;
    y = y - r200 * u;
  }
#else
  for (long k = 0; k < steps; k++) {
    double u = y - x * x;
    double dx = -2 * (1 - x) - 400 * x * u;
    double dy = 200 * u;
    x -= rate * dx;
    y -= rate * dy;
  }
#endif
  double time = seconds() - start;
  printf("%.9f %.17g %.17g\n", time, x, y);
}
