// Every limit of base/limits.inl: a line with as much as it allows is good, and one more is refused
// with a problem that names the number. A limit without a line here does not compile. What takes
// much memory is left out under the sanitizers; what cannot be met exactly from outside says where
// it is tested.

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <twin/twin.h>

#include "base/limits.h"
#include "base/text.h"
#include "model/compile.h"

#ifdef __SANITIZE_ADDRESS__
enum { IS_SANITIZED = 1 };
#elif defined __has_feature
enum { IS_SANITIZED = __has_feature(address_sanitizer) };
#else
enum { IS_SANITIZED = 0 };
#endif

// ---- Pieces of lines -------------------------------------------------------------------------

// format has one %d, the number of the row.
static void add_rows(tw_text *out, int64_t n, const char *format) {
  char row[200];
  for (int64_t i = 0; i < n; i++) {
    snprintf(row, sizeof row, format, (int)i, (int)i);
    if (i > 0) tw_text_add(out, ", ");
    tw_text_add(out, row);
  }
}

// Begins a line up to the members of its station "saw" behind "time"; `sections` end with a comma.
static void begin_station(tw_text *out, const char *sections) {
  tw_text_print(
      out,
      "{\"libtwin\": \"1.0\", \"run\": {\"horizon\": \"1 h\"}, %s \"sources\": {\"in\": {\"sequence\": "
      "[\"A\"], \"repeat\": true}}, \"stations\": {\"saw\": {\"type\": \"machine\", \"time\": \"1 min\"",
      sections);
}

static void end_station(tw_text *out) {
  tw_text_add(out, "}}, \"flow\": [[\"in\", \"saw\", \"out\"]]}");
}

#define PARTS "\"parts\": {\"A\": {}},"

// A line whose station has n rows of something between two texts.
static void station_with(tw_text *out, const char *sections, const char *before, int64_t n,
                         const char *row, const char *after) {
  begin_station(out, sections);
  tw_text_add(out, before);
  add_rows(out, n, row);
  tw_text_add(out, after);
  end_station(out);
}

// A line with n rows of something at its root.
static void section_with(tw_text *out, const char *before, int64_t n, const char *row,
                         const char *after) {
  tw_text sections = {0};
  tw_text_add(&sections, before);
  add_rows(&sections, n, row);
  tw_text_add(&sections, after);
  begin_station(out, sections.at);
  end_station(out);
  tw_text_free(&sections);
}

// ---- A line for each limit -------------------------------------------------------------------

static void make_TW_JSON_BYTES_MAX(tw_text *out, int64_t n) {
  begin_station(out, PARTS);
  end_station(out);
  char blanks[1025];
  memset(blanks, ' ', 1024);
  blanks[1024] = 0;
  while ((int64_t)out->n + 1024 <= n) tw_text_add_n(out, blanks, 1024);
  tw_text_add_n(out, blanks, (size_t)n - out->n);
}

static void make_TW_JSON_DEPTH_MAX(tw_text *out, int64_t n) {
  begin_station(out, PARTS);
  tw_text_add(out, "}}, \"x-deep\": ");
  for (int64_t i = 1; i < n; i++) tw_text_add(out, "[");
  for (int64_t i = 1; i < n; i++) tw_text_add(out, "]");
  tw_text_add(out, ", \"flow\": [[\"in\", \"saw\", \"out\"]]}");
}

static void make_TW_JSON_NUMBER_MAX(tw_text *out, int64_t n) {
  begin_station(out, PARTS);
  tw_text_add(out, ", \"x-long\": 0.");
  for (int64_t i = 2; i < n; i++) tw_text_add(out, "1");
  end_station(out);
}

// The file is in the folder of the lines of this test.
static void add_table(tw_text *out, const tw_text *table) {
  char path[300];
  const char *scratch = getenv("TWIN_SCRATCH");
  snprintf(path, sizeof path, "%s/limits.csv", scratch != NULL ? scratch : ".");
  FILE *file = fopen(path, "wb");
  cr_assert(file != NULL && fwrite(table->at, 1, table->n, file) == table->n);
  fclose(file);
  tw_text_add(
      out,
      "{\"libtwin\": \"1.0\", " PARTS
      "\"sources\": {\"in\": {\"orders\": {\"csv\": \"limits.csv\"}}}, \"stations\": {\"saw\": {\"type\": "
      "\"machine\", \"time\": \"1 min\"}}, \"flow\": [[\"in\", \"saw\", \"out\"]]}");
}

static void make_TW_CSV_COLUMNS_MAX(tw_text *out, int64_t n) {
  tw_text table = {0};
  tw_text_add(&table, "part");
  for (int64_t i = 1; i < n; i++) tw_text_add(&table, ",x-a");
  tw_text_add(&table, "\nA");
  for (int64_t i = 1; i < n; i++) tw_text_add(&table, ",");
  add_table(out, &table);
  tw_text_free(&table);
}

// A header and rows of eight cells.
static void make_TW_CSV_CELLS_MAX(tw_text *out, int64_t n) {
  tw_text table = {0};
  tw_text_add(&table, "part,x-1,x-2,x-3,x-4,x-5,x-6,x-7\n");
  for (int64_t i = 8; i < n; i += 8) tw_text_add(&table, "A,,,,,,,\n");
  add_table(out, &table);
  tw_text_free(&table);
}

static void make_TW_CSV_CELL_MAX(tw_text *out, int64_t n) {
  tw_text table = {0};
  tw_text_add(&table, "part,x-a\nA,");
  for (int64_t i = 0; i < n; i++) tw_text_add(&table, "a");
  tw_text_add(&table, "\n");
  add_table(out, &table);
  tw_text_free(&table);
}

static void make_sources(tw_text *out, int64_t n_source, int64_t n_part) {
  tw_text_add(out, "{\"libtwin\": \"1.0\", \"parts\": {");
  add_rows(out, n_part, "\"p%d\": {}");
  tw_text_add(out, "}, \"buffers\": {\"raw\": {\"capacity\": 1}}, \"sources\": {");
  add_rows(out, n_source, "\"i%d\": {\"sequence\": [\"p0\"]}");
  tw_text_add(
      out,
      "}, \"stations\": {\"saw\": {\"type\": \"machine\", \"time\": \"1 min\"}}, \"flow\": [[\"raw\", "
      "\"saw\", \"out\"], ");
  add_rows(out, n_source, "[\"i%d\", \"raw\"]");
  tw_text_add(out, "]}");
}

static void make_TW_PLACES_MAX(tw_text *out, int64_t n) { make_sources(out, n - 2, 1); }

static void make_TW_REACH_MAX(tw_text *out, int64_t n) {
  make_sources(out, 32768 - 2, (n + 32767) / 32768);
}

static void make_machines(tw_text *out, int64_t n, const char *members) {
  const int64_t n_station = (n + TW_STATION_MACHINES_MAX - 1) / TW_STATION_MACHINES_MAX;
  tw_text_add(out,
              "{\"libtwin\": \"1.0\", " PARTS
              "\"sources\": {\"in\": {\"sequence\": [\"A\"], \"repeat\": true}}, \"stations\": {");
  for (int64_t i = 0; i < n_station; i++) {
    const int64_t n_left = n - i * TW_STATION_MACHINES_MAX;
    tw_text_print(
        out, "%s\"s%d\": {\"type\": \"machine\", \"time\": \"1 min\", \"machines\": %d%s}",
        i > 0 ? ", " : "", (int)i,
        (int)(n_left < TW_STATION_MACHINES_MAX ? n_left : TW_STATION_MACHINES_MAX), members);
  }
  tw_text_add(out, "}, \"flow\": [[\"in\", ");
  add_rows(out, n_station, "\"s%d\"");
  tw_text_add(out, ", \"out\"]]}");
}

static void make_TW_STATION_MACHINES_MAX(tw_text *out, int64_t n) {
  begin_station(out, PARTS);
  tw_text_print(out, ", \"machines\": %d", (int)n);
  end_station(out);
}

static void make_TW_MACHINES_MAX(tw_text *out, int64_t n) { make_machines(out, n, ""); }

static void make_TW_BODIES_MAX(tw_text *out, int64_t n) {
  make_machines(out, n,
                ", \"dynamics\": {\"tool\": {\"model\": \"tool-wear\", \"rate\": \"0.1 1/h\"}}");
}

#define FAILURE "\"f%d\": {\"clock\": \"processing\", \"mtbf\": \"9 h\", \"repair\": \"9 s\"}"

static void make_TW_MACHINE_MODES_MAX(tw_text *out, int64_t n) {
  station_with(out, PARTS, ", \"failures\": {", n, FAILURE, "}");
}

// A thousand machines with as many failures, and one with the rest.
static void make_TW_MODES_MAX(tw_text *out, int64_t n) {
  tw_text_add(out,
              "{\"libtwin\": \"1.0\", " PARTS
              "\"sources\": {\"in\": {\"sequence\": [\"A\"], \"repeat\": true}}, \"stations\": {");
  tw_text_add(
      out,
      "\"many\": {\"type\": \"machine\", \"time\": \"1 min\", \"machines\": 1000, \"failures\": {");
  add_rows(out, 999, FAILURE);
  tw_text_add(
      out,
      "}}, \"rest\": {\"type\": \"machine\", \"time\": \"1 min\", \"machines\": 2, \"failures\": {");
  add_rows(out, 500 + (n > TW_MODES_MAX), FAILURE);
  tw_text_add(out, "}}}, \"flow\": [[\"in\", \"many\", \"rest\", \"out\"]]}");
}

static void make_TW_PRIORITY_MAX(tw_text *out, int64_t n) {
  begin_station(out, PARTS);
  tw_text_print(out, ", \"priority\": %d", (int)n);
  end_station(out);
}

static void make_TW_ALTERNATIVES_MAX(tw_text *out, int64_t n) {
  tw_text_add(
      out,
      "{\"libtwin\": \"1.0\", " PARTS
      "\"sources\": {\"in\": {\"sequence\": [\"A\"], \"repeat\": true}}, \"buffers\": {\"raw\": "
      "{\"capacity\": 9}}, \"stations\": {");
  add_rows(out, n, "\"k%d\": {\"type\": \"machine\", \"time\": \"1 min\"}");
  tw_text_add(out, "}, \"flow\": [[\"in\", \"raw\"], ");
  add_rows(out, n, "[\"raw\", \"k%d\", \"out\"]");
  tw_text_add(out, "], \"routes\": {\"A\": [{\"station\": [");
  add_rows(out, n, "\"k%d\"");
  tw_text_add(out, "]}]}}");
}

static void make_TW_LOOPS_MAX(tw_text *out, int64_t n) {
  tw_text_add(out, "{\"libtwin\": \"1.0\", " PARTS "\"sources\": {");
  add_rows(
      out, n,
      "\"i%d\": {\"sequence\": [\"A\"], \"repeat\": true, \"policy\": {\"conwip\": {\"limit\": 2}}}");
  tw_text_add(
      out,
      "}, \"buffers\": {\"raw\": {\"capacity\": 9}}, \"stations\": {\"saw\": {\"type\": \"machine\", "
      "\"time\": \"1 min\"}}, \"flow\": [[\"raw\", \"saw\", \"out\"], ");
  add_rows(out, n, "[\"i%d\", \"raw\"]");
  tw_text_add(out, "]}");
}

static void make_TW_DEFECTS_MAX(tw_text *out, int64_t n) {
  station_with(out, PARTS, ", \"defects\": {", n, "\"d%d\": 0.01", "}");
}

static void make_TW_SETUP_KEYS_MAX(tw_text *out, int64_t n) {
  tw_text parts = {0};
  tw_text_add(&parts, "\"parts\": {\"A\": {}, ");
  add_rows(&parts, n - 1, "\"p%d\": {}");
  tw_text_add(&parts, "},");
  station_with(out, parts.at, ", \"setup\": {\"time\": \"5 min\"}", 0, "", "");
  tw_text_free(&parts);
}

static void make_TW_SETUP_STEPS_MAX(tw_text *out, int64_t n) {
  station_with(out, PARTS, ", \"setup\": {\"steps\": {", n, "\"s%d\": {\"time\": \"1 s\"}", "}}");
}

static void make_TW_SETS_MAX(tw_text *out, int64_t n) {
  tw_text parts = {0};
  tw_text_add(&parts, "\"parts\": {\"A\": {\"attributes\": {");
  add_rows(&parts, n, "\"a%d\": 0");
  tw_text_add(&parts, "}}},");
  station_with(out, parts.at, ", \"sets\": {", n, "\"part.a%d\": 1", "}");
  tw_text_free(&parts);
}

static void make_TW_PEOPLE_MAX(tw_text *out, int64_t n) {
  tw_text sections = {0};
  tw_text_print(&sections,
                PARTS
                "\"workers\": {\"w\": {\"count\": %d, \"skills\": [\"x\"]}, \"v\": {\"count\": 1, "
                "\"skills\": [\"x\"]}},",
                (int)n - 1);
  begin_station(out, sections.at);
  end_station(out);
  tw_text_free(&sections);
}

static void make_TW_GROUPS_MAX(tw_text *out, int64_t n) {
  section_with(out, PARTS "\"workers\": {\"w\": {\"skills\": [", n, "\"x%d\"", "]}},");
}

static void make_TW_DEMANDS_MAX(tw_text *out, int64_t n) {
  begin_station(out, PARTS "\"workers\": {\"w\": {\"count\": 100, \"skills\": [\"x\"]}},");
  tw_text_print(out, ", \"needs\": [{\"skill\": \"x\", \"count\": %d}]", (int)n);
  end_station(out);
}

// The source, n - 3 buffers, a station and the two ends of the line.
static void make_TW_WAYS_PLACES_MAX(tw_text *out, int64_t n) {
  tw_text_add(
      out,
      "{\"libtwin\": \"1.0\", " PARTS
      "\"workers\": {\"w\": {\"skills\": [\"x\"], \"walk\": {\"s0\": {\"s1\": \"9 s\"}}}}, \"sources\": "
      "{\"in\": {\"sequence\": [\"A\"], \"repeat\": true}}, \"stations\": {");
  add_rows(out, n - 3, "\"s%d\": {\"type\": \"machine\", \"time\": \"1 min\"}");
  tw_text_add(out, "}, \"flow\": [[\"in\", ");
  add_rows(out, n - 3, "\"s%d\"");
  tw_text_add(out, ", \"out\"]]}");
}

// One calendar with intervals of five minutes, ten minutes apart, from Monday 00:00.
static void add_intervals(tw_text *out, int64_t n, bool is_named) {
  static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  for (int64_t i = 0; i < n; i++) {
    char name[20] = "";
    const int minute = (int)(i / 7 * 10);
    if (is_named) snprintf(name, sizeof name, "\"x%d\": ", (int)i);
    tw_text_print(out, "%s%s\"%s %02d:%02d-%02d:%02d\"", i > 0 ? ", " : "", name, days[i % 7],
                  minute / 60, minute % 60, minute / 60, minute % 60 + 5);
  }
}

static void make_calendar(tw_text *out, int64_t n, bool is_named) {
  tw_text sections = {0};
  tw_text_add(&sections, PARTS "\"calendars\": {\"c\": {\"shifts\": {");
  if (!is_named) tw_text_add(&sections, "\"x\": [");
  add_intervals(&sections, n, is_named);
  tw_text_add(&sections, is_named ? "}}}," : "]}}},");
  begin_station(out, sections.at);
  end_station(out);
  tw_text_free(&sections);
}

static void make_TW_SHIFT_NAMES_MAX(tw_text *out, int64_t n) { make_calendar(out, n, true); }
static void make_TW_A_WEEK_MAX(tw_text *out, int64_t n) { make_calendar(out, n, false); }

static void make_TW_DATED_MAX(tw_text *out, int64_t n) {
  section_with(
      out,
      PARTS "\"calendars\": {\"c\": {\"shifts\": {\"x\": \"Mon-Fri 06:00-14:00\"}, \"closed\": [",
      n, "\"2026-03-19\"", "]}},");
}

static void make_TW_SCENARIOS_MAX(tw_text *out, int64_t n) {
  section_with(out,
               PARTS "\"scenarios\": {\"a\": {\"sweep\": {\"/x\": [1, 2], \"/y\": [1, 2]}}, "
                     "\"b\": {\"cases\": [",
               n - 4, "{\"/x\": %d}", "]}},");
}

static void factor(tw_text *out, const char *sections, int64_t n, const char *before,
                   const char *middle, const char *after) {
  begin_station(out, sections);
  tw_text_add(out, ", \"factor\": \"");
  for (int64_t i = 0; i < n; i++) tw_text_add(out, before);
  tw_text_add(out, middle);
  for (int64_t i = 0; i < n; i++) tw_text_add(out, after);
  tw_text_add(out, "\"");
  end_station(out);
}

static void make_TW_EXPR_TEXT_MAX(tw_text *out, int64_t n) {
  factor(out, PARTS, n - 1, " ", "1", "");
}
static void make_TW_EXPR_DEPTH_MAX(tw_text *out, int64_t n) {
  factor(out, PARTS, n, "(", "1", ")");
}

static void make_TW_WORDS_MAX(tw_text *out, int64_t n) {
  tw_text parts = {0};
  tw_text_add(&parts, "\"parts\": {\"A\": {\"attributes\": {");
  add_rows(&parts, n - TW_WORD_N, "\"a%d\": 1");
  tw_text_add(&parts, "}}},");
  factor(out, parts.at, 0, "", "1 + part.a0", "");
  tw_text_free(&parts);
}

#define MODEL ", \"dynamics\": {\"m\": {\"model\": \"equations\", \"states\": {"

static void make_TW_STATION_VARIABLES_MAX(tw_text *out, int64_t n) {
  station_with(out, PARTS, MODEL, n, "\"x%d\": 0", "}}}");
}

static void make_TW_BUILD_OUTPUTS_MAX(tw_text *out, int64_t n) {
  station_with(out, PARTS, MODEL "\"x\": 0}, \"outputs\": {", n, "\"o%d\": \"x\"", "}}}");
}

static void make_TW_BUILD_EVENTS_MAX(tw_text *out, int64_t n) {
  station_with(out, PARTS, MODEL "\"x\": 0}, \"events\": {", n,
               "\"e%d\": {\"when\": \"x > %d\", \"set\": {\"x\": 0}}", "}}}");
}

static void make_TW_EVENT_ROOTS_MAX(tw_text *out, int64_t n) {
  station_with(
      out, PARTS,
      MODEL
      "\"x\": 0}, \"equations\": {\"dx/dt\": \"1 1/h\"}, \"events\": {\"e\": {\"set\": {\"x\": 0}, "
      "\"when\": \"x < -1",
      0, "", "");
  out->n -= strlen("}}, \"flow\": [[\"in\", \"saw\", \"out\"]]}");
  for (int64_t i = 1; i < n; i++) tw_text_print(out, " or x > %d", (int)i);
  tw_text_add(out, "\"}}}}");
  end_station(out);
}

// A shared model of 50 states, and machines of 50 that read it.
static void make_TW_BODY_STATES_MAX(tw_text *out, int64_t n) {
  tw_text sections = {0}, rest = {0};
  tw_text_add(&sections, PARTS "\"shared\": {\"hall\": {\"model\": \"equations\", \"states\": {");
  add_rows(&sections, 50, "\"x%d\": 0");
  tw_text_add(&sections, "}, \"equations\": {");
  add_rows(&sections, 50, "\"dx%d/dt\": \"1 1/h\"");
  tw_text_add(&sections, "}}},");
  tw_text_print(&rest, ", \"machines\": 3" MODEL);
  begin_station(out, sections.at);
  tw_text_add(out, rest.at);
  const int64_t n_own = n > TW_BODY_STATES_MAX ? 51 : 50;
  add_rows(out, n_own, "\"y%d\": 0");
  tw_text_add(out, "}, \"equations\": {");
  add_rows(out, n_own, "\"dy%d/dt\": \"hall.x0/1 h\"");
  tw_text_add(out, "}}}");
  end_station(out);
  tw_text_free(&sections);
  tw_text_free(&rest);
}

// ---- What cannot be met exactly --------------------------------------------------------------

#define make_TW_JSON_VALUES_MAX    NULL  // unit/io/json_test.c
#define make_TW_PROBLEMS_MAX       NULL  // unit/base/problems_test.c
#define make_TW_BLOCK_BYTES_MAX    NULL  // unit/model/limits_test.c: above and below
#define make_TW_CALENDAR_SPANS_MAX NULL  // unit/model/calendar_test.c
#define make_TW_EXPR_CODE_MAX      NULL  // whole/bad/expr_big.json, unit/expr/expr_refusal_test.c
#define make_TW_FORMULA_NODES_MAX  NULL  // whole/bad/model_too_large.json

// ---- The tests -------------------------------------------------------------------------------

typedef struct limit {
  const char *name;
  int64_t value;
  void (*make)(tw_text *out, int64_t n);
} limit;

static const limit limits[] = {
#define TW_LIMIT(name_, value_, of) {.name = #name_, .value = (value_), .make = make_##name_},
#include "base/limits.inl"
#undef TW_LIMIT
};
enum { N_LIMIT = sizeof limits / sizeof limits[0] };

static bool is_heavy(const limit *one) {
  return one->value >= 100000 && strcmp(one->name, "TW_PRIORITY_MAX") != 0;
}

static twin_status read_line(const tw_text *text, twin_problems *problems) {
  twin_line *line = NULL;
  twin_line_options options;
  twin_line_options_init(&options);
  options.folder = getenv("TWIN_SCRATCH");
  const twin_status status = twin_line_parse(&line, text->at, text->n, &options, problems);
  twin_line_unref(line);
  return status;
}

static void check(const limit *one) {
  tw_text text = {0}, more = {0};
  char number[24];
  snprintf(number, sizeof number, "%lld", (long long)one->value);
  twin_problems *problems = twin_problems_new();
  one->make(&text, one->value);
  cr_expect_eq(read_line(&text, problems), TWIN_OK, "%s: %s", one->name,
               twin_problems_text(problems, 0));
  cr_expect_eq(twin_problems_count(problems, -1), 0, "%s", one->name);
  one->make(&more, one->value + 1);
  cr_expect_eq(read_line(&more, problems), TWIN_ERR_LINE, "%s: one more is good", one->name);
  cr_expect_eq(twin_problems_count(problems, -1), 1, "%s: %zu problems", one->name,
               twin_problems_count(problems, -1));
  const char *said = twin_problems_text(problems, 0);
  const bool is_named = strstr(said, number) != NULL || strstr(said, "64 MiB") != NULL;
  cr_expect(is_named, "%s: %s does not stand in: %s", one->name, number, said);
  twin_problems_free(problems);
  tw_text_free(&text);
  tw_text_free(&more);
}

Test(limits_of_lines, as_much_as_a_limit_is_good_and_one_more_is_refused_by_its_name) {
  int n = 0;
  for (int32_t i = 0; i < N_LIMIT; i++) {
    if (limits[i].make == NULL || is_heavy(&limits[i])) continue;
    check(&limits[i]);
    n++;
  }
  cr_assert_gt(n, 25);
}

Test(limits_of_lines, large_limits_are_kept_too) {
  if (IS_SANITIZED) cr_skip_test("it takes much memory");
  for (int32_t i = 0; i < N_LIMIT; i++)
    if (limits[i].make != NULL && is_heavy(&limits[i])) check(&limits[i]);
}
