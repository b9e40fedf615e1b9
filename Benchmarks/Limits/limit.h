/* What the limits share: their arguments, and the processor time of their loop alone. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static inline double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Rate, start and step count come at run time, so that no compiler computes the end itself. */
static inline double number(char **arguments, int count, int position) {
  if (position >= count) {
    fprintf(stderr, "%s: argument %d is missing\n", arguments[0], position);
    exit(2);
  }
  return strtod(arguments[position], NULL);
}
