/* Descends (1 - x)^2 + 100 (y - x^2)^2. Arguments: steps, rate, x, y. Prints: seconds, x, y. */
#include "limit.h"

int main(int count, char **arguments) {
  long steps = (long)number(arguments, count, 1);
  double rate = number(arguments, count, 2);
  double x = number(arguments, count, 3);
  double y = number(arguments, count, 4);
  double start = seconds();
  for (long k = 0; k < steps; k++) {
    double u = y - x * x;
    double dx = -2 * (1 - x) - 400 * x * u;
    double dy = 200 * u;
    x -= rate * dx;
    y -= rate * dy;
  }
  double time = seconds() - start;
  printf("%.9f %.17g %.17g\n", time, x, y);
}
