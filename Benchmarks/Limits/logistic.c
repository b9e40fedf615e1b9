/* Logistic regression: descends the mean over rows of log(1 + exp(z)) - y z, z = w x + b, with ten
   numbers x a row.
   Arguments: steps, rate, file of x, file of y, rows a batch (0 is all).
   Prints: seconds, cost of all rows, b, sum of w, first w, last w.

   Rows lie in groups of 32, column after column in a group: each group is one stream through memory
   and its sums stay in registers. Both row counts and batches come in whole groups. */
#include <math.h>

#include "limit.h"
#include "arrays.h"
#include "vectors.h"

enum { columns = 10, group = 32, stride = (columns + 1) * group };

/* Adds what a group contributes to the slopes: sums[columns] is that of b. */
static inline void add(const double *restrict rows, const double *w, v8 *restrict sums) {
  double d[group] __attribute__((aligned(64)));
#pragma GCC unroll 4
  for (int k = 0; k < group; k += 8) {
    v8 z = w[columns] + (v8){0};
#pragma GCC unroll 10
    for (int j = 0; j < columns; j++) z += w[j] * load(rows + j * group + k);
    store(d + k, -z);
  }
  const double *y = rows + columns * group;
  for (int k = 0; k < group; k++) d[k] = 1 / (1 + exp(d[k])) - y[k];
#pragma GCC unroll 4
  for (int k = 0; k < group; k += 8) {
    v8 difference = load(d + k);
#pragma GCC unroll 10
    for (int j = 0; j < columns; j++) sums[j] += difference * load(rows + j * group + k);
    sums[columns] += difference;
  }
}

int main(int count, char **arguments) {
  long steps = (long)number(arguments, count, 1);
  double rate = number(arguments, count, 2);
  if (count < 6) return 2;
  long rows, numbers;
  double *x = array(arguments[3], &numbers), *y = array(arguments[4], &rows);
  long batch = (long)number(arguments, count, 5);
  if (batch == 0) batch = rows;
  if (numbers != rows * columns || rows % batch != 0 || batch % group != 0) return 2;

  double *grouped = zeros(rows * (columns + 1));
  for (long r = 0; r < rows; r++) {
    double *at = grouped + r / group * stride + r % group;
    for (int j = 0; j < columns; j++) at[j * group] = x[r * columns + j];
    at[columns * group] = y[r];
  }
  double w[columns + 1] = {0};
  double start = seconds();
  long from = 0;
  for (long k = 0; k < steps; k++) {
    v8 sums[columns + 1] = {{0}};
    for (long r = from; r < from + batch; r += group) add(grouped + r / group * stride, w, sums);
    for (int j = 0; j <= columns; j++) w[j] -= rate / (double)batch * total(sums[j]);
    from = from + batch == rows ? 0 : from + batch;
  }
  double time = seconds() - start;
  double cost = 0, sum = 0;
  for (long r = 0; r < rows; r++) {
    double z = w[columns];
    for (int j = 0; j < columns; j++) z += w[j] * x[r * columns + j];
    cost += log1p(exp(z)) - y[r] * z;
  }
  for (int j = 0; j < columns; j++) sum += w[j];
  printf("%.9f %.17g %.17g %.17g %.17g %.17g\n", time, cost / (double)rows, w[columns], sum, w[0],
         w[columns - 1]);
}
