// active.h - the bottleneck by active periods (Roser, Nakano and Tanaka, "A practical bottleneck
// detection method", WSC 2001): at any instant it is the machine with the longest period without
// waiting. Where its period and the next bottleneck's overlap, the bottleneck shifts between them;
// elsewhere it is the sole one. Fed with periods as they begin and end, in order of time; its
// memory is two words a machine, however long the run.

#ifndef TW_OBSERVE_ACTIVE_H
#define TW_OBSERVE_ACTIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"

typedef struct tw_active tw_active;

// Nobody is active yet; NULL when memory is short.
tw_active *tw_active_new(int32_t n_machine, const tw_memory *memory);
void tw_active_free(tw_active *active);

// Counts from now_us on: what is active now counts as having begun now.
void tw_active_reset(tw_active *active, int64_t now_us);

// A machine's period begins or ends; nothing happens when it is as it was.
void tw_active_set(tw_active *active, int32_t machine_i, bool is_active, int64_t now_us);

// Ticks up to now_us for which each machine was the sole bottleneck, and for which the bottleneck
// shifted to or from it. sole_us, shifting_us: [n_machine]. Periods that are open end now for this.
void tw_active_read(tw_active *active, int64_t now_us, int64_t *sole_us, int64_t *shifting_us);

#endif
