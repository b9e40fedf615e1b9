/* Descends w^2 + 3 w. Arguments: steps, rate, w. Prints: seconds, w. */
#include "limit.h"

int main(int count, char **arguments) {
  long steps = (long)number(arguments, count, 1);
  double rate = number(arguments, count, 2);
  double w = number(arguments, count, 3);
  double start = seconds();
  for (long k = 0; k < steps; k++) w -= rate * (2 * w + 3);
  double time = seconds() - start;
  printf("%.9f %.17g\n", time, w);
}
