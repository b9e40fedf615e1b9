/* Descends sin(1.3 a) + exp(-b^2) + log(1 + exp(c a)) + tanh(b c).
   Arguments: steps, rate, a, b, c. Prints: seconds, a, b, c. */
#include <math.h>

#include "limit.h"

int main(int count, char **arguments) {
  long steps = (long)number(arguments, count, 1);
  double rate = number(arguments, count, 2);
  double a = number(arguments, count, 3);
  double b = number(arguments, count, 4);
  double c = number(arguments, count, 5);
  double start = seconds();
  for (long k = 0; k < steps; k++) {
    double sigmoid = 1 / (1 + exp(-c * a));
    double t = tanh(b * c);
    double slope = 1 - t * t;
    double da = 1.3 * cos(1.3 * a) + c * sigmoid;
    double db = c * slope - 2 * b * exp(-b * b);
    double dc = a * sigmoid + b * slope;
    a -= rate * da;
    b -= rate * db;
    c -= rate * dc;
  }
  double time = seconds() - start;
  printf("%.9f %.17g %.17g %.17g\n", time, a, b, c);
}
