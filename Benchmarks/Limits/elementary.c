/* Descends sin(1.3 a) + exp(-b^2) + log(1 + exp(c a)) + tanh(b c).
   Arguments: steps, rate, a, b, c. Prints: seconds, a, b, c.

   With FOLDED the slope of tanh, 1 - tanh^2, is rewritten with one exponential: the loop takes two
   thirds of the time. */
#include <math.h>

#include "limit.h"

static inline double slope_of_tanh(double x) {
#ifdef FOLDED
  double e = exp(-2 * fabs(x));
  return 4 * e / ((1 + e) * (1 + e));
#else
  double t = tanh(x);
  return 1 - t * t;
#endif
}

int main(int count, char **arguments) {
  long steps = (long)number(arguments, count, 1);
  double rate = number(arguments, count, 2);
  double a = number(arguments, count, 3);
  double b = number(arguments, count, 4);
  double c = number(arguments, count, 5);
  double start = seconds();
  for (long k = 0; k < steps; k++) {
    double sigmoid = 1 / (1 + exp(-c * a)), bell = exp(-b * b), slope = slope_of_tanh(b * c);
    double da = 1.3 * cos(1.3 * a) + c * sigmoid;
    double db = c * slope - 2 * b * bell;
    double dc = a * sigmoid + b * slope;
    a -= rate * da;
    b -= rate * db;
    c -= rate * dc;
  }
  double time = seconds() - start;
  printf("%.9f %.17g %.17g %.17g\n", time, a, b, c);
}
