// sink.c - where parts leave the line: "out" for good ones, "scrap" for the rest. Both are built in,
// always have room and keep nothing.

#include "engine/flow.h"
#include "station/kinds.h"

static bool can_take_always(tw_run *run, int32_t place_i, uint32_t part) {
  (void)run, (void)place_i, (void)part;
  return true;
}

static int64_t count_free_places(tw_run *run, int32_t place_i) {
  (void)run, (void)place_i;
  return INT32_MAX;
}

static int64_t count_none(const tw_run *run, int32_t place_i) {
  (void)run, (void)place_i;
  return 0;
}

// Takes every part that is offered, in the order of offers, and ends it.
static void take_all(tw_run *run, int32_t place_i, int32_t fact_kind) {
  tw_offer offer = {.asker = TW_NONE};
  while (run->place[place_i].n_request > 0 && tw_best_offer(run, place_i, &offer)) {
    const uint32_t part = tw_accept(run, &offer, place_i);
    if (part != TW_NO_PART) {
      run->head->n_on_tick++;
      tw_part_end(run, part, place_i, fact_kind);
    } else if (!offer.is_reservation) {
      return;
    }
  }
}

static void ship_all(tw_run *run, int32_t place_i) { take_all(run, place_i, TW_FACT_SHIP); }

static void scrap_all(tw_run *run, int32_t place_i) { take_all(run, place_i, TW_FACT_SCRAP); }

const tw_kind tw_kind_out = {.name = "out",
                             .section = "",
                             .settle = ship_all,
                             .can_take = can_take_always,
                             .free_places = count_free_places,
                             .level = count_none};

const tw_kind tw_kind_scrap = {.name = "scrap",
                               .section = "",
                               .settle = scrap_all,
                               .can_take = can_take_always,
                               .free_places = count_free_places,
                               .level = count_none};
