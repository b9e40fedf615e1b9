/* Descends w^2 + 3 w. Arguments: steps, rate, w. Prints: seconds, w.

   With FOLDED, w - rate (2 w + 3) is written (1 - 2 rate) w - 3 rate: one multiply-add a step. */
#include "limit.h"

int main(int count, char **arguments) {
  long steps = (long)number(arguments, count, 1);
  double rate = number(arguments, count, 2);
  double w = number(arguments, count, 3);
  double start = seconds();
#ifdef FOLDED
  double keep = 1 - 2 * rate, shift = 3 * rate;
  for (long k = 0; k < steps; k++) w = keep * w - shift;
#else
  for (long k = 0; k < steps; k++) w -= rate * (2 * w + 3);
#endif
  double time = seconds() - start;
  printf("%.9f %.17g\n", time, w);
}
