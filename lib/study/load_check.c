// load_check.c - what the load table and the file's way of running the line warn of: more work than
// time, a start that is averaged in, and runs that are too few or too short to say something.

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "station/kinds.h"
#include "study/load_inner.h"

enum { REPLICATIONS_MIN = 5, MTBF_MIN = 20 };
static const double FULL = 1 + 1e-6;

static const tw_node *node_of_place(const tw_line *line, int32_t place_i) {
  return ((const tw_def *)line->doc.place[place_i].def)->node;
}

static const tw_node *node_of_pool(const tw_line *line, int32_t pool_i) {
  const int32_t n_crew = line->doc.workers.n;
  return pool_i < n_crew
             ? ((const tw_worker_def *)line->doc.workers.at)[pool_i].def.node
             : ((const tw_resource_def *)line->doc.resources.at)[pool_i - n_crew].def.node;
}

// "need 4.6 min for a good part" and the terms of a visit that are there.
static void print_terms(const tw_load_station *station, tw_text *out) {
  char text[32];
  tw_text_print(out, "%s for a good part (a visit: ", tw_duration_text(station->need_s, text));
  bool is_first = true;
  for (int32_t t = 0; t < TW_TERM_PEOPLE; t++) {
    if (!(station->term_s[t] > 0)) continue;
    tw_text_print(out, "%s%s %s", is_first ? "" : ", ", tw_load_terms[t],
                  tw_duration_text(station->term_s[t], text));
    is_first = false;
  }
  tw_text_add(out, ")");
}

static void print_percent(tw_text *out, double share) {
  tw_text_print(out, "%d %%", (int)fmin(100 * share + 0.5, 1e9));
}

static void check_station(const tw_line *line, const tw_load *load, const tw_load_station *station,
                          twin_problems *problems) {
  char takt[32];
  const bool is_over_takt = station->of_takt > FULL;
  if (!(station->load > FULL) && !is_over_takt) return;
  tw_text said = {.memory = tw_problems_memory(problems)};
  tw_text_print(&said, "load ");
  if (station->load > FULL) {
    print_percent(&said, station->load);
    tw_text_add(&said, " of its working time: ");
  } else {
    print_percent(&said, station->of_takt);
    tw_text_print(&said, " of the takt of %s: ", tw_duration_text(load->takt_s, takt));
  }
  print_terms(station, &said);
  tw_text_print(&said, "; limited by %s", tw_load_terms[station->limit]);
  tw_node_problem(problems, line->doc.file, node_of_place(line, station->place_i), "W-RHO", NULL,
                  NULL,
                  station->limit == TW_TERM_PEOPLE
                      ? "the people it needs have even less time left than its machines"
                      : "more machines, less of that, or fewer parts",
                  "%s", said.at != NULL ? said.at : "");
  tw_text_free(&said);
}

static void check_pool(const tw_line *line, const tw_load *load, const tw_load_pool *pool,
                       twin_problems *problems) {
  char work[32], takt[32];
  const bool is_over = pool->load > FULL;
  if (!is_over && !(pool->of_takt > FULL)) return;
  tw_text said = {.memory = tw_problems_memory(problems)};
  tw_text_add(&said, "load ");
  print_percent(&said, is_over ? pool->load : pool->of_takt);
  if (is_over)
    tw_text_add(&said, " of their working time: ");
  else
    tw_text_print(&said, " of the takt of %s: ", tw_duration_text(load->takt_s, takt));
  tw_text_print(&said, "%s of work for a good part, %d of them; limited by people",
                tw_duration_text(pool->work_s, work), (int)line->pool[pool->pool_i].n_worker);
  tw_node_problem(problems, line->doc.file, node_of_pool(line, pool->pool_i), "W-RHO", NULL, NULL,
                  "more of them, or others with these skills", "%s",
                  said.at != NULL ? said.at : "");
  tw_text_free(&said);
}

// Does some source never end?
static bool is_endless(const tw_line *line) {
  for (int32_t i = 0; i < line->n_place; i++) {
    if (line->place[i].kind != &tw_kind_source) continue;
    const tw_source_param *param = line->place[i].param;
    if (!param->is_order_list && (param->is_repeated || param->mix_weight != NULL)) return true;
  }
  return false;
}

// Does anything depend on chance?
static bool has_chance(const tw_line *line) {
  for (int32_t i = 0; i < line->n_site; i++) {
    const tw_site *site = &line->site[i];
    if (site->dist == NULL && site->by_part == NULL) return true;
    if (site->dist != NULL && site->dist->kind != TW_DIST_CONSTANT) return true;
    const bool is_by_type = site->by_part != NULL && strcmp(site->purpose, "setup") != 0;
    for (int32_t p = 0; is_by_type && p < line->n_part_type; p++)
      if (site->by_part[p] != NULL && site->by_part[p]->kind != TW_DIST_CONSTANT) return true;
  }
  return false;
}

static void check_run(const tw_line *line, const tw_load *load, twin_problems *problems) {
  const tw_run_def *run = &line->doc.run;
  const tw_node *node = tw_node_member(line->doc.root, "run");
  char text[32], hint[96];
  if (!run->has_horizon || !is_endless(line)) return;
  if (node == NULL) node = line->doc.root;
  if (run->warmup_s == 0) {
    snprintf(hint, sizeof hint, "e.g. \"warmup\": \"%s\"",
             tw_duration_text(run->horizon_s / 10, text));
    tw_node_problem(problems, line->doc.file, node, "W-WARM", NULL, NULL, hint,
                    "no warm-up: the line starts empty, and its averages hold the time in which it "
                    "fills");
  }
  if (run->n_replication < REPLICATIONS_MIN && has_chance(line)) {
    tw_node_problem(problems, line->doc.file, node, "W-RUN", NULL, NULL, "\"replications\": 10",
                    "%d of at least %d replications: an interval over so few is wide, or none",
                    (int)run->n_replication, (int)REPLICATIONS_MIN);
  }
  const double wanted_s = MTBF_MIN * load->longest_mtbf_s;
  if (run->horizon_s >= wanted_s) return;
  char mtbf[32];
  snprintf(hint, sizeof hint, "e.g. \"horizon\": \"%s\"", tw_duration_text(wanted_s, text));
  tw_node_problem(
      problems, line->doc.file, node, "W-RUN", NULL, NULL, hint,
      "the horizon is below 20 times the longest time between failures, %s by the clock "
      "of the run: chance decides how many a run sees",
      tw_duration_text(load->longest_mtbf_s, mtbf));
}

// A price of what nobody draws: every figure of energy is missing.
static void check_energy(const tw_line *line, twin_problems *problems) {
  const tw_node *node = tw_node_member(line->doc.root, "energy");
  if (node == NULL || line->energy.is_there) return;
  tw_node_problem(problems, line->doc.file, node, "W-ENERGY", NULL, NULL,
                  "\"power\": {\"processing\": \"5 kW\"} at a station, or an output \"power\" of its models",
                  "nothing in the line draws power: there will be no figures of energy");
}

static bool works_by(const tw_line *line, int32_t calendar_i) {
  if (line->shift_calendar_i == calendar_i) return true;
  for (int32_t i = 0; i < line->n_place; i++)
    if (line->place[i].calendar_i == calendar_i) return true;
  for (int32_t i = 0; i < line->n_pool; i++)
    if (line->pool[i].calendar_i == calendar_i) return true;
  return false;
}

// A calendar that nobody names changes nothing: without one there is work day and night.
static void check_calendars(const tw_line *line, twin_problems *problems) {
  const tw_node *calendars = tw_node_member(line->doc.root, "calendars");
  char hint[160];
  for (int32_t i = 0; i < line->n_calendar; i++) {
    const char *name = line->calendar[i].name;
    const tw_node *node = tw_node_member(calendars, name);
    if (node == NULL || line->calendar[i].is_always || works_by(line, i)) continue;
    snprintf(hint, sizeof hint, "e.g. \"defaults\": {\"calendar\": \"%.80s\"}", name);
    tw_node_problem(problems, line->doc.file, node, "W-CAL", NULL, NULL, hint,
                    "nothing works by the calendar '%.80s'; what names none works day and night",
                    name);
  }
}

void tw_load_check(const tw_line *line, const tw_load *load, twin_problems *problems) {
  for (int32_t i = 0; i < load->n_station; i++)
    check_station(line, load, &load->station[i], problems);
  for (int32_t i = 0; i < load->n_pool; i++) check_pool(line, load, &load->pool[i], problems);
  check_run(line, load, problems);
  check_energy(line, problems);
  check_calendars(line, problems);
}
