// names.c - see names.h. Lists of names are made from the compiled line each time they are needed:
// once for a state that is written or read, never while a run goes on.

#include "state/names.h"

#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "engine/work.h"
#include "model/state_words.h"

// Words of the enumerations of records.h and work.h; a newer one without a word is a number.
// clang-format off
static const char *const phase_words[TW_HOLD] = {
  [TW_FREE] = "free", [TW_SWITCH] = "switch", [TW_SETUP] = "setup", [TW_LOAD] = "load",
  [TW_RESERVE] = "reserve", [TW_PROCESS] = "process", [TW_APPROVE] = "approve",
  [TW_UNLOAD] = "unload", [TW_DONE] = "done"};
static const char *const down_words[TW_DOWN_N] = {
  [TW_UP] = "up", [TW_DOWN_WAITING] = "waiting", [TW_DOWN_REPAIR] = "repair",
  [TW_DOWN_BY_HOST] = "by-host"};
static const char *const clock_words[TW_CLOCK_STATE_N] = {
  [TW_CLOCK_COUNTS] = "counts", [TW_CLOCK_DUE] = "due", [TW_CLOCK_REPAIR] = "repair"};
static const char *const off_words[TW_OFF_N] = {
  [TW_ON_SHIFT] = "on-shift", [TW_OFF_SHIFT] = "off-shift", [TW_OFF_BREAK] = "break"};
static const char *const crew_words[TW_CREW_STATE_N] = {
  [TW_CREW_NONE] = "none", [TW_CREW_THERE] = "there", [TW_CREW_WAITED_FOR] = "waited-for",
  [TW_CREW_WALKING] = "walking"};
static const char *const ahead_words[TW_AHEAD_STATE_N] = {
  [TW_AHEAD_NONE] = "none", [TW_AHEAD_WAITS] = "waits", [TW_AHEAD_RUNS] = "runs",
  [TW_AHEAD_DONE] = "done"};
static const char *const purpose_words[] = {
  [TW_ON_WORK] = "work", [TW_ON_TIMER] = "timer", [TW_ON_REPAIRED] = "repaired",
  [TW_ON_FAILURE] = "failure", [TW_ON_WARMUP] = "warmup", [TW_ON_WAKE] = "wake",
  [TW_ON_PLACE_SHIFT] = "shift", [TW_ON_POOL_SHIFT] = "shift", [TW_ON_FIGURES] = "figures",
  [TW_ON_AHEAD] = "ahead", [TW_ON_CAUSE] = "cause", [TW_ON_DELIVERY] = "delivery",
  [TW_ON_STEP] = "step", [TW_ON_LOCATED] = "located",
  [TW_ON_METER] = "meter",
  [TW_ON_OWN] = "own"};
// clang-format on

// A phase in which a kind's own rules hold the machine in a state.
static const char *hold_word(tw_arena *arena, int32_t state) {
  return tw_arena_print(arena, "hold-%s", tw_state_words[state]);
}

static const char *machine_name(tw_arena *arena, const tw_line *line, int32_t i) {
  const tw_machine_param *machine = &line->machine[i];
  return tw_arena_print(arena, "%s[%d]", line->place[machine->node_i].name,
                        (int)machine->number + 1);
}

static const char *exit_name(tw_arena *arena, const tw_line *line, int32_t i) {
  const tw_exit *exit = &line->graph.exit[i];
  const char *place = line->place[exit->node_i].name;
  return exit->name[0] == '\0' ? place : tw_arena_print(arena, "%s.%s", place, exit->name);
}

static const char *mode_name(tw_arena *arena, const tw_line *line, int32_t i) {
  return tw_arena_print(arena, "%s/%s", machine_name(arena, line, line->mode[i].machine_i),
                        line->mode[i].name);
}

// What an event is for; shifts begin in one class and end in another.
static const char *purpose_word(tw_arena *arena, const tw_line *line, int32_t i) {
  const int32_t purpose = line->slot[i].purpose;
  const int32_t n_word = (int32_t)(sizeof purpose_words / sizeof purpose_words[0]);
  if (purpose == TW_ON_PLACE_SHIFT || purpose == TW_ON_POOL_SHIFT)
    return line->slot_low[i] >> 56 == TW_CLASS_OPEN ? "opens" : "closes";
  return purpose >= 0 && purpose < n_word ? purpose_words[purpose]
                                          : tw_arena_print(arena, "event-%d", (int)purpose);
}

// Whose event it is: for some purposes the slot counts something else than machines.
static const char *slot_owner(tw_arena *arena, const tw_line *line, const tw_slot *slot) {
  const int32_t i = slot->machine_i;
  switch ((tw_purpose)slot->purpose) {
    case TW_ON_FAILURE: return mode_name(arena, line, i);
    case TW_ON_POOL_SHIFT: return line->pool[i].name;
    case TW_ON_AHEAD: return machine_name(arena, line, line->setup[i].machine_i);
    case TW_ON_CAUSE: return line->cause[i].name;
    case TW_ON_DELIVERY: return line->stock[i].name;
    case TW_ON_STEP:
    case TW_ON_LOCATED: return line->body[i].name;
    case TW_ON_OWN:
      return tw_arena_print(arena, "%s/%s", line->place[slot->node_i].name,
                            line->place[slot->node_i].kind->timers[i]);
    default: break;
  }
  if (slot->node_i == TW_NONE) return i == TW_NONE ? NULL : tw_arena_print(arena, "%d", (int)i);
  const tw_place *place = &line->place[slot->node_i];
  const int32_t number = i - place->first_machine;
  if (i == TW_NONE) return place->name;
  if (number >= 0 && number < place->n_machine) return machine_name(arena, line, i);
  return tw_arena_print(arena, "%s/%d", place->name, (int)i);
}

static const char *slot_name(tw_arena *arena, const tw_line *line, int32_t i) {
  const char *word = purpose_word(arena, line, i);
  const char *owner = slot_owner(arena, line, &line->slot[i]);
  return owner == NULL ? word : tw_arena_print(arena, "%s/%s", owner, word);
}

static const char *stream_name(tw_arena *arena, const tw_line *line, int32_t i) {
  const tw_site *site = &line->site[i];
  if (site->node_i == TW_NONE) return site->purpose;
  const char *owner = site->machine_i == TW_NONE ? line->place[site->node_i].name
                                                 : machine_name(arena, line, site->machine_i);
  return tw_arena_print(arena, "%s/%s", owner, site->purpose);
}

static const char *worker_name(tw_arena *arena, const tw_line *line, int32_t i) {
  const tw_pool *pool = &line->pool[line->worker[i].pool_i];
  return tw_arena_print(arena, "%s[%d]", pool->name, (int)(i - pool->first_worker) + 1);
}

// The machine that keeps durations drawn early in record i.
static const char *early_name(tw_arena *arena, const tw_line *line, int32_t i) {
  for (int32_t m = 0; m < line->n_machine; m++)
    if (line->machine[m].early_i == i) return machine_name(arena, line, m);
  return NULL;
}

// Who waits for people: a machine, or the steps ahead of a setup.
static const char *holder_name(tw_arena *arena, const tw_line *line, int32_t i) {
  if (i < line->n_machine) return machine_name(arena, line, i);
  const int32_t machine_i = line->setup[i - line->n_machine].machine_i;
  return tw_arena_print(arena, "%s/ahead", machine_name(arena, line, machine_i));
}

static const char *edge_name(tw_arena *arena, const tw_line *line, int32_t i) {
  const tw_edge *edge = &line->graph.edge[i];
  return tw_arena_print(arena, "%s>%s", exit_name(arena, line, edge->exit_i),
                        line->place[edge->to].name);
}

// A state, event or output of a model: "cnc[2]/tool.wear".
static const char *member_name(tw_arena *arena, const tw_line *line, tw_bound bound, int32_t i) {
  for (int32_t m = 0; m < line->n_member; m++) {
    const tw_member *member = &line->member[m];
    const tw_system *system = member->system;
    const char *machine =
        member->machine_i == TW_NONE ? "shared" : machine_name(arena, line, member->machine_i);
    const int32_t variable = i - member->first_variable, event = i - member->first_event;
    const int32_t output = i - member->first_output;
    if (bound == TW_OF_VARIABLE && variable >= 0 && variable < system->n_variable)
      return tw_arena_print(arena, "%s/%s", machine, system->variable[variable].name);
    if (bound == TW_OF_MODEL_EVENT && event >= 0 && event < system->n_event)
      return tw_arena_print(arena, "%s/%s", machine, system->event[event].name);
    if (bound == TW_OF_OUTPUT && output >= 0 && output < system->n_output)
      return tw_arena_print(arena, "%s/%s", machine, system->output[output].name);
  }
  return NULL;
}

// How many things of a class the line has, where they have names.
int32_t tw_bound_count(const tw_line *line, tw_bound bound) {
  switch (bound) {
    case TW_OF_PLACE: return line->n_place;
    case TW_OF_MACHINE: return line->n_machine;
    case TW_OF_MODE: return line->n_mode;
    case TW_OF_EXIT: return line->graph.n_exit;
    case TW_OF_PART_TYPE: return line->n_part_type;
    case TW_OF_STATE: return TW_N_STATE;
    case TW_OF_PHASE: return TW_PHASE_N;
    case TW_OF_DOWN: return TW_DOWN_N;
    case TW_OF_CLOCK_STATE: return TW_CLOCK_STATE_N;
    case TW_OF_SLOT: return line->n_slot;
    case TW_OF_STREAM: return line->n_site;
    case TW_OF_EDGE: return line->graph.n_edge;
    case TW_OF_WORKER: return line->n_worker;
    case TW_OF_OFF: return TW_OFF_N;
    case TW_OF_CREW: return TW_CREW_STATE_N;
    case TW_OF_AHEAD: return TW_AHEAD_STATE_N;
    case TW_OF_HOLDER: return line->n_machine + line->n_setup;
    case TW_OF_GROUP: return line->n_group;
    case TW_OF_POOL: return line->n_pool;
    case TW_OF_CAUSE: return line->n_cause;
    case TW_OF_STOCK: return line->n_stock;
    case TW_OF_SETUP: return line->n_setup;
    case TW_OF_EARLY: return line->n_early;
    case TW_OF_BODY: return line->n_body;
    case TW_OF_VARIABLE: return line->n_variable;
    case TW_OF_MODEL_EVENT: return line->n_model_event;
    case TW_OF_OUTPUT: return line->n_output;
    case TW_OF_TARIFF: return line->energy.n_tariff;
    case TW_OF_PART:
    case TW_BOOLEAN:
    case TW_ANY:
    case TW_NOT_NEGATIVE:
    case TW_OR_INFINITE:
    case TW_BOUND_N: break;
  }
  return 0;
}

static const char *make_name(tw_arena *arena, const tw_line *line, tw_bound bound, int32_t i) {
  switch (bound) {
    case TW_OF_PLACE: return line->place[i].name;
    case TW_OF_MACHINE: return machine_name(arena, line, i);
    case TW_OF_MODE: return mode_name(arena, line, i);
    case TW_OF_EXIT: return exit_name(arena, line, i);
    case TW_OF_PART_TYPE: return line->part_type[i].name;
    case TW_OF_STATE: return tw_state_words[i];
    case TW_OF_PHASE: return i < TW_HOLD ? phase_words[i] : hold_word(arena, i - TW_HOLD);
    case TW_OF_DOWN: return down_words[i];
    case TW_OF_CLOCK_STATE: return clock_words[i];
    case TW_OF_SLOT: return slot_name(arena, line, i);
    case TW_OF_STREAM: return stream_name(arena, line, i);
    case TW_OF_EDGE: return edge_name(arena, line, i);
    case TW_OF_WORKER: return worker_name(arena, line, i);
    case TW_OF_OFF: return off_words[i];
    case TW_OF_CREW: return crew_words[i];
    case TW_OF_AHEAD: return ahead_words[i];
    case TW_OF_HOLDER: return holder_name(arena, line, i);
    case TW_OF_GROUP: return line->group[i].name;
    case TW_OF_POOL: return line->pool[i].name;
    case TW_OF_CAUSE: return line->cause[i].name;
    case TW_OF_STOCK: return line->stock[i].name;
    case TW_OF_SETUP: return machine_name(arena, line, line->setup[i].machine_i);
    case TW_OF_EARLY: return early_name(arena, line, i);
    case TW_OF_BODY: return line->body[i].name;
    case TW_OF_VARIABLE:
    case TW_OF_MODEL_EVENT:
    case TW_OF_OUTPUT: return member_name(arena, line, bound, i);
    case TW_OF_TARIFF: return line->energy.tariff[i].name;
    default: return NULL;
  }
}

// Two things of one name are told apart by their order, "cnc[1]/time#2".
static bool number_twins(tw_name_book *book, tw_bound bound, const char **name, int32_t n) {
  tw_index *index = &book->of[bound];
  if (!tw_index_build(index, name, n, &book->arena)) return false;
  int32_t n_twin = 0;
  for (int32_t i = 1, k = 1; i < n; i++) {
    k = strcmp(index->at[i].name, index->at[i - 1].name) == 0 ? k + 1 : 1;
    if (k == 1) continue;
    name[index->at[i].i] = tw_arena_print(&book->arena, "%s#%d", index->at[i].name, (int)k);
    if (name[index->at[i].i] == NULL) return false;
    n_twin++;
  }
  return n_twin == 0 || tw_index_build(index, name, n, &book->arena);
}

bool tw_name_book_open(tw_name_book *book, const tw_line *line) {
  *book = (tw_name_book){.line = line};
  tw_arena_init_with(&book->arena, tw_line_memory(line));
  for (int32_t b = 0; b < TW_BOUND_N; b++) {
    const int32_t n = tw_bound_count(line, (tw_bound)b);
    if (n == 0) continue;
    const char **name = tw_arena_take_array(&book->arena, (size_t)n, sizeof *name);
    if (name == NULL) return false;
    for (int32_t i = 0; i < n; i++) {
      name[i] = make_name(&book->arena, line, (tw_bound)b, i);
      if (name[i] == NULL) name[i] = tw_arena_print(&book->arena, "%d", (int)i);
      if (name[i] == NULL) return false;
    }
    if (!number_twins(book, (tw_bound)b, name, n)) return false;
  }
  return true;
}

void tw_name_book_close(tw_name_book *book) { tw_arena_free(&book->arena); }

const char *tw_name_of(const tw_name_book *book, tw_bound bound, int64_t i) {
  const tw_index *index = &book->of[bound];
  return i >= 0 && i < index->n ? index->names[i] : NULL;
}

int32_t tw_name_find(const tw_name_book *book, tw_bound bound, const char *name) {
  return book->of[bound].n > 0 ? tw_index_find(&book->of[bound], name) : TW_NONE;
}

const tw_kind *tw_section_kind(const tw_line *line, int32_t section) {
  if (section < line->first_kind_section) return NULL;
  for (int32_t k = 0; k < line->n_kind; k++)
    if (line->kind[k]->state == line->layout.table[section] ||
        line->kind[k]->machine_state == line->layout.table[section])
      return line->kind[k];
  return NULL;
}

// Are the records of a kind's section of its machines, not of its places?
static bool is_of_machines(const tw_kind *kind, const tw_line *line, int32_t section) {
  return kind->machine_state == line->layout.table[section];
}

// Number of a machine among those of its kind.
static int32_t number_of_machine(const tw_line *line, const tw_kind *kind, int32_t machine_i) {
  int32_t n = 0;
  TW_ASSERT(kind->machine_state != NULL);
  for (int32_t p = 0; p < line->n_place; p++) {
    const tw_place *place = &line->place[p];
    if (place->kind != kind) continue;
    const int32_t number = machine_i - place->first_machine;
    if (number >= 0 && number < place->n_machine) return n + number;
    n += place->n_machine;
  }
  return TW_NONE;
}

// And the machine of a number.
static int32_t machine_of_number(const tw_line *line, const tw_kind *kind, int32_t number) {
  for (int32_t p = 0; p < line->n_place; p++) {
    const tw_place *place = &line->place[p];
    if (place->kind != kind) continue;
    if (number < place->n_machine) return place->first_machine + number;
    number -= place->n_machine;
  }
  return TW_NONE;
}

tw_bound tw_section_owner(const tw_line *line, int32_t section) {
  static const struct {
    const char *word;
    tw_bound bound;
  } owners[] = {{"place", TW_OF_PLACE},   {"machine", TW_OF_MACHINE},     {"mode", TW_OF_MODE},
                {"stream", TW_OF_STREAM}, {"edge", TW_OF_EDGE},           {"worker", TW_OF_WORKER},
                {"exit", TW_OF_EXIT},     {"part_type", TW_OF_PART_TYPE}, {"slot", TW_OF_SLOT},
                {"pool", TW_OF_POOL},     {"setup", TW_OF_SETUP},         {"early", TW_OF_EARLY},
                {"cause", TW_OF_CAUSE},   {"stock", TW_OF_STOCK},         {"wait", TW_OF_HOLDER},
                {"group", TW_OF_GROUP},   {"duty", TW_OF_MACHINE},        {"stop", TW_OF_PLACE},
                {"body", TW_OF_BODY},     {"variable", TW_OF_VARIABLE},   {"model_event", TW_OF_MODEL_EVENT},
                {"output", TW_OF_OUTPUT},
                {"tariff", TW_OF_TARIFF}};
  const tw_kind *kind = tw_section_kind(line, section);
  if (kind != NULL) return is_of_machines(kind, line, section) ? TW_OF_MACHINE : TW_OF_PLACE;
  const char *name = line->layout.table[section]->name;
  for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
    const size_t n = strlen(owners[i].word);
    const bool is_word =
        strncmp(name, owners[i].word, n) == 0 && (name[n] == '\0' || name[n] == '_');
    const bool is_each = line->layout.count[section] == (uint32_t)tw_bound_count(line, owners[i].bound);
    if (is_word && is_each) return owners[i].bound;
  }
  return TW_ANY;
}

int32_t tw_record_owner(const tw_line *line, int32_t section, int32_t i) {
  const tw_kind *kind = tw_section_kind(line, section);
  if (kind == NULL) return i;
  if (is_of_machines(kind, line, section)) return machine_of_number(line, kind, i);
  for (int32_t p = 0; p < line->n_place; p++)
    if (line->place[p].kind == kind && line->place[p].kind_i == i) return p;
  return TW_NONE;
}

int32_t tw_owner_record(const tw_line *line, int32_t section, int32_t owner) {
  const tw_kind *kind = tw_section_kind(line, section);
  if (kind == NULL) return owner;
  if (is_of_machines(kind, line, section)) return number_of_machine(line, kind, owner);
  return line->place[owner].kind == kind ? line->place[owner].kind_i : TW_NONE;
}

bool tw_is_recounted(const tw_line *line, int32_t section, const tw_state_field *field) {
  if (field->role != TW_DERIVED) return false;
  const tw_kind *kind = section < line->layout.n_section ? tw_section_kind(line, section) : NULL;
  return kind == NULL || kind->recount != NULL;
}

const char *tw_section_name(const tw_line *line, int32_t section, char buffer[TW_SECTION_NAME]) {
  const char *name = line->layout.table[section]->name;
  int32_t k = 1;
  for (int32_t s = 0; s < section; s++)
    k += line->layout.count[s] > 0 && strcmp(line->layout.table[s]->name, name) == 0;
  if (k == 1) return name;
  snprintf(buffer, TW_SECTION_NAME, "%s#%d", name, (int)k);
  return buffer;
}

bool tw_section_is_written(const tw_line *line, int32_t section) {
  const tw_state_table *table = line->layout.table[section];
  for (int32_t f = 0; f < table->n_field; f++)
    if (!tw_is_recounted(line, section, &table->field[f])) return line->layout.count[section] > 0;
  return false;
}
