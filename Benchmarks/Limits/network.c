/* A network 784-16-16-10 with sigmoids: descends the mean over a batch of 32 rows of the sum of
   (a - y)^2 over the ten outputs a, y being 1 for the row's class and 0 elsewhere.
   Arguments: steps, rate, file of x, file of classes from 1. The numbers of each matrix and vector
   start as 0.5 sin(1), 0.5 sin(2), ..., row by row.
   Prints: seconds, cost of all rows, the sums of the last biases and of their squares, and the sum
   of the first matrix.

   Matrices are kept transposed, inputs by 16 outputs (of the last layer 6 are unused): a sum over
   rows or inputs has 16 accumulators in registers. The last use of a gradient changes the weight,
   so that the large one is never stored. With BLAS, the products of the first layer are OpenBLAS's. */
#include <math.h>

#include "limit.h"
#include "arrays.h"
#include "vectors.h"

enum { inputs = 784, width = 16, outputs = 10, batch = 32 };

struct layer {
  double w[inputs * width], b[width];
};

#ifdef BLAS
#include <dlfcn.h>
typedef void dgemm(int order, int ta, int tb, int m, int n, int k, double alpha, const double *a,
                   int lda, const double *b, int ldb, double beta, double *c, int ldc);
static dgemm *multiply;
#endif

static inline void activate(double *restrict a) {
  for (int i = 0; i < batch * width; i++) a[i] = 1 / (1 + exp(-a[i]));
}

/* a = sigmoid(x w + b), eight rows at a time. */
static inline void forward(
    const double *restrict x, int n, const struct layer *restrict layer, double *restrict a) {
  for (int row = 0; row < batch; row += 8) {
    v8 low[8], high[8];
#pragma GCC unroll 8
    for (int r = 0; r < 8; r++) {
      low[r] = load(layer->b);
      high[r] = load(layer->b + 8);
    }
    for (int k = 0; k < n; k++) {
      v8 w0 = load(layer->w + k * width), w1 = load(layer->w + k * width + 8);
#pragma GCC unroll 8
      for (int r = 0; r < 8; r++) {
        double value = x[(row + r) * n + k];
        low[r] += value * w0;
        high[r] += value * w1;
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < 8; r++) {
      store(a + (row + r) * width, low[r]);
      store(a + (row + r) * width + 8, high[r]);
    }
  }
  activate(a);
}

/* w -= factor x^T d, eight inputs at a time. */
static inline void learn_weights(
    const double *restrict x, int n, const double *restrict d, double factor,
    double *restrict weights) {
  for (int k = 0; k < n; k += 8) {
    v8 low[8] = {{0}}, high[8] = {{0}};
    for (int r = 0; r < batch; r++) {
      v8 d0 = load(d + r * width), d1 = load(d + r * width + 8);
#pragma GCC unroll 8
      for (int j = 0; j < 8; j++) {
        double value = x[r * n + k + j];
        low[j] += value * d0;
        high[j] += value * d1;
      }
    }
#pragma GCC unroll 8
    for (int j = 0; j < 8; j++) {
      double *w = weights + (k + j) * width;
      store(w, load(w) - factor * low[j]);
      store(w + 8, load(w + 8) - factor * high[j]);
    }
  }
}

static inline void learn_biases(const double *restrict d, double factor, double *restrict b) {
  v8 low = {0}, high = {0};
  for (int r = 0; r < batch; r++) {
    low += load(d + r * width);
    high += load(d + r * width + 8);
  }
  store(b, load(b) - factor * low);
  store(b + 8, load(b + 8) - factor * high);
}

/* What the layer before answers for: (d w^T) a (1 - a). */
static inline void back(
    const double *restrict d, const struct layer *restrict layer, const double *restrict a,
    double *restrict before) {
  double transposed[width * width] __attribute__((aligned(64)));
  for (int i = 0; i < width; i++)
    for (int o = 0; o < width; o++) transposed[o * width + i] = layer->w[i * width + o];
  for (int row = 0; row < batch; row += 8) {
    v8 low[8] = {{0}}, high[8] = {{0}};
    for (int o = 0; o < width; o++) {
      v8 w0 = load(transposed + o * width), w1 = load(transposed + o * width + 8);
#pragma GCC unroll 8
      for (int r = 0; r < 8; r++) {
        double value = d[(row + r) * width + o];
        low[r] += value * w0;
        high[r] += value * w1;
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < 8; r++) {
      const double *at = a + (row + r) * width;
      v8 a0 = load(at), a1 = load(at + 8);
      store(before + (row + r) * width, low[r] * a0 * (1 - a0));
      store(before + (row + r) * width + 8, high[r] * a1 * (1 - a1));
    }
  }
}

struct work {
  double a1[batch * width], a2[batch * width], a3[batch * width];
  double d1[batch * width], d2[batch * width], d3[batch * width];
};

static void evaluate(const double *x, const struct layer *layers, struct work *work) {
#ifdef BLAS
  for (int r = 0; r < batch; r++) memcpy(work->a1 + r * width, layers[0].b, sizeof layers[0].b);
  multiply(101, 111, 111, batch, width, inputs, 1, x, inputs, layers[0].w, width, 1, work->a1,
           width);
  activate(work->a1);
#else
  forward(x, inputs, &layers[0], work->a1);
#endif
  forward(work->a1, width, &layers[1], work->a2);
  forward(work->a2, width, &layers[2], work->a3);
}

static void step(
    const double *restrict x, const double *restrict classes, double rate, struct layer *layers,
    struct work *work) {
  evaluate(x, layers, work);
  double factor = 2 * rate / batch;
  for (int r = 0; r < batch; r++)
    for (int o = 0; o < outputs; o++) {
      double a = work->a3[r * width + o];
      double difference = a - (classes[r] == o + 1 ? 1 : 0);
      work->d3[r * width + o] = difference * a * (1 - a);
    }
  back(work->d3, &layers[2], work->a2, work->d2);
  back(work->d2, &layers[1], work->a1, work->d1);
  learn_weights(work->a2, width, work->d3, factor, layers[2].w);
  learn_biases(work->d3, factor, layers[2].b);
  learn_weights(work->a1, width, work->d2, factor, layers[1].w);
  learn_biases(work->d2, factor, layers[1].b);
#ifdef BLAS
  multiply(101, 112, 111, inputs, width, batch, -factor, x, inputs, work->d1, width, 1, layers[0].w,
           width);
#else
  learn_weights(x, inputs, work->d1, factor, layers[0].w);
#endif
  learn_biases(work->d1, factor, layers[0].b);
}

static void begin(struct layer *layer, int in, int out) {
  for (int o = 0; o < out; o++)
    for (int i = 0; i < in; i++) layer->w[i * width + o] = 0.5 * sin(o * in + i + 1);
  for (int o = 0; o < out; o++) layer->b[o] = 0.5 * sin(o + 1);
}

int main(int count, char **arguments) {
  long steps = (long)number(arguments, count, 1);
  double rate = number(arguments, count, 2);
  if (count < 5) return 2;
  long rows, numbers;
  double *loaded = array(arguments[3], &numbers), *classes = array(arguments[4], &rows);
  if (numbers != rows * inputs || rows % batch != 0) return 2;
  double *x = zeros(numbers);
  memcpy(x, loaded, (size_t)numbers * sizeof *x);
#ifdef BLAS
#ifdef __x86_64__
  /* A processor newer than the library is taken for one without AVX. */
  if (__builtin_cpu_supports("avx512f")) setenv("OPENBLAS_CORETYPE", "SkylakeX", 0);
  else if (__builtin_cpu_supports("avx2")) setenv("OPENBLAS_CORETYPE", "Haswell", 0);
#endif
  void *library = dlopen("libopenblas.so.0", RTLD_NOW);
  if (!library) library = dlopen("libopenblas.dylib", RTLD_NOW);
  if (!library) return 3;
  multiply = (dgemm *)dlsym(library, "cblas_dgemm");
  void (*threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
  if (!multiply) return 3;
  if (threads) threads(1);
#endif
  struct layer *layers = (struct layer *)zeros(3 * (long)(sizeof *layers / sizeof(double)));
  struct work *work = (struct work *)zeros((long)(sizeof *work / sizeof(double)));
  begin(&layers[0], inputs, width);
  begin(&layers[1], width, width);
  begin(&layers[2], width, outputs);
  double start = seconds();
  long from = 0;
  for (long k = 0; k < steps; k++) {
    step(x + from * inputs, classes + from, rate, layers, work);
    from = from + batch == rows ? 0 : from + batch;
  }
  double time = seconds() - start;
  double cost = 0, sum = 0, squares = 0, all = 0;
  for (long r = 0; r < rows; r += batch) {
    evaluate(x + r * inputs, layers, work);
    for (int i = 0; i < batch; i++)
      for (int o = 0; o < outputs; o++) {
        double difference = work->a3[i * width + o] - (classes[r + i] == o + 1 ? 1 : 0);
        cost += difference * difference;
      }
  }
  for (int o = 0; o < outputs; o++) {
    sum += layers[2].b[o];
    squares += layers[2].b[o] * layers[2].b[o];
  }
  for (int i = 0; i < inputs * width; i++) all += layers[0].w[i];
  printf("%.9f %.17g %.17g %.17g %.17g\n", time, cost / (double)rows, sum, squares, all);
}
