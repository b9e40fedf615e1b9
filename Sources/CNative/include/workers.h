/* Threads that share work, and wait for more. */
#ifndef DESCENT_WORKERS_H
#define DESCENT_WORKERS_H

/* Calls work(context, k) for each k from 0 to count - 1, on up to so many threads, this one among
   them; returns when all are done. While the threads work for one call, others do their own work. */
void descent_parallel(void (*work)(void *context, long k), void *context, long count, int threads);

#endif
