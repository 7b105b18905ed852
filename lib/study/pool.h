// pool.h - one function on several threads. The only home of OpenMP; a build without it runs the
// function on the calling thread alone.

#ifndef TW_STUDY_POOL_H
#define TW_STUDY_POOL_H

#include <stdint.h>

// Runs work(self, i) on n threads, i from 0; thread 0 is the calling one. There may be fewer
// threads, so the work is to be shared as it comes. No thread is left over afterwards: a child that
// is forked later would wait for it for ever.
void tw_pool_run(int32_t n_thread, void (*work)(void *self, int32_t thread_i), void *self);

// Processors there are.
int32_t tw_pool_processors(void);

#endif
