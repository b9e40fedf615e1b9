/* Linear regression: descends the mean over rows of (w x + b - y)^2, with three numbers x a row.
   Arguments: steps, rate, file of x, file of y. Prints: seconds, cost, b, and the three w.

   A column of ones, zero in the rows that fill up the last vectors, has b as its factor; two sums
   for each slope, so that one addition needs not wait for the other. The sums of products that make
   a step independent of the rows are not taken: it would be another computation. */
#include "limit.h"
#include "arrays.h"
#include "vectors.h"

enum { columns = 3 };

int main(int count, char **arguments) {
  long steps = (long)number(arguments, count, 1);
  double rate = number(arguments, count, 2);
  if (count < 5) return 2;
  long rows, numbers;
  double *x = array(arguments[3], &numbers), *y = array(arguments[4], &rows);
  if (numbers != rows * columns) return 2;

  long vectors = (rows + 15) / 16 * 2;
  enum { stride = (columns + 2) * 8 };
  double *data = zeros(vectors * stride);
  for (long r = 0; r < rows; r++) {
    double *at = data + r / 8 * stride + r % 8;
    for (int j = 0; j < columns; j++) at[j * 8] = x[r * columns + j];
    at[columns * 8] = 1;
    at[(columns + 1) * 8] = y[r];
  }
  double w[columns + 1] = {0};
  double factor = 2 * rate / (double)rows;
  double start = seconds();
  for (long k = 0; k < steps; k++) {
    v8 sums[2][columns + 1] = {{{0}}};
    for (long i = 0; i < vectors; i += 2) {
#pragma GCC unroll 2
      for (int h = 0; h < 2; h++) {
        const double *at = data + (i + h) * stride;
        v8 residual = (w[0] * load(at) - load(at + 32)) + w[1] * load(at + 8) +
                      (w[2] * load(at + 16) + w[3] * load(at + 24));
#pragma GCC unroll 4
        for (int j = 0; j <= columns; j++) sums[h][j] += residual * load(at + 8 * j);
      }
    }
#pragma GCC unroll 4
    for (int j = 0; j <= columns; j++) w[j] -= factor * total(sums[0][j] + sums[1][j]);
  }
  double time = seconds() - start;
  double cost = 0;
  for (long r = 0; r < rows; r++) {
    double residual = w[columns] - y[r];
    for (int j = 0; j < columns; j++) residual += w[j] * x[r * columns + j];
    cost += residual * residual;
  }
  printf("%.9f %.17g %.17g %.17g %.17g %.17g\n", time, cost / (double)rows, w[columns], w[0], w[1],
         w[2]);
}
