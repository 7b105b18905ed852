// outside.c - see outside.h. The example's file is taken as it is, its program under another name.

#include "support/outside.h"

#include <stdlib.h>
#include <string.h>

int example_05(void);
#define main example_05
#include "../../examples/05_own_kind.c"
#undef main

const twin_kind *const test_rotary = &rotary;

// ---- a plain machine ---------------------------------------------------------------------------

static const twin_kind_field plain_fields[] = {{.name = "time",
                                                .type = TWIN_FIELD_VALUE,
                                                .flags = TWIN_REQUIRED | TWIN_PER_POSITION,
                                                .unit = "s",
                                                .help = "process time of a part"}};

static void end_plain(twin_place *place, int32_t position) {
  twin_place_release(place, position, -1);
}

static void settle_plain(twin_place *place) {
  if (!twin_place_offered(place, 0, NULL)) return;
  twin_place_take(place, 0);
  twin_place_run(place, 0, TWIN_PROCESSING, twin_place_draw(place, 0, 0));
}

const twin_kind test_plain = {.struct_size = sizeof(twin_kind),
                              .abi = TWIN_KIND_ABI,
                              .name = "plain",
                              .n_position = 1,
                              .n_field = 1,
                              .fields = plain_fields,
                              .settle = settle_plain,
                              .ended = end_plain};

// ---- dice --------------------------------------------------------------------------------------

static const twin_kind_field dice_fields[] = {
    {.name = "positions", .type = TWIN_FIELD_COUNT, .preset = "3", .min = 1, .max = 8},
    {.name = "time", .type = TWIN_FIELD_VALUE, .flags = TWIN_REQUIRED, .unit = "s"}};
enum { DICE_ROLLS, DICE_LAST, DICE_TYPE, DICE_MEMORY, DICE_VISITS };
static const twin_kind_state dice_states[] = {
    {.name = "rolls", .type = TWIN_STATE_WHOLE, .min = 0, .max = 1e15},
    {.name = "last", .type = TWIN_STATE_WHOLE, .flags = TWIN_IS_POSITION},
    {.name = "last_type", .type = TWIN_STATE_WHOLE, .flags = TWIN_IS_PART_TYPE | TWIN_PER_POSITION},
    {.name = "memory", .type = TWIN_STATE_REAL, .count = 3, .unit = "s", .min = 0, .max = 1e6},
    {.name = "visits", .type = TWIN_STATE_WHOLE, .flags = TWIN_STATISTIC | TWIN_PER_POSITION}};
static const twin_kind_figure dice_figures[] = {{"rolls", "1"}, {"memory/mean", "s"}};
static const char *const dice_exits[] = {"side"};
static const char *const dice_timers[] = {"look", "again"};
static const char *const dice_chances[] = {"roll"};

static int32_t roll(twin_place *place, int32_t n) {
  twin_place_whole_set(place, DICE_ROLLS, 0, twin_place_whole(place, DICE_ROLLS, 0) + 1);
  const int32_t i = (int32_t)(twin_place_chance(place, 0) * n);
  return i < n ? i : n - 1;
}

static int32_t any_state(twin_place *place) {
  static const int32_t waits[] = {TWIN_SETUP,
                                  TWIN_WARMING_UP,
                                  TWIN_LOADING,
                                  TWIN_UNLOADING,
                                  TWIN_WAITING_TRANSPORT,
                                  TWIN_WAITING_COMPONENTS,
                                  TWIN_WAITING_BATCH,
                                  TWIN_IDLE,
                                  TWIN_SWITCHED_OFF,
                                  TWIN_STOPPED_BY_OTHER};
  return waits[roll(place, 10)];
}

static int32_t find_free(const twin_place *place) {
  for (int32_t i = 0; i < twin_place_positions(place); i++)
    if (twin_place_status(place, i) == TWIN_POSITION_FREE && twin_place_is_up(place, i)) return i;
  return -1;
}

static void roll_part(twin_place *place, int32_t i) {
  const int32_t to = find_free(place);
  switch (roll(place, 6)) {
    case 0:
    case 1: twin_place_release(place, i, roll(place, 4) == 0 ? 0 : -1); break;
    case 2:
      if (!twin_place_is_through(place, i))
        twin_place_run(place, i, TWIN_PROCESSING, twin_place_draw(place, 1, i));
      break;
    case 3: twin_place_run(place, i, any_state(place), roll(place, 3)); break;
    case 4: twin_place_wait(place, i, any_state(place)); break;
    default:
      if (to >= 0 && twin_place_is_up(place, i)) twin_place_move(place, i, to);
      break;
  }
}

static void roll_position(twin_place *place, int32_t i) {
  twin_place_part part = {.struct_size = sizeof part};
  twin_place_whole_set(place, DICE_VISITS, i, twin_place_whole(place, DICE_VISITS, i) + 1);
  switch (twin_place_status(place, i)) {
    case TWIN_POSITION_FREE:
      if (roll(place, 8) == 0)
        twin_place_run(place, i, any_state(place), 1 + roll(place, 2));
      else if (roll(place, 3) > 0 && twin_place_offered(place, i, &part)) {
        twin_place_whole_set(place, DICE_TYPE, i, part.type);
        twin_place_take(place, i);
      }
      break;
    case TWIN_POSITION_HOLDS:
      if (twin_place_part_on(place, i, &part))
        roll_part(place, i);
      else
        twin_place_wait(place, i, TWIN_STARVED);
      break;
    default: break;
  }
}

static void settle_dice(twin_place *place) {
  const int32_t n = twin_place_positions(place);
  for (int32_t i = 0; i < n; i++) roll_position(place, i);
  twin_place_whole_set(place, DICE_LAST, 0, roll(place, n + 1) - 1);
  twin_place_real_set(place, DICE_MEMORY, roll(place, 3), twin_place_time_s(place));
  if (!twin_place_is_planned(place, 0)) twin_place_plan(place, 0, 1 + roll(place, 3));
  if (roll(place, 5) == 0)
    twin_place_plan(place, 1, roll(place, 2));
  else if (roll(place, 5) == 0)
    twin_place_cancel(place, 1);
}

static void start_dice(twin_place *place) {
  twin_place_whole_set(place, DICE_LAST, 0, -1);
  for (int32_t i = 0; i < twin_place_positions(place); i++)
    twin_place_whole_set(place, DICE_TYPE, i, -1);
}

static void end_dice(twin_place *place, int32_t position) {
  if (roll(place, 2) == 0 && twin_place_part_on(place, position, NULL))
    twin_place_release(place, position, -1);
}

// What has room changes with each thing that it does.
static int32_t has_dice_room(const twin_place *place) {
  return twin_place_whole(place, DICE_ROLLS, 0) % 3 != 0;
}

static int32_t choose_dice(const twin_place *place, const int32_t *positions, int32_t n) {
  return positions[twin_place_whole(place, DICE_ROLLS, 0) % n];
}

static double dice_figure(const twin_place *place, int32_t figure) {
  return figure == 0 ? (double)twin_place_whole(place, DICE_ROLLS, 0)
                     : twin_place_real(place, DICE_MEMORY, 1);
}

const twin_kind test_dice = {.struct_size = sizeof(twin_kind),
                             .abi = TWIN_KIND_ABI,
                             .name = "dice",
                             .version = 7,
                             .position_field = "positions",
                             .n_field = 2,
                             .fields = dice_fields,
                             .n_state = 5,
                             .states = dice_states,
                             .n_figure = 2,
                             .figures = dice_figures,
                             .n_exit = 1,
                             .exits = dice_exits,
                             .n_timer = 2,
                             .timers = dice_timers,
                             .n_chance = 1,
                             .chances = dice_chances,
                             .start = start_dice,
                             .settle = settle_dice,
                             .ended = end_dice,
                             .has_room = has_dice_room,
                             .choose = choose_dice,
                             .figure = dice_figure};

const twin_kind *const test_kinds[] = {&rotary, &test_plain, &test_dice, NULL};

tw_line *test_outside_line(const char *sections, const twin_kind *const *kinds, tw_text *why) {
  tw_text quoted = {0};
  tw_text_print(&quoted, "{\"libtwin\": \"1.0\", %s%s}",
                strstr(sections, "'parts'") == NULL ? "\"parts\": {\"p\": {}}, " : "", sections);
  if (quoted.at == NULL) abort();
  for (char *at = quoted.at; *at != '\0'; at++)
    if (*at == '\'') *at = '"';
  twin_problems *problems = twin_problems_new();
  twin_line_options options;
  twin_line_options_init(&options);
  options.kinds = kinds;
  options.file = "line.json";
  twin_line *line = NULL;
  const twin_status status = twin_line_parse(&line, quoted.at, quoted.n, &options, problems);
  for (size_t i = 0; i < twin_problems_count(problems, -1) && why != NULL; i++)
    tw_text_print(why, "%s\n", twin_problems_text(problems, i));
  twin_problems_free(problems);
  tw_text_free(&quoted);
  return status == TWIN_OK ? (tw_line *)line : NULL;
}
