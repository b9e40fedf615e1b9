#include "workers.h"

#include <pthread.h>
#include <stdatomic.h>

enum { most = 256 };

static struct {
  /* Held by the call that the threads work for. */
  pthread_mutex_t taken;
  pthread_mutex_t lock;
  pthread_cond_t begun;
  pthread_cond_t ended;
  int started;
  /* Goes up with each job, so that a thread takes part in each once. */
  unsigned long job;
  int wanted;
  int busy;
  void (*work)(void *context, long k);
  void *context;
  long count;
  atomic_long next;
} workers = {.taken = PTHREAD_MUTEX_INITIALIZER,
             .lock = PTHREAD_MUTEX_INITIALIZER,
             .begun = PTHREAD_COND_INITIALIZER,
             .ended = PTHREAD_COND_INITIALIZER};

static void take_part(void) {
  long k;
  while ((k = atomic_fetch_add(&workers.next, 1)) < workers.count)
    workers.work(workers.context, k);
}

static void *wait_for_work(void *unused) {
  (void)unused;
  unsigned long last = 0;
  pthread_mutex_lock(&workers.lock);
  for (;;) {
    while (workers.job == last || workers.wanted == 0) {
      if (workers.job != last) last = workers.job;
      pthread_cond_wait(&workers.begun, &workers.lock);
    }
    last = workers.job;
    workers.wanted--;
    workers.busy++;
    pthread_mutex_unlock(&workers.lock);
    take_part();
    pthread_mutex_lock(&workers.lock);
    if (--workers.busy == 0) pthread_cond_signal(&workers.ended);
  }
  return unused;
}

void descent_parallel(void (*work)(void *context, long k), void *context, long count, int threads) {
  if (threads > most) threads = most;
  if (threads > count) threads = (int)count;
  if (threads < 2 || pthread_mutex_trylock(&workers.taken)) {
    for (long k = 0; k < count; k++) work(context, k);
    return;
  }
  pthread_mutex_lock(&workers.lock);
  while (workers.started < threads - 1) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, wait_for_work, NULL)) break;
    pthread_detach(thread);
    workers.started++;
  }
  workers.work = work;
  workers.context = context;
  workers.count = count;
  atomic_store(&workers.next, 0);
  workers.wanted = threads - 1;
  workers.job++;
  pthread_cond_broadcast(&workers.begun);
  pthread_mutex_unlock(&workers.lock);
  take_part();
  pthread_mutex_lock(&workers.lock);
  /* Who has not begun by now finds nothing to do. */
  workers.wanted = 0;
  while (workers.busy > 0) pthread_cond_wait(&workers.ended, &workers.lock);
  pthread_mutex_unlock(&workers.lock);
  pthread_mutex_unlock(&workers.taken);
}
