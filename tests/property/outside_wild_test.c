// A kind from outside that calls anything with anything: the run stops with an error of the kind or
// goes on, its state stays sound, and nothing crashes. Under the sanitizers this is what the guards
// are for.

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "core/ticks.h"
#include "state/validate.h"
#include "support/outside.h"

static const twin_kind_field fields[] = {
    {.name = "time", .type = TWIN_FIELD_VALUE, .unit = "s", .preset = "\"2 s\""},
    {.name = "list", .type = TWIN_FIELD_LIST, .unit = "s"}};
static const twin_kind_state states[] = {
    {.name = "whole", .type = TWIN_STATE_WHOLE, .min = -5, .max = 5},
    {.name = "real", .type = TWIN_STATE_REAL, .count = 2, .min = 0, .max = 1},
    {.name = "each", .type = TWIN_STATE_REAL, .flags = TWIN_PER_POSITION}};
static const char *const timers[] = {"tick"};
static const char *const chances[] = {"luck"};

static double any_number(test_random *random) {
  static const double odd[] = {-1, 0, 0.5, 1, 3, 1e9, 1e300, -1e-9};
  const int32_t i = test_pick(random, 40);
  return i == 0   ? (double)NAN
         : i == 1 ? (double)INFINITY
         : i < 4  ? odd[test_pick(random, 8)]
                  : i % 3;
}

static int32_t any_index(test_random *random) {
  if (!test_chance(random, 4)) return test_pick(random, 3);
  static const int32_t odd[] = {-1, -2, 3, 4, 64, INT32_MAX, INT32_MIN};
  return odd[test_pick(random, 7)];
}

static void do_anything(twin_place *place, test_random *random) {
  const int32_t i = any_index(random), k = any_index(random);
  twin_place_part part = {.struct_size = test_chance(random, 98) ? (uint32_t)sizeof part : 1};
  switch (test_pick(random, 24)) {
    case 0: twin_place_plan(place, i, any_number(random)); break;
    case 1: twin_place_cancel(place, i); break;
    case 2:
    case 3:
    case 4:
      if (test_chance(random, 5) || twin_place_offered(place, i, &part)) twin_place_take(place, i);
      break;
    case 5:
    case 6:
    case 7:
      twin_place_run(place, i, test_chance(random, 60) ? TWIN_PROCESSING : test_pick(random, 23),
                     any_number(random));
      break;
    case 8: twin_place_wait(place, i, test_pick(random, 23)); break;
    case 9:
    case 10: twin_place_release(place, i, test_chance(random, 95) ? -1 : k); break;
    case 11: twin_place_move(place, i, k); break;
    case 12: twin_place_whole_set(place, i, k, test_pick(random, 3)); break;
    case 13: twin_place_real_set(place, i, k, any_number(random)); break;
    case 14: twin_place_whole(place, i, k); break;
    case 15: twin_place_real(place, i, k); break;
    case 16: twin_place_draw(place, i, k); break;
    case 17: twin_place_chance(place, i); break;
    case 18: twin_place_part_on(place, i, &part); break;
    case 19: twin_place_attribute(place, i, k == 0 ? NULL : "mass"); break;
    case 20: twin_place_param_at(place, i, k); break;
    case 21: twin_place_mean(place, i, k, any_index(random)); break;
    case 22:
      twin_place_state(place, i), twin_place_is_up(place, i), twin_place_is_through(place, i);
      break;
    default:
      twin_place_is_planned(place, i), twin_place_param(place, i),
          twin_place_problem(NULL, i, NULL, NULL);
      break;
  }
}

static test_random wild;  // such a kind is not pure: it is here to break things

static int32_t manners;  // percent of what it does that it may do

// Something that it may do with a position.
static void do_right(twin_place *place) {
  const int32_t i = test_pick(&wild, 3), to = test_pick(&wild, 3);
  const int32_t status = twin_place_status(place, i);
  const bool can_move = twin_place_is_up(place, i) && twin_place_is_up(place, to) &&
                        twin_place_status(place, to) == TWIN_POSITION_FREE;
  if (status == TWIN_POSITION_FREE && twin_place_offered(place, i, NULL))
    twin_place_take(place, i);
  else if (status == TWIN_POSITION_FREE)
    twin_place_run(place, i, TWIN_WARMING_UP, test_pick(&wild, 3));
  else if (status != TWIN_POSITION_HOLDS)
    twin_place_plan(place, 0, 1 + test_pick(&wild, 3));
  else if (!twin_place_part_on(place, i, NULL))
    twin_place_wait(place, i, TWIN_STARVED);
  else if (can_move && test_chance(&wild, 30))
    twin_place_move(place, i, to);
  else if (twin_place_is_through(place, i))
    twin_place_release(place, i, -1);
  else
    twin_place_run(place, i, TWIN_PROCESSING, test_pick(&wild, 3));
}

static void do_some(twin_place *place) {
  for (int32_t n = test_pick(&wild, 6); n > 0; n--) {
    if (test_chance(&wild, manners))
      do_right(place);
    else
      do_anything(place, &wild);
  }
}
static void settle_wild(twin_place *place) { do_some(place); }
static void end_wild(twin_place *place, int32_t position) {
  if (twin_place_part_on(place, position, NULL) && test_chance(&wild, 30))
    twin_place_release(place, position, -1);
  else if (test_chance(&wild, 100 - manners))
    do_some(place);
}
static int32_t has_wild_room(const twin_place *place) {
  if (test_chance(&wild, (100 - manners) / 8)) do_anything((twin_place *)(uintptr_t)place, &wild);
  return test_pick(&wild, 2);
}
static int32_t choose_wildly(const twin_place *place, const int32_t *positions, int32_t n) {
  (void)place;
  return test_chance(&wild, manners) ? positions[test_pick(&wild, n)] : any_index(&wild);
}

Test(outside_wild, a_kind_that_does_anything_never_breaks_the_run) {
  const twin_kind kind = {.struct_size = sizeof(twin_kind),
                          .abi = TWIN_KIND_ABI,
                          .name = "bad",
                          .n_position = 3,
                          .n_field = 2,
                          .fields = fields,
                          .n_state = 3,
                          .states = states,
                          .n_timer = 1,
                          .timers = timers,
                          .n_chance = 1,
                          .chances = chances,
                          .settle = settle_wild,
                          .ended = end_wild,
                          .has_room = has_wild_room,
                          .choose = choose_wildly};
  const twin_kind *const kinds[] = {&kind, NULL};
  tw_line *line = test_outside_line(
      "'parts': {'p': {'mass': '2 kg'}}, 'sources': {'in': {'sequence': ['p'], 'repeat': true, 'every': '1 s'}}, 'buffers': {'q': {'capacity': 2}}, "
      "'stations': {'t': {'type': 'bad', 'failures': {'jam': {'clock': 'calendar', 'mtbf': '7 s', 'repair': '1 s', 'part': 'scrap'}, "
      "'lose': {'clock': 'processing', 'mtbf': '3 s', 'repair': '1 s', 'part': 'eject'}}}, 'm': {'type': 'machine', 'time': '1 s'}}, "
      "'flow': [['in', 'q', 't', 'm', 'out']]",
      kinds, NULL);
  cr_assert_not_null(line);
  int32_t n_stopped = 0, n_long = 0;
  for (uint64_t seed = 0; seed < 3000; seed++) {
    wild = (test_random){.seed = seed};
    manners = 90 + (int32_t)(seed % 11);
    tw_run *run = test_run(line, seed);
    char why[200] = "";
    twin_status status = TWIN_OK;
    for (int32_t t = 1; t <= 60 && status == TWIN_OK; t++) {
      status = test_until(run, t);
      if (status == TWIN_OK)
        cr_assert(tw_run_is_valid(run, why, sizeof why), "seed %d at %d s: %s", (int)seed, (int)t,
                  why);
    }
    cr_assert(status == TWIN_OK || status == TWIN_ERR_KIND, "seed %d: %d", (int)seed, (int)status);
    cr_assert_eq(run->head->n_created,
                 run->head->n_shipped + run->head->n_scrapped + (int64_t)run->head->n_part);
    n_stopped += status != TWIN_OK;
    n_long += run->head->now_us > 5000000;
    tw_run_free(run);
  }
  // most are caught at last, and many have done much before
  cr_assert_gt(n_stopped, 1000);
  cr_assert_gt(n_long, 100, "%d stopped, %d were long", (int)n_stopped, (int)n_long);
  tw_line_unref(line);
}
