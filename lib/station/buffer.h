// buffer.h - state and compiled parameters of a buffer, for its own file and for observers' reads.

#ifndef TW_STATION_BUFFER_H
#define TW_STATION_BUFFER_H

#include "engine/run.h"

// In the order of the words of "queue".
typedef enum tw_queue {
  TW_QUEUE_FIFO,
  TW_QUEUE_LIFO,
  TW_QUEUE_PRIORITY,
  TW_QUEUE_RANDOM,
  TW_QUEUE_SPT,
  TW_QUEUE_EDD,
  TW_QUEUE_CR,
  TW_QUEUE_SLACK,
  TW_QUEUE_LEAST_SETUP,
  TW_QUEUE_ATTRIBUTE,
  TW_QUEUE_EXPRESSION
} tw_queue;

typedef struct tw_buffer_param {
  int64_t capacity;      // INT64_MAX: unlimited
  int64_t min_stay_us;   // 0: none
  int64_t max_stay_us;   // INT64_MAX: none
  int32_t queue;         // tw_queue
  int32_t attribute_i;   // of a queue "attribute"
  const tw_expr *key;    // of a queue "expression"
  bool is_descending;    // largest first
  bool is_sorted;        // by a key that parts get when they join
  bool is_hot_first;     // larger part priorities come before the key
  bool has_stays;
  int32_t overstay_exit; // where parts go whose max_stay is over
  int32_t site;          // of a random queue; process times under "spt"
  int32_t route_site;    // process times of steps under "spt"
  int32_t timer_slot;
} tw_buffer_param;

// clang-format off
#define TW_BUFFER_FIELDS(F)                                                             \
  F(tw_i64, n,               , "1",  TW_PATH,    TW_NOT_NEGATIVE)                       \
  F(tw_i64, n_eligible,      , "1",  TW_DERIVED, TW_NOT_NEGATIVE) /* min_stay is over */\
  F(tw_u32, head,            , "1",  TW_PATH,    TW_OF_PART) /* served first */         \
  F(tw_u32, tail,            , "1",  TW_DERIVED, TW_OF_PART)                            \
  F(tw_u32, oldest,          , "1",  TW_PATH,    TW_OF_PART) /* by arrival */           \
  F(tw_u32, newest,          , "1",  TW_DERIVED, TW_OF_PART)                            \
  F(tw_u32, young,           , "1",  TW_DERIVED, TW_OF_PART) /* first not eligible */   \
  F(tw_u32, n_overstayed,    , "1",  TW_STAT,    TW_ANY)                                \
  F(tw_i64, since_us,        , "us", TW_STAT,    TW_ANY)                                \
  F(tw_i64, full_us,         , "us", TW_STAT,    TW_ANY)                                \
  F(tw_i64, empty_us,        , "us", TW_STAT,    TW_ANY)                                \
  F(tw_i64, max,             , "1",  TW_STAT,    TW_ANY)                                \
  F(tw_i64, n_left,          , "1",  TW_STAT,    TW_ANY)                                \
  F(tw_f64, level_us,        , "us", TW_STAT,    TW_ANY) /* integral of the level */    \
  F(tw_f64, stay_s,          , "s",  TW_STAT,    TW_ANY)
// clang-format on
TW_RECORD(tw_buffer, TW_BUFFER_FIELDS)

// The earliest end of a stay; INT64_MAX: there is none.
int64_t tw_buffer_end_of_stay(const tw_run *run, const tw_buffer_param *param,
                              const tw_buffer *buffer);

// Its queue, its order of arrival, its counts and its timer agree (buffer_valid.c).
bool tw_buffer_is_valid(const tw_run *run, int32_t place_i, uint8_t *is_seen, char *why,
                        size_t n_why);

// tw_kind.recount and .adopt (buffer_recount.c).
void tw_buffer_recount(tw_run *run, int32_t place_i);
void tw_buffer_adopt(tw_run *run, int32_t place_i);

// What can be read of a buffer (buffer_values.c).
enum { TW_BUFFER_QUANTITIES = 7 };
extern const tw_kind_quantity tw_buffer_quantities[TW_BUFFER_QUANTITIES];

// Books level, full and empty time up to now; comes before every change of n.
static inline void tw_buffer_book(const tw_run *run, const tw_buffer_param *param,
                                  tw_buffer *buffer) {
  if (!run->head->has_statistics) return;
  const int64_t now = tw_now(run), dt_us = now - buffer->since_us;
  buffer->since_us = now;
  buffer->level_us += (double)buffer->n * (double)dt_us;
  if (buffer->n == 0) buffer->empty_us += dt_us;
  if (buffer->n >= param->capacity) buffer->full_us += dt_us;
}

#endif
