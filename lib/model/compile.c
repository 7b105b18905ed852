// compile.c - the order in which a line is put together: part types, people, places in file order through their
// kinds, and what follows from the flow.

#include "model/compile.h"

#include <string.h>

#include "base/hash.h"
#include "core/ticks.h"
#include "model/compile_inner.h"

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

// Can places be compiled? Of a document with problems only where each is of a known kind, the graph is
// there, and nothing is broken that all of them look into.
static bool can_compile_places(const tw_compiler *compiler) {
  const tw_line *line = compiler->line;
  const tw_doc *doc = &line->doc;
  for (int32_t i = 0; i < doc->n_place; i++)
    if (doc->place[i].kind == NULL) return false;
  return line->graph.by_rank != NULL && line->graph.n_route == doc->routes.n &&
         tw_doc_knows_places(doc) && tw_doc_knows(doc, "shared") && !line->arena.is_out_of_memory;
}

// Can a place be compiled? It was read whole, and wherever it may send parts a way leads on.
static bool can_compile(const tw_compiler *compiler, int32_t place_i) {
  const tw_line *line = compiler->line;
  const tw_place *place = &line->place[place_i];
  const char *names[TW_EXITS_MAX];
  if (line->doc.place[place_i].is_broken) return false;
  if (compiler->is_flow_known) return true;
  const int32_t n = place->kind->exits == NULL
                        ? 0
                        : place->kind->exits(place->kind, line->doc.place[place_i].def, names, TW_EXITS_MAX);
  for (int32_t i = 0; i < n; i++)
    if (tw_graph_exit(&line->graph, place_i, names[i]) == TW_NONE) return false;
  return n > 0 || place->main_exit != TW_NONE || strcmp(place->kind->section, "demands") == 0;
}

// The names that everything else refers to.
static void compile_names(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  line->shift_calendar_i = line->shift_slot = TW_NONE;
  compile_run(line);
  tw_compile_calendars(compiler);
  line->shift_s = tw_compile_shift_s(compiler, NULL);
  tw_compile_part_types(compiler);
  tw_compile_people(compiler);
  tw_compile_stocks(compiler);
}

static bool compile_places(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  if (!can_compile_places(compiler) || !tw_compile_check_places(compiler)) return false;
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
    if (can_compile(compiler, i))
      line->place[i].kind->compile(compiler, i, line->doc.place[i].def);
  return !line->arena.is_out_of_memory;
}

static bool compile_all(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const bool is_whole = !compiler->is_bad;  // the document, and its flow
  compile_names(compiler);
  if (!compile_places(compiler) || !is_whole) return false;
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
  compiler.is_flow_known = tw_graph_build(&line->doc, &own, &line->graph) &&
                           !doc->flow.is_broken && !doc->is_strange;
  for (int32_t i = 0; i < doc->n_place; i++)
    if (doc->place[i].is_broken) compiler.is_flow_known = false;
  compiler.is_bad = doc->is_broken || !compiler.is_flow_known;
  const bool is_good = compile_all(&compiler);
  if (line->arena.is_out_of_memory)
    tw_fail(reader->problems, TWIN_ERR_MEMORY, "no memory for the line");
  if (!is_good) {
    tw_line_unref(line);
    return NULL;
  }
  line->hash = tw_doc_hash(line->doc.root);
  for (int32_t k = 0; k < n_kind; k++)
    if (line->n_of_kind[k] > 0 && kinds[k]->version != 0)
      line->hash = tw_hash_word(tw_hash_text(line->hash, kinds[k]->name), kinds[k]->version);
  if (reader->file_hash != NULL && *reader->file_hash != 0)
    line->hash = tw_hash_word(line->hash, *reader->file_hash);
  return line;
}
