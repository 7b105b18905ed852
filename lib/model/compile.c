// compile.c - the compiled line is put together here: part types, people, places in file order through
// their kinds, and what follows from the flow. Arrays grow in the line's arena; indices stay.

#include "model/compile.h"

#include <string.h>

#include "base/hash.h"
#include "core/agenda.h"
#include "core/ticks.h"
#include "model/compile_inner.h"

// What hashes are over when only the meaning counts.
static bool is_commentary(const char *key) {
  return key != NULL && (strcmp(key, "about") == 0 || strncmp(key, "x-", 2) == 0 ||
                         strcmp(key, "$schema") == 0 || strcmp(key, "record") == 0 ||
                         strcmp(key, "scenarios") == 0 || strcmp(key, "targets") == 0 ||
                         strcmp(key, "name") == 0);
}

static uint64_t hash_bits(uint64_t hash, double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return tw_hash_word(hash, bits);
}

static uint64_t hash_text(const char *text) {
  double si;
  tw_dim dim;
  if (tw_quantity_read(text, &si, &dim) == TW_QUANTITY_OK)
    return tw_hash_bytes(hash_bits(TW_HASH_SEED, si), &dim, sizeof dim);
  return tw_hash_text(TW_HASH_SEED, text);
}

// Does the order of this object's members mean something? File order breaks ties between named things.
static bool is_ordered(const tw_node *object) {
  static const char *const words[] = {"sources", "buffers",   "stations", "demands", "failures",
                                      "workers", "resources", "parts", "steps", "tariff"};
  for (size_t i = 0; object->key != NULL && i < sizeof words / sizeof words[0]; i++)
    if (strcmp(object->key, words[i]) == 0) return true;
  return false;
}

// Hash of what a tree means: the order of members counts only where it breaks ties, units may be
// spelt differently, comments do not count, a default written out counts as the default.
static uint64_t hash_tree(const tw_node *node) {
  uint64_t hash = tw_hash_word(TW_HASH_SEED, (uint64_t)node->type);
  switch (node->type) {
  case TW_NODE_NULL: return hash;
  case TW_NODE_BOOL: return tw_hash_word(hash, node->truth);
  case TW_NODE_NUMBER: return hash_bits(hash, node->number);
  case TW_NODE_TEXT: return tw_hash_word(hash, hash_text(node->text));
  case TW_NODE_LIST:
    for (const tw_node *child = node->first; child != NULL; child = child->next)
      hash = tw_hash_word(hash, hash_tree(child));
    return hash;
  case TW_NODE_OBJECT: break;
  }
  uint64_t sum = 0;
  for (const tw_node *child = node->first; child != NULL; child = child->next) {
    if (is_commentary(child->key)) continue;
    sum += tw_hash_word(tw_hash_text(TW_HASH_SEED, child->key), hash_tree(child));
    if (is_ordered(node))
      hash = tw_hash_text(hash, child->key);
  }
  return tw_hash_word(hash, sum);
}

// Makes room for one more element; elements move, indices stay.
static void *grow(tw_compiler *compiler, void *at, int32_t n, int32_t *capacity, size_t size) {
  if (n < *capacity) return at;
  const int32_t wanted = *capacity == 0 ? 16 : *capacity * 2;
  void *bigger = tw_arena_take_array(&compiler->line->arena, (size_t)wanted, size);
  if (bigger == NULL) {
    compiler->is_bad = true;
    return at;
  }
  if (n > 0) memcpy(bigger, at, (size_t)n * size);
  *capacity = wanted;
  return bigger;
}

int32_t tw_compile_slot(tw_compiler *compiler, int32_t node_i, int32_t machine_i,
                        tw_class of_class, int32_t purpose) {
  tw_line *line = compiler->line;
  const int32_t i = line->n_slot;
  int32_t capacity = compiler->capacity_slot;
  line->slot_low = grow(compiler, line->slot_low, i, &capacity, sizeof *line->slot_low);
  line->slot = grow(compiler, line->slot, i, &compiler->capacity_slot, sizeof *line->slot);
  if (i >= compiler->capacity_slot) return 0;
  // larger declared priorities come first
  const int64_t priority = node_i == TW_NONE ? 0 : line->place[node_i].priority;
  line->slot_low[i] =
      tw_agenda_low((uint32_t)of_class, (uint32_t)(TW_PRIORITY_MAX - priority), (uint32_t)i);
  line->slot[i] = (tw_slot){.node_i = node_i, .machine_i = machine_i, .purpose = purpose};
  return line->n_slot++;
}

void tw_compile_machines(tw_compiler *compiler, int32_t node_i, int64_t n) {
  tw_line *line = compiler->line;
  if (n > TW_MACHINES_MAX - line->n_machine) {
    tw_compile_problem(compiler, ((const tw_def *)line->doc.place[node_i].def)->node, "E-RANGE", NULL,
                       "with this station the line has more than %d machines",
                       (int)TW_MACHINES_MAX);
    n = 0;
  }
  line->place[node_i].first_machine = line->n_machine;
  line->place[node_i].n_machine = (int32_t)n;
  for (int32_t k = 0; k < (int32_t)n; k++) {
    const int32_t i = line->n_machine;
    line->machine = grow(compiler, line->machine, i, &compiler->capacity_machine,
                         sizeof *line->machine);
    if (i >= compiler->capacity_machine) return;
    line->n_machine++;
    const int32_t work = tw_compile_slot(compiler, node_i, i, TW_CLASS_COMPLETION, TW_ON_WORK_SLOT);
    const int32_t repair =
        tw_compile_slot(compiler, node_i, i, TW_CLASS_REPAIRED, TW_ON_REPAIRED_SLOT);
    line->machine[i] = (tw_machine_param){
        .node_i = node_i,
        .number = k,
        .work_slot = work,
        .repair_slot = repair,
        .setup_i = TW_NONE,
        .early_i = TW_NONE};
  }
}

void tw_compile_add_mode(tw_compiler *compiler, const tw_mode *mode) {
  tw_line *line = compiler->line;
  const int32_t i = line->n_mode;
  line->mode = grow(compiler, line->mode, i, &compiler->capacity_mode, sizeof *line->mode);
  if (i >= compiler->capacity_mode) return;
  if (i >= TW_MODES_MAX) {
    tw_compile_problem(compiler, ((const tw_def *)line->doc.place[mode->node_i].def)->node, "E-RANGE",
                       "each machine has each failure and maintenance of its station",
                       "with this station the line has more than %d ways to go down",
                       (int)TW_MODES_MAX);
    return;
  }
  line->mode[i] = *mode;
  compiler->mode_i = ++line->n_mode;
}

// The value of one machine: its own where by_machine names it.
static const tw_value *value_of_machine(const tw_line *line, int32_t machine_i,
                                        const tw_value *value) {
  if (machine_i == TW_NONE) return value;
  for (int32_t i = 0; i < value->n_machine; i++)
    if (value->machine_i[i] == line->machine[machine_i].number) return &value->machine_value[i];
  return value;
}

// Distributions by part type; every type that can get to the place must have one (E-ROUTE).
static const tw_dist *const *compile_by_part(tw_compiler *compiler, int32_t node_i,
                                             const char *purpose, const tw_value *value) {
  tw_line *line = compiler->line;
  const int32_t n_made = (int32_t)(sizeof compiler->made / sizeof compiler->made[0]);
  for (int32_t i = 0; i < n_made; i++)
    if (compiler->made[i].part == value->part && compiler->made[i].node_i == node_i)
      return compiler->made[i].by_part;
  const tw_dist **by_part =
      tw_arena_take_array(&line->arena, (size_t)line->n_part_type, sizeof *by_part);
  if (by_part == NULL) return NULL;
  for (int32_t i = 0; i < line->n_part_type; i++) by_part[i] = value->dist;
  for (int32_t i = 0; i < value->n_part; i++) {
    const int32_t type = tw_compile_part_type(compiler, &value->part[i]);
    if (type != TW_NONE) by_part[type] = value->part_dist[i];
  }
  for (int32_t i = 0; i < line->n_part_type; i++)
    if (by_part[i] == NULL && (strcmp(purpose, "time") == 0
                                   ? tw_compile_uses_time(compiler, node_i, i)
                                   : tw_compile_reaches(compiler, node_i, i)))
      tw_compile_problem(compiler, value->node, "E-ROUTE", "add it, or a \"default\"",
                         "part '%s' gets to '%s' but has no %s here", line->part_type[i].name,
                         line->place[node_i].name, purpose);
  compiler->made[compiler->made_i].part = value->part;
  compiler->made[compiler->made_i].node_i = node_i;
  compiler->made[compiler->made_i].by_part = by_part;
  compiler->made_i = (compiler->made_i + 1) % n_made;
  return by_part;
}

// Adds a site without a distribution; NULL when memory is short.
static tw_site *add_site(tw_compiler *compiler, int32_t node_i, int32_t machine_i,
                         const char *purpose, const char *stream) {
  tw_line *line = compiler->line;
  const int32_t i = line->n_site;
  line->site = grow(compiler, line->site, i, &compiler->capacity_site, sizeof *line->site);
  if (i >= compiler->capacity_site || line->arena.is_out_of_memory) return NULL;
  const char *name = stream != NULL ? stream : line->place[node_i].name;
  uint64_t key = tw_hash_text(TW_HASH_SEED, name);
  key = tw_hash_word(key, machine_i == TW_NONE ? 0 : (uint64_t)line->machine[machine_i].number + 1);
  key = tw_hash_text(key, purpose);
  line->site[i] =
      (tw_site){.purpose = purpose, .node_i = node_i, .machine_i = machine_i, .key = key};
  line->n_site++;
  return &line->site[i];
}

int32_t tw_compile_site_table(tw_compiler *compiler, int32_t node_i, int32_t machine_i,
                              const char *purpose, const char *stream,
                              const tw_dist *const *table) {
  tw_site *site = add_site(compiler, node_i, machine_i, purpose, stream);
  if (site == NULL) return 0;
  site->by_part = table;
  return compiler->line->n_site - 1;
}

int32_t tw_compile_site(tw_compiler *compiler, int32_t node_i, int32_t machine_i,
                        const char *purpose, const char *stream, const tw_value *value) {
  tw_line *line = compiler->line;
  tw_site *site = add_site(compiler, node_i, machine_i, purpose, stream);
  if (site == NULL) return 0;
  if (value != NULL) {
    const tw_value *own = value_of_machine(line, machine_i, value);
    site->dist = own->dist;
    if (own->n_part > 0) site->by_part = compile_by_part(compiler, node_i, purpose, own);
    else if (own->dist == NULL)
      tw_compile_problem(compiler, value->node, "E-RANGE", "add it, or a \"default\"",
                         "machine %d has no %s here",
                         (int)(machine_i == TW_NONE ? 1 : line->machine[machine_i].number + 1),
                         purpose);
  }
  return line->n_site - 1;
}

void tw_compile_wish(tw_compiler *compiler, const tw_wish *wish) {
  compiler->wish = grow(compiler, compiler->wish, compiler->n_wish, &compiler->capacity_wish,
                        sizeof *compiler->wish);
  if (compiler->n_wish < compiler->capacity_wish) compiler->wish[compiler->n_wish++] = *wish;
}

int32_t tw_compile_site_of(tw_compiler *compiler, const char *name, const char *purpose,
                           const tw_value *value) {
  tw_line *line = compiler->line;
  const int32_t i = line->n_site;
  line->site = grow(compiler, line->site, i, &compiler->capacity_site, sizeof *line->site);
  if (i >= compiler->capacity_site || line->arena.is_out_of_memory) return 0;
  const uint64_t key = tw_hash_text(tw_hash_word(tw_hash_text(TW_HASH_SEED, name), 0), purpose);
  line->site[i] = (tw_site){.purpose = purpose,
                            .node_i = TW_NONE,
                            .machine_i = TW_NONE,
                            .dist = value->dist,
                            .key = key};
  return line->n_site++;
}

// The only feeder of a place, when no comparison or reservation is ever needed to take from it.
static int32_t find_only_feeder(const tw_line *line, int32_t place_i) {
  const tw_graph *graph = &line->graph;
  const int32_t first = graph->first_feeder[place_i];
  if (graph->first_feeder[place_i + 1] - first != 1) return TW_NONE;
  const int32_t from = graph->edge[graph->feeder[first]].from;
  const tw_place *place = &line->place[place_i];
  // who looks whether a part ends in the shift looks at offers
  if (place->shift_end == TW_END_NO_START && place->calendar_i != TW_NONE) return TW_NONE;
  // and so does who keeps a family going
  if (place->setup != NULL && place->setup->min_run > 0) return TW_NONE;
  return line->place[from].is_before_service || line->place[from].needs_asker ? TW_NONE : from;
}

// Flags of places that follow from what feeds them.
static void mark_feeders(tw_line *line) {
  const tw_graph *graph = &line->graph;
  for (int32_t e = 0; e < graph->n_edge; e++) {
    const tw_edge *edge = &graph->edge[e];
    const tw_place *from = &line->place[edge->from];
    const tw_exit *exit = &graph->exit[edge->exit_i];
    const bool is_main = edge->exit_i == from->main_exit;
    if (from->is_before_service && is_main) line->place[edge->to].has_reserving_feeder = true;
    if (exit->n_chain > 1 && !edge->is_route &&
        (!is_main || from->push_rule == TW_PUSH_FIRST_FREE || from->push_rule == TW_PUSH_SHORTEST))
      line->place[edge->to].has_choosing_feeder = true;
  }
  for (int32_t i = 0; i < line->n_place; i++)
    line->place[i].only_feeder = find_only_feeder(line, i);
  // a machine that becomes free behind a buffer makes a place for those who reserve through it
  for (int32_t e = 0; e < graph->n_edge; e++) {
    const tw_edge *edge = &graph->edge[e];
    if (line->place[edge->from].has_reserving_feeder && line->place[edge->to].n_machine > 0)
      line->place[edge->to].frees_reservations = true;
  }
}

static void set_up_places(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const tw_graph *graph = &line->graph;
  for (int32_t i = 0; i < line->n_place; i++) {
    tw_place *place = &line->place[i];
    const bool is_sink = i >= line->doc.n_place;
    place->name = graph->name[i];
    place->push_site = place->loop_i = TW_NONE;
    place->cost.first_scrap = TW_NONE;
    place->calendar_i = place->open_slot = place->close_slot = TW_NONE;
    place->main_exit = is_sink ? TW_NONE : tw_graph_exit(graph, i, "");
    place->scrap_exit = is_sink ? TW_NONE : tw_graph_exit(graph, i, "scrap");
    place->kind = is_sink ? tw_compile_sink_kind(line, i == graph->out_i ? "out" : "scrap")
                          : line->doc.place[i].kind;
  }
  int32_t *by_mark = tw_arena_take_array(&line->arena, (size_t)line->n_place, sizeof *by_mark);
  line->n_of_kind = tw_arena_take_array(&line->arena, (size_t)line->n_kind, sizeof(int32_t));
  if (by_mark == NULL || line->n_of_kind == NULL) return;
  for (int32_t k = 0; k < line->n_place; k++) {
    by_mark[k] = graph->by_rank[k];
    line->place[by_mark[k]].mark_i = k;
  }
  line->place_by_mark = by_mark;
  for (int32_t i = 0; i < line->n_place; i++)
    for (int32_t k = 0; k < line->n_kind; k++)
      if (line->kind[k] == line->place[i].kind) line->place[i].kind_i = line->n_of_kind[k]++;
}

static void compile_run(tw_line *line) {
  const tw_run_def *run = &line->doc.run;
  // 1970-01-01 was a Thursday
  const int64_t week_s = 7 * 86400, of_week_s = (run->start_s + 3 * 86400) % week_s;
  line->week_offset_us = (of_week_s < 0 ? of_week_s + week_s : of_week_s) * TW_TICKS_PER_S;
  line->horizon_us = tw_ticks(run->horizon_s);
  line->warmup_us = tw_ticks(run->warmup_s);
  line->max_parts = run->max_parts;
  line->seed = (uint64_t)run->seed;
}

// Records that only some machines have: of setups, and of durations drawn early.
static void compile_machine_records(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  line->setup = tw_arena_take_array(&line->arena, (size_t)line->n_machine + 1, sizeof *line->setup);
  if (line->setup == NULL) return;
  for (int32_t i = 0; i < line->n_machine; i++) {
    tw_machine_param *machine = &line->machine[i];
    const tw_place *place = &line->place[machine->node_i];
    const bool looks = place->shift_end == TW_END_NO_START && place->calendar_i != TW_NONE;
    if (looks || line->draws_ahead) machine->early_i = line->n_early++;
    if (place->setup == NULL) continue;
    machine->setup_i = line->n_setup++;
    line->setup[machine->setup_i] = (tw_setup_param){
        .machine_i = i,
        .ahead_slot = tw_compile_slot(compiler, machine->node_i, machine->setup_i,
                                      TW_CLASS_COMPLETION, TW_ON_AHEAD_SLOT)};
  }
}

// Figures are cut by the shifts of the plant, which are those of the default calendar.
static void compile_figures(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const tw_name *name = &line->doc.defaults.calendar;
  for (int32_t i = 0; name->name != NULL && i < line->n_calendar; i++)
    if (strcmp(line->calendar[i].name, name->name) == 0) line->shift_calendar_i = i;
  // before the end of the warm-up on the same tick: that shift was outside of the window
  if (line->shift_calendar_i != TW_NONE)
    line->shift_slot =
        tw_compile_slot(compiler, TW_NONE, TW_NONE, TW_CLASS_END, TW_ON_FIGURES_SLOT);
}

static bool compile_all(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  line->shift_calendar_i = line->shift_slot = TW_NONE;
  compile_run(line);
  tw_compile_calendars(compiler);
  line->shift_s = tw_compile_shift_s(compiler, NULL);
  tw_compile_part_types(compiler);
  tw_compile_people(compiler);
  tw_compile_stocks(compiler);
  if (!tw_compile_check_places(compiler)) return false;
  line->n_place = line->graph.n_node;
  line->place = tw_arena_take_array(&line->arena, (size_t)line->n_place, sizeof *line->place);
  if (line->place == NULL) return false;
  set_up_places(compiler);
  tw_compile_routes(compiler);
  tw_compile_reach(compiler);
  tw_compile_check_routes(compiler);
  tw_compile_cycles(compiler);
  tw_compile_defects(compiler);
  tw_dynamics_declare(compiler);
  tw_compile_pools(compiler);
  tw_compile_causes(compiler);
  for (int32_t i = 0; i < line->doc.n_place && !line->arena.is_out_of_memory; i++)
    line->place[i].kind->compile(compiler, i, line->doc.place[i].def);
  if (line->arena.is_out_of_memory) return false;
  compile_machine_records(compiler);
  compile_figures(compiler);
  for (int32_t i = 0; i < line->doc.n_place && !compiler->is_bad; i++)
    if (line->place[i].kind->link != NULL) line->place[i].kind->link(compiler, i);
  tw_compile_energy(compiler);
  tw_compile_costs(compiler);
  tw_compile_members(compiler);
  tw_dynamics_compile(compiler);
  tw_signals_compile(compiler);
  if (compiler->wants_time_left && !compiler->is_bad) tw_compile_time_left(compiler);
  line->warmup_slot = tw_compile_slot(compiler, TW_NONE, TW_NONE, TW_CLASS_END, TW_ON_WARMUP_SLOT);
  line->wake_slot = tw_compile_slot(compiler, TW_NONE, TW_NONE, TW_CLASS_RELEASE, TW_ON_WAKE_SLOT);
  tw_compile_junctions(compiler);
  mark_feeders(line);
  return !compiler->is_bad && !line->arena.is_out_of_memory;
}

tw_line *tw_compile(tw_arena *arena, const tw_doc *doc, const tw_kind *const *kinds, int32_t n_kind,
                    const tw_reader *reader, uint64_t text_hash) {
  tw_line *line = tw_memory_zeroed(&arena->memory, 1, sizeof *line);
  if (line == NULL) {
    tw_fail(reader->problems, TWIN_ERR_MEMORY, "no memory for a line");
    tw_arena_free(arena);
    return NULL;
  }
  line->n_holder = 1;
  line->arena = *arena;
  line->host = reader->host != NULL ? *reader->host : (tw_host){.memory = arena->memory};
  *arena = (tw_arena){.memory = line->host.memory};
  line->doc = *doc;
  line->kind = kinds;
  line->n_kind = n_kind;
  line->text_hash = text_hash;
  tw_reader own = *reader;
  own.arena = &line->arena;
  own.book = doc->book;
  if (own.book != NULL) own.distributions = tw_node_member(doc->root, "distributions");
  tw_compiler compiler = {.line = line, .reader = &own};
  bool is_good = tw_graph_build(&line->doc, &own, &line->graph);
  is_good = is_good && compile_all(&compiler);
  if (line->arena.is_out_of_memory)
    tw_fail(reader->problems, TWIN_ERR_MEMORY, "no memory for the line");
  if (!is_good) {
    tw_line_unref(line);
    return NULL;
  }
  line->hash = hash_tree(line->doc.root);
  for (int32_t k = 0; k < n_kind; k++)
    if (line->n_of_kind[k] > 0 && kinds[k]->version != 0)
      line->hash = tw_hash_word(tw_hash_text(line->hash, kinds[k]->name), kinds[k]->version);
  if (reader->file_hash != NULL && *reader->file_hash != 0)
    line->hash = tw_hash_word(line->hash, *reader->file_hash);
  return line;
}

tw_line *tw_line_ref(tw_line *line) {
  line->n_holder++;
  return line;
}

void tw_line_unref(tw_line *line) {
  if (line == NULL || --line->n_holder > 0) return;
  tw_arena arena = line->arena;
  tw_memory_free(&arena.memory, line);
  tw_arena_free(&arena);
}
