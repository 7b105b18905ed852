// source.h - state and compiled parameters of a source.

#ifndef TW_STATION_SOURCE_H
#define TW_STATION_SOURCE_H

#include "engine/run.h"

typedef struct tw_batch {  // of a sequence or an order list
  int32_t part_type;
  int64_t quantity;
  int64_t release_us;      // orders; negative: before the start, so at once
  int64_t due_us;          // orders: instant, may be before the start; INT64_MAX: none
  int64_t priority;
} tw_batch;

typedef struct tw_source_param {
  int32_t n_batch;
  const tw_batch *batch;   // [n_batch]; orders sorted by release
  bool is_order_list, is_repeated, is_losing;
  bool is_saturated;       // makes a part whenever one is taken
  bool is_supply;          // makes a part whenever a card is free
  int32_t first_order;     // of an order list that needs cards: its part of the run's orders
  const double *mix_weight;  // [n_batch]: the type is drawn, not sequenced; NULL: sequence
  int64_t n_per_release;
  int64_t due_in_us;       // INT64_MAX: none
  int32_t every_site, first_site, mix_site;
  int32_t release_slot;    // TW_NONE: saturated
} tw_source_param;

// clang-format off
#define TW_SOURCE_FIELDS(F)                                                             \
  F(tw_i32, batch_i,         , "1",  TW_PATH,    TW_ANY) /* next batch of the list */   \
  F(tw_i32, mixed_type,      , "1",  TW_PATH,    TW_OF_PART_TYPE) /* drawn, not made */ \
  F(tw_i64, n_of_batch,      , "1",  TW_PATH,    TW_NOT_NEGATIVE) /* made of it */      \
  F(tw_u32, head,            , "1",  TW_PATH,    TW_OF_PART) /* released, waits */      \
  F(tw_u32, tail,            , "1",  TW_DERIVED, TW_OF_PART)                            \
  F(tw_i64, n_waiting,       , "1",  TW_DERIVED, TW_NOT_NEGATIVE)                       \
  F(tw_i32, target,          , "1",  TW_PATH,    TW_OF_PLACE) /* of the next part; or any */\
  F(tw_i64, open_us,         , "us", TW_PATH,    TW_NOT_NEGATIVE) /* offers since */    \
  F(tw_u8,  is_open,         , "1",  TW_PATH,    TW_BOOLEAN) /* can still make parts */ \
  F(tw_u8,  has_offer,       , "1",  TW_PATH,    TW_BOOLEAN)                            \
  F(tw_u8,  is_first,        , "1",  TW_PATH,    TW_BOOLEAN) /* no release yet */       \
  F(tw_i64, since_us,        , "us", TW_PATH,    TW_NOT_NEGATIVE) /* the last release, by interval */ \
  F(tw_i64, n_pending,       , "1",  TW_PATH,    TW_NOT_NEGATIVE) /* wait for a card */ \
  F(tw_i64, pending_us,      , "us", TW_PATH,    TW_NOT_NEGATIVE) /* the first since */ \
  F(tw_i32, first_open,      , "1",  TW_DERIVED, TW_NOT_NEGATIVE) /* order not complete */ \
  F(tw_i64, n_lost,          , "1",  TW_STAT,    TW_ANY)                                \
  F(tw_i64, n_released,      , "1",  TW_STAT,    TW_ANY)
// clang-format on
TW_RECORD(tw_source, TW_SOURCE_FIELDS)

// Parts of sources whose releases need cards (source_cards.c).
//
// Releases what the free cards of a loop allow, among all its sources: larger priorities first, then
// earlier releases, then file order. True when some part was released.
bool tw_source_serve(tw_run *run, int32_t loop_i);

// The time of a release has come; it waits for a card from now on.
void tw_source_ask(tw_run *run, int32_t place_i);

// Finds the first order that is not complete anew.
void tw_source_recount_orders(tw_run *run, int32_t place_i);

// What waits for cards is consistent (snapshots).
bool tw_source_is_pending_sound(const tw_run *run, int32_t place_i);

// Makes the next part of a sequence or mix at a source; TW_NO_PART when the run had to stop.
uint32_t tw_source_make(tw_run *run, int32_t place_i);

// A part that was made at the source waits there until it is taken.
void tw_source_put(tw_run *run, int32_t place_i, uint32_t part_i);

// tw_kind.is_valid and .recount; is the next part for a place that it can go to (source_valid.c)?
bool tw_source_is_valid(const tw_run *run, int32_t place_i, uint8_t *is_seen, char *why,
                        size_t n_why);
void tw_source_recount(tw_run *run, int32_t place_i);
bool tw_source_is_aimed(const tw_run *run, int32_t place_i, const tw_source *source);

// Type of the part that is offered: the first that waits, or what a saturated source makes next.
int32_t tw_source_type_offered(const tw_run *run, int32_t place_i);

// Type of the next part, and whether there will be none any more.
int32_t tw_source_next_type(const tw_run *run, int32_t place_i);
void tw_source_close(tw_run *run, int32_t place_i);

// When the next part comes, and of which type, drawn anew given what has elapsed (source_redraw.c).
void tw_source_redraw(tw_run *run, int32_t place_i);

// Plans the next release, one interval from now.
void tw_source_plan(tw_run *run, int32_t place_i);

// Gives the releases of a source a shortcut, where they are of single parts: through the plain buffer
// in front of the station `to`, which it is alone to feed (station/serial.h).
struct tw_serial;
void tw_source_make_plain(tw_line *line, int32_t place_i, const struct tw_serial *to);

#endif
