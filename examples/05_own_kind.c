// A station kind of one's own: a rotary indexing table. Parts are loaded at position 1, worked on at each
// position and unloaded at the last one. The table turns by one position when work is done everywhere; so
// one cycle is the longest work time plus the turn, and a part leaves in each.
//   cc 05_own_kind.c $(pkg-config --cflags --libs libtwin)

#include <stdio.h>
#include <twin/kind.h>
#include <twin/twin.h>

// ---- the kind: the keys of the line file, the state of a table, and what it does ---------------

enum { POSITIONS, WORK, TURN };  // fields
static const twin_kind_field fields[] = {
    {.name = "positions", .type = TWIN_FIELD_COUNT, .flags = TWIN_REQUIRED, .min = 2, .max = 64,
     .help = "around the table; the last one unloads"},
    {.name = "work", .type = TWIN_FIELD_VALUE, .flags = TWIN_REQUIRED | TWIN_PER_POSITION, .unit = "s"},
    {.name = "turn", .type = TWIN_FIELD_QUANTITY, .flags = TWIN_ABOVE_MIN, .unit = "s",
     .preset = "\"2 s\"", .help = "time of a turn by one position"}};

enum { IS_TURNING, TURNS };  // state
static const twin_kind_state states[] = {
    {.name = "is_turning", .type = TWIN_STATE_WHOLE, .min = 0, .max = 1},
    {.name = "turns", .type = TWIN_STATE_WHOLE, .flags = TWIN_STATISTIC}};

static const twin_kind_figure figures[] = {{.name = "turns", .unit = "1"}};
static const char *const timers[] = {"turned"};

static void check(twin_place *table) {
  if (twin_place_mean(table, WORK, 0, -1) > 3600)
    twin_place_problem(table, WORK, "no table works for more than an hour", "a shorter time");
}

// All parts are one position further: work begins there.
static void advance(twin_place *table, int32_t n) {
  for (int32_t i = n - 1; i >= 0; i--) {
    twin_place_wait(table, i, TWIN_STARVED);  // no part: it is free again
    if (i == 0 || !twin_place_part_on(table, i - 1, NULL)) continue;
    twin_place_move(table, i - 1, i);
    twin_place_run(table, i, TWIN_PROCESSING, twin_place_draw(table, WORK, i));
  }
}

// Nothing runs, leaves or is down.
static int is_ready(const twin_place *table) {
  for (int32_t i = 0; i < twin_place_positions(table); i++)
    if (twin_place_status(table, i) >= TWIN_POSITION_RUNS || !twin_place_is_up(table, i)) return 0;
  return 1;
}

static void settle(twin_place *table) {
  const int32_t n = twin_place_positions(table), last = n - 1;
  if (twin_place_is_planned(table, 0)) return;  // it turns
  if (twin_place_whole(table, IS_TURNING, 0) && !is_ready(table)) return;
  if (twin_place_whole(table, IS_TURNING, 0)) {
    twin_place_whole_set(table, IS_TURNING, 0, 0);
    twin_place_whole_set(table, TURNS, 0, twin_place_whole(table, TURNS, 0) + 1);
    advance(table, n);
  }
  if (twin_place_offered(table, 0, NULL)) {
    twin_place_take(table, 0);
    twin_place_run(table, 0, TWIN_PROCESSING, twin_place_draw(table, WORK, 0));
  }
  if (twin_place_part_on(table, last, NULL) && twin_place_status(table, last) == TWIN_POSITION_HOLDS)
    twin_place_release(table, last, -1);
  // it turns when the last position is empty and the first one loaded
  if (twin_place_status(table, last) != TWIN_POSITION_FREE || !twin_place_part_on(table, 0, NULL)) return;
  if (!is_ready(table)) return;
  for (int32_t i = 0; i < n; i++) twin_place_wait(table, i, TWIN_WAITING_TRANSPORT);
  twin_place_whole_set(table, IS_TURNING, 0, 1);
  twin_place_plan(table, 0, twin_place_param(table, TURN));
}

static int32_t has_room(const twin_place *table) {
  return twin_place_status(table, 0) == TWIN_POSITION_FREE;
}

static double figure(const twin_place *table, int32_t i) { return (double)twin_place_whole(table, TURNS + i, 0); }

static const twin_kind rotary = {
    .struct_size = sizeof rotary, .abi = TWIN_KIND_ABI, .name = "rotary", .help = "a rotary indexing table",
    .position_field = "positions", .n_field = 3, .fields = fields, .n_state = 2, .states = states,
    .n_figure = 1, .figures = figures, .n_timer = 1, .timers = timers,
    .check = check, .settle = settle, .has_room = has_room, .figure = figure};

// ---- a line with such a table ------------------------------------------------------------------

static const char text[] =
    "{\"libtwin\": \"1.0\", \"run\": {\"horizon\": \"1 h\"}, \"parts\": {\"hub\": {}},"
    " \"sources\": {\"blanks\": {\"sequence\": [\"1 hub\"], \"repeat\": true}},"
    " \"stations\": {\"table\": {\"type\": \"rotary\", \"positions\": 4, \"turn\": \"3 s\","
    "   \"work\": {\"by_machine\": {\"1\": \"5 s\", \"2\": \"17 s\", \"3\": \"12 s\", \"4\": \"5 s\"}}}},"
    " \"flow\": [[\"blanks\", \"table\", \"out\"]]}";

int main(void) {
  const twin_kind *const kinds[] = {&rotary, NULL};
  twin_problems *problems = twin_problems_new();
  twin_line_options options;
  twin_line_options_init(&options);
  options.kinds = kinds;
  twin_line *line = NULL;
  twin_run *run = NULL;
  twin_status status = twin_line_parse(&line, text, sizeof text - 1, &options, problems);
  if (status == TWIN_OK) status = twin_run_new(&run, line, NULL, problems);
  if (status == TWIN_OK) status = twin_run_until(run, 3600, problems);
  static const char *const paths[] = {"line/shipped", "stations/table/turns",
                                      "stations/table[2]/state/processing"};
  for (size_t i = 0; i < 3 && status == TWIN_OK; i++) {
    uint64_t quantity;
    double value;
    status = twin_line_quantity(line, paths[i], &quantity, problems);
    if (status == TWIN_OK) status = twin_run_value(run, quantity, &value);
    if (status == TWIN_OK) printf("%-36s %g\n", paths[i], value);
  }
  for (size_t i = 0; i < twin_problems_count(problems, -1); i++) puts(twin_problems_text(problems, i));
  twin_run_free(run);
  twin_line_unref(line);
  twin_problems_free(problems);
  return status == TWIN_OK ? 0 : 1;
}
