// line_text.c - reading and running lines for tests; see line_text.h.

#include "support/line_text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <twin/line.h>

#include "base/format.h"
#include "base/hash.h"
#include "core/ticks.h"
#include "io/json.h"
#include "state/snapshot.h"
#include "station/build.h"

// Whole seconds nearly everywhere, so that ties are frequent.
const char test_rich_line[] =
    "{\"libtwin\": \"1.0\", \"run\": {\"warmup\": \"60 s\", \"max_parts\": 400},"
    " \"parts\": {\"a\": {\"mass\": \"2 kg\"}, \"b\": {\"mass\": \"1 kg\", \"priority\": 2}},"
    " \"workers\": {\"fitters\": {\"count\": 1, \"skills\": [\"mend\"]},"
    "  \"masters\": {\"count\": 1, \"skills\": [\"mend\", \"tune\"]}},"
    " \"resources\": {\"crane\": {\"count\": 1}},"
    " \"sources\": {"
    "  \"raw\": {\"mix\": {\"a\": 0.6, \"b\": 0.4}, \"repeat\": true, \"due\": \"90 s\"},"
    "  \"late\": {\"sequence\": [\"2 a\", \"b\"], \"repeat\": true, \"every\": \"7 s\","
    "   \"batch\": 2, \"when_full\": \"lose\"}},"
    " \"buffers\": {"
    "  \"q1\": {\"capacity\": 3, \"queue\": \"priority\"},"
    "  \"q2\": {\"capacity\": 4, \"min_stay\": \"2 s\", \"max_stay\": \"12 s\"},"
    "  \"q3\": {\"capacity\": 2, \"queue\": \"random\"},"
    "  \"q4\": {\"capacity\": 5, \"queue\": \"attribute\", \"attribute\": \"mass\"},"
    "  \"again\": {\"capacity\": \"unlimited\", \"queue\": \"lifo\"}},"
    " \"stations\": {"
    "  \"cut\": {\"type\": \"machine\", \"machines\": 2, \"defects\": {\"burr\": \"0.1*part.mass/(1 kg)\"},"
    "   \"time\": {\"discrete\": {\"values\": [\"1 s\", \"2 s\", \"4 s\"], \"weights\": [1, 1, 1]}},"
    "   \"failures\": {"
    "    \"jam\": {\"clock\": \"processing\", \"mtbf\": \"20 s\", \"repair\": \"5 s\","
    "     \"part\": \"restart\", \"needs\": [\"mend\"]},"
    "    \"shock\": {\"clock\": \"calendar\", \"mtbf\": {\"exponential\": {\"mean\": \"60 s\"}},"
    "     \"repair\": \"3 s\", \"part\": \"eject\", \"needs\": [\"tune\", \"crane\"]}}},"
    "  \"bore\": {\"type\": \"machine\", \"time\": \"2 s\", \"load\": {\"time\": \"1 s\"},"
    "   \"blocking\": \"before-service\","
    "   \"failures\": {\"tool\": {\"clock\": \"cycles\", \"mtbf\": {\"geometric\": {\"mean\": 9}},"
    "    \"at\": \"start\", \"repair\": \"4 s\", \"needs\": [{\"skill\": \"mend\", \"count\": 2}]}}},"
    "  \"turn\": {\"type\": \"machine\", \"time\": {\"uniform\": {\"min\": \"1 s\", \"max\": \"3 s\"}},"
    "   \"defects\": {\"crack\": \"20 %\"}, \"repairs\": [\"burr\", \"crack\"],"
    "   \"unload\": {\"time\": \"1 s\"}, \"while_down\": {\"gives\": true, \"takes\": true},"
    "   \"pull\": {\"rule\": \"priority\", \"from\": [\"again\", \"cut\"], \"preempt\": \"resume\"},"
    "   \"failures\": {\"slip\": {\"clock\": \"on-shift\", \"mtbf\": \"31 s\", \"repair\": \"6 s\","
    "    \"part\": \"scrap\", \"needs\": [\"mend\", \"crane\"]}}},"
    "  \"test\": {\"type\": \"machine\", \"time\": \"1 s\", \"scrap\": \"0.05\","
    "   \"pull\": {\"rule\": \"polling\", \"from\": [\"q3\", \"q4\"], \"switch\": {\"exponential\":"
    "    {\"mean\": \"1 s\"}}},"
    "   \"exits\": {\"probability\": {\"again\": 0.25, \"pass\": 0.75}},"
    "   \"failures\": {\"drift\": {\"clock\": \"processing\", \"mtbf\": \"17 s\", \"repair\": \"2 s\","
    "    \"part\": \"resample\"}}},"
    "  \"look\": {\"type\": \"inspection\", \"time\": \"1 s\", \"sample\": \"80 %\", \"false_reject\": 0.1,"
    "   \"detects\": {\"burr\": {\"missed\": 0.3}, \"crack\": {}},"
    "   \"on_reject\": {\"rework\": 0.7, \"scrap\": 0.3, \"max_rework\": 2}}},"
    " \"flow\": [[\"raw\", \"q1\", \"cut\", \"q2\", \"bore\", \"q3\", \"test\"],"
    "  [\"late\", \"q1\"], [\"cut\", \"turn\", \"q4\", \"test\"],"
    "  [\"test.pass\", \"look\", \"out\"], [\"test.again\", \"again\", \"turn\"],"
    "  [\"look.rework\", \"again\"]]}";

// Cards of every kind, a customer, routes beside chains, queues that look at due dates.
const char test_control_line[] =
    "{\"libtwin\": \"1.0\","
    " \"run\": {\"warmup\": \"30 s\", \"max_parts\": 200},"
    " \"parts\": {\"p\": {\"scrap_cost\": \"2 EUR\"}, \"h\": {\"priority\": 1}, \"x\": {},"
    " \"y\": {\"attributes\": {\"grade\": 2}}},"
    " \"sources\": {"
    "   \"s0\": {\"sequence\": [\"2 p\"], \"repeat\": true,"
    " \"policy\": {\"base-stock\": {\"level\": 3, \"for\": \"d\"}}},"
    "   \"s1\": {\"orders\": [{\"part\": \"p\", \"quantity\": 4}, {\"part\": \"p\","
    " \"release\": \"5 s\", \"priority\": 1, \"quantity\": 3, \"due\": \"30 s\"}],"
    " \"policy\": {\"conwip\": {\"limit\": 2, \"until\": \"b1\"}}},"
    "   \"s2\": {\"sequence\": [\"x\", \"y\"], \"repeat\": true, \"every\": \"9 s\","
    " \"due\": \"40 s\"}},"
    " \"buffers\": {"
    "   \"b0\": {\"capacity\": 4, \"kanban\": 2},"
    "   \"b1\": {\"capacity\": 9, \"queue\": \"expression\", \"key\": \"part.due - time\"},"
    "   \"qx\": {\"capacity\": \"unlimited\", \"queue\": \"slack\"},"
    "   \"qy\": {\"capacity\": \"unlimited\", \"queue\": \"cr\"}},"
    " \"stations\": {"
    "   \"m0\": {\"type\": \"machine\", \"time\": \"2 s\", \"push\": {\"rule\": \"first-free\"},"
    " \"scrap\": \"0.05\", \"downtime_cost\": \"60 EUR/h\"},"
    "   \"m1\": {\"type\": \"machine\", \"time\": {\"uniform\": {\"min\": \"1 s\","
    " \"max\": \"4 s\"}}, \"failures\": {\"f\": {\"clock\": \"processing\", \"mtbf\": \"20 s\","
    " \"repair\": \"5 s\"}}},"
    "   \"nx\": {\"type\": \"machine\", \"time\": \"3 s\"},"
    "   \"ny\": {\"type\": \"machine\", \"machines\": 2, \"time\": \"2 s\"}},"
    " \"demands\": {\"d\": {\"every\": \"4 s\", \"part\": \"p\"}},"
    " \"flow\": [[\"s0\", \"m0\", \"b0\", \"m1\", \"b1\", \"d\"], [\"s1\", \"m0\"], [\"qx\","
    " \"nx\"], [\"qy\", \"ny\"]],"
    " \"routes\": {"
    "   \"x\": [{\"station\": \"nx\"}, {\"station\": [\"nx\", \"ny\"], \"time\": \"1 s\"}],"
    "   \"y\": [{\"station\": \"ny\"}, {\"station\": \"nx\"}]}}";

// Times are seconds and shifts are minutes, so that all of it happens within the hour.
const char test_work_line[] =
    "{\"libtwin\": \"1.0\", \"run\": {\"start\": \"2026-01-05T05:59:30\", \"warmup\": \"60 s\", \"max_parts\": 400},"
    " \"defaults\": {\"calendar\": \"day\", \"minor_stop\": \"3 s\"},"
    " \"energy\": {\"tariff\": {\"Mon-Sun 06:10-06:25, Mon-Sun 06:40-06:50\": \"0.3 EUR/kWh\", \"otherwise\": \"0.2 EUR/kWh\"},"
    "  \"carbon\": \"400 g/kWh\", \"peak\": {\"window\": \"5 min\", \"price\": \"90 EUR/kW\"}},"
    " \"calendars\": {"
    "  \"day\": {\"shifts\": {\"early\": [\"Mon-Sun 06:00-06:06\", \"Mon-Sun 06:14-06:22\", \"Mon-Sun 06:31-06:40\"],"
    "    \"late\": [\"Mon-Sun 06:07-06:13\", \"Mon-Sun 06:22-06:30\", \"Mon-Sun 06:41-07:20\"]},"
    "   \"breaks\": {\"tea\": [\"Mon-Sun 06:02-06:03\", \"Mon-Sun 06:25-06:26\", \"Mon-Sun 06:50-06:52\"]}},"
    "  \"crew\": {\"shifts\": {\"all\": [\"Mon-Sun 05:50-06:05\", \"Mon-Sun 06:08-06:29\", \"Mon-Sun 06:32-07:00\"]}},"
    "  \"always\": {\"shifts\": {\"all\": \"Mon-Sun 00:00-24:00\"}}},"
    " \"parts\": {\"a\": {\"family\": \"A\", \"scrap_cost\": \"5 EUR\"}, \"b\": {\"family\": \"B\", \"priority\": 1}, \"c\": {\"family\": \"A\"},"
    "  \"nut\": {\"supply\": {\"stock\": 2, \"batch\": 3, \"every\": \"25 s\"}}},"
    " \"workers\": {"
    "  \"operators\": {\"count\": 4, \"skills\": [\"run\"], \"calendar\": \"always\", \"walk\": \"1 s\"},"
    "  \"fitters\": {\"count\": 1, \"skills\": [\"mend\", \"run\"], \"calendar\": \"crew\", \"on_shift_end\": \"finish\"},"
    "  \"setters\": {\"count\": 1, \"skills\": [\"set\", \"mend\"], \"calendar\": \"crew\", \"on_shift_end\": \"no-start\","
    "   \"walk\": {\"saw\": {\"mill\": \"2 s\"}, \"other\": \"1 s\"}},"
    "  \"late\": {\"count\": 1, \"skills\": [\"mend\"], \"calendar\": \"always\", \"call\": {\"at\": 2, \"until\": 0}}},"
    " \"resources\": {\"crane\": {\"count\": 1}},"
    " \"common_causes\": {\"power\": {\"stations\": [\"saw\", \"drill\"], \"part\": \"restart\", \"repair\": \"4 s\","
    "  \"mtbf\": {\"exponential\": {\"mean\": \"200 s\"}}}},"
    " \"sources\": {"
    "  \"raw\": {\"sequence\": [\"9 a\", \"7 b\", \"6 c\"], \"repeat\": true},"
    "  \"rush\": {\"mix\": {\"a\": 1}, \"repeat\": true, \"every\": \"9 s\", \"batch\": 2, \"when_full\": \"lose\"}},"
    " \"buffers\": {\"q1\": {\"capacity\": 4}, \"q2\": {\"capacity\": 4}, \"q3\": {\"capacity\": 4}, \"q4\": {\"capacity\": 4}},"
    " \"stations\": {"
    "  \"saw\": {\"type\": \"machine\", \"machines\": 2, \"power\": {\"processing\": \"7.3 kW\", \"setup\": \"2 kW\", \"idle\": \"1.1 kW\"},"
    "   \"on_shift_end\": \"finish\", \"needs\": [\"run\"],"
    "   \"time\": {\"discrete\": {\"values\": [\"1 s\", \"2 s\", \"4 s\"], \"weights\": [1, 1, 1]}},"
    "   \"load\": {\"time\": \"1 s\", \"needs\": [\"run\", \"crane\"], \"priority\": 1, \"preempt\": true},"
    "   \"setup\": {\"by\": \"family\", \"matrix\": {\"A\": {\"B\": \"3 s\"}, \"other\": \"2 s\"}, \"needs\": [\"set\"], \"initial\": \"a\","
    "    \"steps\": {\"fetch\": {\"time\": \"2 s\", \"needs\": [\"run\"], \"while_running\": true}, \"clean\": {\"time\": \"1 s\"}},"
    "    \"approval\": {\"parts\": 1, \"time\": \"1 s\", \"needs\": [\"set\"]}},"
    "   \"failures\": {\"jam\": {\"clock\": \"processing\", \"mtbf\": \"40 s\", \"repair\": \"4 s\", \"needs\": [\"mend\"],"
    "    \"preempt\": true, \"priority\": 2, \"part\": \"restart\", \"cost\": \"9 EUR\"}}},"
    "  \"mill\": {\"type\": \"machine\", \"time\": \"2 s\", \"on_shift_end\": \"restart\", \"unload\": {\"time\": \"1 s\", \"needs\": [\"run\"]},"
    "   \"setup\": {\"by\": \"part\", \"time\": \"1 s\", \"startup_scrap\": 1, \"priority\": 1},"
    "   \"failures\": {\"tool\": {\"clock\": \"cycles\", \"mtbf\": {\"geometric\": {\"mean\": 30}}, \"at\": \"start\", \"repair\": \"2 s\","
    "     \"spares\": {\"nut\": 1}},"
    "    \"shock\": {\"clock\": \"on-shift\", \"mtbf\": {\"exponential\": {\"mean\": \"90 s\"}}, \"repair\": \"6 s\", \"part\": \"eject\","
    "     \"needs\": [\"mend\", \"crane\"], \"age\": \"10 s\", \"renews\": {\"tool\": 0.5}}},"
    "   \"maintenance\": {\"oil\": {\"trigger\": {\"every\": \"40 s\", \"clock\": \"processing\"}, \"at\": \"part-boundary\","
    "     \"duration\": \"4 s\", \"needs\": [\"mend\"], \"with\": {\"due_within\": \"10 s\"}, \"renews\": {\"shock\": 1}},"
    "    \"wash\": {\"trigger\": {\"week\": [\"Mon 06:20\", \"Mon 06:45\"]}, \"at\": \"immediate\", \"duration\": \"9 s\", \"cost\": \"2 EUR\"}}},"
    "  \"drill\": {\"type\": \"machine\", \"machines\": 2, \"power\": {\"processing\": \"0.9 kW\", \"off-shift\": \"33 W\"},"
    "   \"time\": {\"uniform\": {\"min\": \"1 s\", \"max\": \"5 s\"}},"
    "   \"on_shift_end\": \"no-start\","
    "   \"maintenance\": {\"knife\": {\"trigger\": {\"every\": {\"by_part\": {\"a\": 7, \"default\": 5}}, \"clock\": \"cycles\"},"
    "    \"at\": \"idle\", \"duration\": \"2 s\", \"needs\": [\"mend\"], \"spares\": {\"nut\": 1}, \"age\": \"spread\", \"from\": \"end\"}}},"
    "  \"test\": {\"type\": \"machine\", \"time\": \"1 s\", \"downtime_cost\": \"36 EUR/h\", \"on_shift_end\": \"scrap\", \"scrap\": \"0.05\","
    "   \"needs\": [{\"skill\": \"run\", \"count\": 2}],"
    "   \"failures\": {\"drift\": {\"clock\": \"calendar\", \"availability\": \"95 %\", \"mttr\": \"3 s\", \"part\": \"scrap\"}}},"
    "  \"pack\": {\"type\": \"machine\", \"time\": \"1 s\", \"calendar\": \"always\"}},"
    " \"flow\": [[\"raw\", \"q1\", \"saw\", \"q2\", \"mill\", \"q3\", \"drill\", \"q4\", \"test\", \"pack\", \"out\"], [\"rush\", \"q1\"]]}";

static void list_problems(twin_problems *problems, tw_text *why) {
  for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
    tw_text_print(why, "%s\n", twin_problems_text(problems, i));
}

// Takes the arena that the text may live in.
static tw_line *build(const char *text, size_t n, const char *file, tw_arena *arena,
                      twin_problems *problems) {
  tw_node *root = tw_json_read(text, n, file, arena, problems);
  if (root == NULL) return NULL;
  const tw_reader reader = {.file = file, .arena = arena, .problems = problems, .folder = "."};
  return tw_line_build(arena, root, &reader, tw_hash_bytes(TW_HASH_SEED, text, n));
}

void test_print(char *buffer, size_t n, const char *format, ...) {
  va_list args;
  va_start(args, format);
  tw_vformat(buffer, n, format, args);
  va_end(args);
}

tw_line *test_line(const char *text, tw_text *why) {
  tw_arena arena;
  tw_arena_init(&arena);
  twin_problems *problems = twin_problems_new();
  tw_line *line = build(text, strlen(text), "line.json", &arena, problems);
  if (line == NULL && why != NULL) list_problems(problems, why);
  twin_problems_free(problems);
  tw_arena_free(&arena);
  return line;
}

// With the tables beside the file, as whoever links the library reads it.
tw_line *test_line_file(const char *path, tw_text *why) {
  twin_problems *problems = twin_problems_new();
  twin_line *line = NULL;
  if (twin_line_load(&line, path, NULL, problems) != TWIN_OK && why != NULL)
    list_problems(problems, why);
  twin_problems_free(problems);
  return (tw_line *)line;
}

tw_run *test_run(tw_line *line, uint64_t seed) {
  const tw_run_setup setup = {.seed = seed,
                              .has_statistics = true,
                              .warmup_us = line->warmup_us,
                              .horizon_us = line->horizon_us};
  tw_run *run = tw_run_new(line, &setup);
  if (run == NULL) abort();
  return run;
}

twin_status test_until(tw_run *run, double time_s) {
  return tw_run_until(run, tw_ticks(time_s), NULL);
}

void *test_save(const tw_run *run, size_t *n_byte) {
  *n_byte = tw_run_save_size(run);
  void *bytes = malloc(*n_byte);
  if (bytes == NULL) abort();
  tw_run_save(run, bytes);
  return bytes;
}

int32_t test_place(const tw_line *line, const char *name) {
  for (int32_t i = 0; i < line->n_place; i++)
    if (strcmp(line->place[i].name, name) == 0) return i;
  return TW_NONE;
}

int32_t test_site(const tw_line *line, int32_t place_i, int32_t machine_i, const char *purpose) {
  for (int32_t i = 0; i < line->n_site; i++) {
    const tw_site *site = &line->site[i];
    if (site->node_i == place_i && site->machine_i == machine_i &&
        strcmp(site->purpose, purpose) == 0)
      return i;
  }
  return TW_NONE;
}

uint64_t test_word(test_random *random) {
  return tw_hash_word(tw_hash_word(TW_HASH_SEED, random->seed), random->n++);
}

int32_t test_pick(test_random *random, int32_t n_choice) {
  return (int32_t)(test_word(random) % (uint64_t)n_choice);
}

bool test_chance(test_random *random, int32_t percent) { return test_pick(random, 100) < percent; }
