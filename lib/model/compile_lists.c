// compile_lists.c - the lists of a line that grow while it is compiled: machines, ways to go down, draw sites, event
// slots, wishes. Arrays grow in the line's arena; indices stay.

#include <string.h>

#include "base/hash.h"
#include "core/agenda.h"
#include "model/compile_inner.h"

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
    // memory that is short is noted by the arena
    const char *name =
        tw_arena_print(&line->arena, "%s[%d]", line->place[node_i].name, (int)k + 1);
    const int32_t work = tw_compile_slot(compiler, node_i, i, TW_CLASS_COMPLETION, TW_ON_WORK_SLOT);
    const int32_t repair =
        tw_compile_slot(compiler, node_i, i, TW_CLASS_REPAIRED, TW_ON_REPAIRED_SLOT);
    line->machine[i] = (tw_machine_param){
        .node_i = node_i,
        .number = k,
        .name = name,
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
