// setup_compile.c - from the setup of the line file to tw_setup: keys, the table of pairs, draw
// sites of each machine's steps. Every pair that can follow at the station must have a time
// (E-ROUTE).

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "base/index.h"
#include "keys/setup_def.h"
#include "model/compile.h"

// A few names are enough to see what is missing.
enum { PROBLEMS_MAX = 10 };

// How exactly an entry of the matrix names a pair; the more exact one counts.
enum { NOT_GIVEN, BY_OTHER, BY_FROM, BY_BOTH };

typedef struct setup_compiler {
  tw_compiler *compiler;
  int32_t place_i;
  const tw_setup_def *def;
  const tw_node *node;  // of the setup
  const char *stream;
  tw_setup *setup;
  tw_index index;         // of key names
  const tw_dist **table;  // [n_key * n_key]; NULL: one time for all
  bool is_good;
} setup_compiler;

// What part types are set up for: their families, or themselves.
static bool compile_keys(setup_compiler *in) {
  tw_line *line = in->compiler->line;
  tw_setup *setup = in->setup;
  setup->is_by_part = in->def->by == 1;
  setup->n_key = setup->is_by_part ? line->n_part_type : line->n_family;
  int32_t *key = tw_arena_take_array(&line->arena, (size_t)line->n_part_type + 1, sizeof *key);
  const char **name = tw_arena_take_array(&line->arena, (size_t)setup->n_key + 1, sizeof *name);
  if (key == NULL || name == NULL) return false;
  const tw_part_def *parts = line->doc.parts.at;
  for (int32_t i = 0; i < line->n_part_type; i++) {
    const bool is_named = setup->is_by_part || parts[i].family == NULL;
    key[i] = setup->is_by_part ? i : line->part_type[i].family_i;
    name[key[i]] = is_named ? parts[i].def.name : parts[i].family;
  }
  setup->key_of_type = key;
  setup->key_name = name;
  if (setup->n_key > TW_SETUP_KEYS_MAX) {
    tw_compile_problem(in->compiler, in->node, "E-RANGE", "\"by\": \"family\"",
                       "setups are between at most %d families or parts, here are %d",
                       TW_SETUP_KEYS_MAX, (int)setup->n_key);
    return false;
  }
  return tw_index_build(&in->index, name, setup->n_key, &line->arena);
}

static const char *kind_word(const setup_compiler *in) {
  return in->setup->is_by_part ? "part" : "family";
}

// Key of a name; TW_NONE with E-REF.
static int32_t find_key(setup_compiler *in, const tw_name *name) {
  const int32_t key = tw_index_find(&in->index, name->name);
  if (key >= 0) return key;
  const char *nearest = tw_index_nearest(&in->index, name->name, in->compiler->reader->problems);
  const tw_node at = tw_name_place(name);
  tw_compile_problem(in->compiler, &at, "E-REF",
                     nearest != NULL
                         ? tw_arena_print(&in->compiler->line->arena, "did you mean '%s'?", nearest)
                         : "parts and their families stand in \"parts\"",
                     "there is no %s '%.80s'", kind_word(in), name->name);
  in->is_good = false;
  return TW_NONE;
}

// What the machines are set up for at the start; by the name of a part its family may be meant.
static int32_t find_initial(setup_compiler *in) {
  const tw_line *line = in->compiler->line;
  const tw_name *name = &in->def->initial;
  if (name->name == NULL) return TW_NONE;
  if (tw_index_find(&in->index, name->name) < 0)
    for (int32_t i = 0; i < line->n_part_type; i++)
      if (strcmp(line->part_type[i].name, name->name) == 0) return in->setup->key_of_type[i];
  return find_key(in, name);
}

// Puts one entry of the matrix into the table where nothing more exact stands.
static void set_pair(setup_compiler *in, uint8_t *given, const tw_pair_def *pair,
                     const int32_t *key) {
  const int32_t n = in->setup->n_key;
  const int32_t from = pair->from == TW_OTHER ? 0 : key[pair->from];
  const int32_t to = pair->to == TW_OTHER ? 0 : key[pair->to];
  const uint8_t how = pair->from == TW_OTHER ? BY_OTHER : pair->to == TW_OTHER ? BY_FROM : BY_BOTH;
  if (from == TW_NONE || to == TW_NONE) return;
  const int32_t from_end = pair->from == TW_OTHER ? n : from + 1;
  const int32_t to_end = pair->to == TW_OTHER ? n : to + 1;
  for (int32_t a = from; a < from_end; a++) {
    for (int32_t b = to; b < to_end; b++) {
      const size_t i = (size_t)a * (size_t)n + (size_t)b;
      if (a == b || given[i] > how) continue;
      if (given[i] == how) {
        tw_compile_problem(in->compiler, pair->node, "E-KEY", NULL,
                           "the setup from '%s' to '%s' is given twice", in->setup->key_name[a],
                           in->setup->key_name[b]);
        in->is_good = false;
        return;
      }
      given[i] = how;
      in->table[i] = pair->time;
    }
  }
}

static bool compile_matrix(setup_compiler *in) {
  const tw_matrix_def *matrix = &in->def->matrix;
  tw_arena *arena = &in->compiler->line->arena;
  const size_t n = (size_t)in->setup->n_key;
  int32_t *key = tw_arena_take_array(arena, (size_t)matrix->n_name + 1, sizeof *key);
  uint8_t *given = tw_arena_take_array(arena, n * n + 1, sizeof *given);
  in->table = tw_arena_take_array(arena, n * n + 1, sizeof *in->table);
  if (key == NULL || given == NULL || in->table == NULL) return false;
  if (tw_index_find(&in->index, TW_OTHER_NAME) >= 0) {
    tw_compile_problem(in->compiler, matrix->node, "E-KEY", "give it another name",
                       "\"other\" means all the rest here, but it is also the name of a %s",
                       kind_word(in));
    return false;
  }
  for (int32_t i = 0; i < matrix->n_name; i++) key[i] = find_key(in, &matrix->name[i]);
  for (int32_t i = 0; i < matrix->n_pair; i++) set_pair(in, given, &matrix->pair[i], key);
  return in->is_good;
}

// A part type of each key that gets to the station; TW_NONE: none does.
static int32_t *find_comers(setup_compiler *in) {
  const tw_line *line = in->compiler->line;
  int32_t *comer =
      tw_arena_take_array(&in->compiler->line->arena, (size_t)in->setup->n_key + 1, sizeof *comer);
  if (comer == NULL) return NULL;
  for (int32_t k = 0; k < in->setup->n_key; k++) comer[k] = TW_NONE;
  for (int32_t i = line->n_part_type - 1; i >= 0; i--)
    if (tw_compile_reaches(in->compiler, in->place_i, i)) comer[in->setup->key_of_type[i]] = i;
  return comer;
}

static void report_pair(setup_compiler *in, int32_t from, int32_t to, int32_t part_type) {
  const tw_line *line = in->compiler->line;
  const char *const *name = in->setup->key_name;
  tw_compile_problem(in->compiler, in->def->matrix.node, "E-ROUTE",
                     tw_arena_print(&in->compiler->line->arena,
                                    "\"%s\": {\"%s\": \"14 min\"}, or an \"other\"", name[from],
                                    name[to]),
                     "part '%s' gets to '%s', which has no setup from %s '%s' to '%s'",
                     line->part_type[part_type].name, line->place[in->place_i].name, kind_word(in),
                     name[from], name[to]);
}

// Every pair that can follow must be there.
static void check_pairs(setup_compiler *in) {
  const int32_t n = in->setup->n_key;
  const int32_t *comer = find_comers(in);
  int32_t n_missing = 0;
  for (int32_t from = 0; comer != NULL && from < n; from++) {
    if (comer[from] == TW_NONE && from != in->setup->initial) continue;
    for (int32_t to = 0; to < n; to++) {
      if (from == to || comer[to] == TW_NONE || in->table[from * n + to] != NULL) continue;
      if (n_missing++ < PROBLEMS_MAX) report_pair(in, from, to, comer[to]);
    }
  }
  if (n_missing > PROBLEMS_MAX)
    tw_compile_problem(in->compiler, in->def->matrix.node, "E-ROUTE", "\"other\": \"14 min\"",
                       "%d more setups of '%s' are missing", (int)(n_missing - PROBLEMS_MAX),
                       in->compiler->line->place[in->place_i].name);
  if (n_missing > 0) in->is_good = false;
}

// The step of the file that is done k-th: those while the machine runs come first.
static const tw_step_def *step_at(const tw_setup_def *def, int32_t k) {
  const tw_step_def *steps = def->steps.at;
  for (int32_t pass = 0; pass < 2; pass++)
    for (int32_t i = 0; i < def->steps.n; i++)
      if (steps[i].is_while_running == (pass == 0) && k-- == 0) return &steps[i];
  TW_ASSERT(false);
  return steps;
}

static int32_t compile_last_site(setup_compiler *in, int32_t machine_i) {
  if (in->table != NULL)
    return tw_compile_site_table(in->compiler, in->place_i, machine_i, "setup", in->stream,
                                 in->table);
  // steps alone: the change itself takes nothing
  static const tw_dist nothing = {.kind = TW_DIST_CONSTANT};
  const tw_value none = {.node = in->node, .dist = &nothing};
  return tw_compile_site(in->compiler, in->place_i, machine_i, "setup", in->stream,
                         in->def->time.node != NULL ? &in->def->time : &none);
}

static void compile_steps(setup_compiler *in) {
  tw_line *line = in->compiler->line;
  const tw_setup_def *def = in->def;
  const tw_place place = line->place[in->place_i];
  const int32_t n = def->steps.n + 1;
  tw_setup_step *steps =
      tw_arena_take_array(&line->arena, (size_t)place.n_machine * (size_t)n, sizeof *steps);
  if (steps == NULL) return;
  in->setup->n_step = n;
  in->setup->step = steps;
  for (int32_t k = 0; k < n; k++) {
    const tw_step_def *step = k + 1 < n ? step_at(def, k) : NULL;
    const tw_demands needs =
        tw_compile_needs(in->compiler, step != NULL ? &step->needs : &def->needs);
    const char *purpose =
        step != NULL ? tw_arena_print(&line->arena, "setup/%s", step->def.name) : "setup";
    if (purpose == NULL) return;
    for (int32_t m = 0; m < place.n_machine; m++) {
      const int32_t machine_i = place.first_machine + m;
      steps[m * n + k] = (tw_setup_step){
          .name = step != NULL ? step->def.name : "setup",
          .site = step == NULL ? compile_last_site(in, machine_i)
                               : tw_compile_site(in->compiler, in->place_i, machine_i, purpose,
                                                 in->stream, &step->time),
          .needs = needs,
          .priority = def->priority,
          .is_while_running = step != NULL && step->is_while_running};
    }
  }
}

static void compile_approval(setup_compiler *in) {
  tw_line *line = in->compiler->line;
  const tw_approval_def *def = &in->def->approval;
  const tw_place place = line->place[in->place_i];
  if (def->n_part == 0) return;
  int32_t *site = tw_arena_take_array(&line->arena, (size_t)place.n_machine, sizeof *site);
  if (site == NULL) return;
  for (int32_t m = 0; m < place.n_machine; m++)
    site[m] = tw_compile_site(in->compiler, in->place_i, place.first_machine + m, "approval",
                              in->stream, &def->time);
  in->setup->n_approval = (int32_t)def->n_part;
  in->setup->approval_site = site;
  in->setup->approval_needs = tw_compile_needs(in->compiler, &def->needs);
  in->setup->approval_priority = in->def->priority;
}

static void compile_means(setup_compiler *in) {
  const tw_step_def *steps = in->def->steps.at;
  const int32_t n = in->setup->n_key;
  double *mean_s =
      tw_arena_take_array(&in->compiler->line->arena, (size_t)n * (size_t)n + 1, sizeof *mean_s);
  if (mean_s == NULL) return;
  double common_s = in->def->time.dist != NULL ? tw_dist_mean(in->def->time.dist) : 0;
  for (int32_t i = 0; i < in->def->steps.n; i++)
    if (!steps[i].is_while_running) common_s += tw_dist_mean(steps[i].time.dist);
  for (int32_t from = 0; from < n; from++)
    for (int32_t to = 0; to < n; to++) {
      const int32_t i = from * n + to;
      const bool is_given = in->table == NULL || in->table[i] != NULL;
      mean_s[i] = from == to ? 0 : is_given ? common_s : (double)NAN;
      if (from != to && in->table != NULL && in->table[i] != NULL)
        mean_s[i] += tw_dist_mean(in->table[i]);
    }
  in->setup->mean_s = mean_s;
}

const tw_setup *tw_setup_compile(tw_compiler *compiler, int32_t place_i, const tw_setup_def *def,
                                 const char *stream) {
  TW_ASSERT(compiler->line->place[place_i].n_machine > 0);
  tw_line *line = compiler->line;
  setup_compiler in = {.compiler = compiler,
                       .place_i = place_i,
                       .def = def,
                       .stream = stream,
                       .setup = tw_arena_take(&line->arena, sizeof *in.setup),
                       .is_good = true};
  in.node = tw_node_member(((const tw_def *)line->doc.place[place_i].def)->node, "setup");
  if (in.setup == NULL || !compile_keys(&in)) return NULL;
  in.setup->initial = find_initial(&in);
  in.setup->min_run = (int32_t)def->min_run;
  in.setup->n_startup_scrap = (int32_t)def->n_startup_scrap;
  in.setup->factor = tw_compile_expr_at(compiler, place_i, &def->factor, TW_DIM_ONE);
  if (in.setup->factor != NULL) compiler->line->has_factor = true;
  if (def->matrix.node != NULL) {
    if (!compile_matrix(&in)) return NULL;
    check_pairs(&in);
  }
  compile_steps(&in);
  compile_approval(&in);
  compile_means(&in);
  return in.is_good && !in.compiler->line->arena.is_out_of_memory ? in.setup : NULL;
}
