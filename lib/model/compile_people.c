// compile_people.c - people, resources and spare parts of the compiled line: pools become persons, words
// of needs become groups of them.

#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "model/compile_inner.h"

// A table of ways is as large as the square of the first; lists of who can do what are at most as large
// as the product of the others.

// Adds everyone who can do a thing to its group, fewest skills first, then in file order.
static void fill_group(tw_compiler *compiler, tw_group *group, const int32_t *member, int32_t n) {
  const tw_line *line = compiler->line;
  int32_t *order = tw_arena_take_array(&compiler->line->arena, (size_t)n + 1, sizeof *order);
  if (order == NULL) return;
  for (int32_t i = 0; i < n; i++) {
    int32_t k = i;
    for (; k > 0 && line->worker[order[k - 1]].n_skill > line->worker[member[i]].n_skill; k--)
      order[k] = order[k - 1];
    order[k] = member[i];
  }
  group->worker = order;
  group->n_worker = n;
}

static bool has_skill(const tw_worker_def *def, const char *skill) {
  for (int32_t i = 0; i < def->skills.n; i++)
    if (strcmp(def->skills.at[i].name, skill) == 0) return true;
  return false;
}

// The people of one skill, or the pieces of one resource, as a group.
static void add_group(tw_compiler *compiler, tw_group *groups, const char *name, int32_t pool_only,
                      int32_t *scratch) {
  tw_line *line = compiler->line;
  const tw_worker_def *workers = line->doc.workers.at;
  int32_t n = 0;
  for (int32_t p = 0; p < line->n_pool; p++) {
    const tw_pool *pool = &line->pool[p];
    const bool belongs = pool_only != TW_NONE ? p == pool_only
                                              : !pool->is_resource && has_skill(&workers[p], name);
    for (int32_t i = 0; belongs && i < pool->n_worker; i++) scratch[n++] = pool->first_worker + i;
  }
  groups[line->n_group].name = name;
  fill_group(compiler, &groups[line->n_group], scratch, n);
  line->n_group++;
}

// When the people of a pool are there. A resource has a calendar only when it names one.
static void compile_hours(tw_compiler *compiler, tw_pool *pool, const tw_worker_def *crew,
                          const tw_resource_def *resource) {
  const tw_defaults_def *defaults = &compiler->line->doc.defaults;
  pool->calendar_i = pool->open_slot = pool->close_slot = TW_NONE;
  if (crew == NULL) {
    if (resource->calendar.name != NULL)
      pool->calendar_i = tw_compile_calendar(compiler, &resource->calendar);
    return;
  }
  const bool has_end = tw_node_member(crew->def.node, "on_shift_end") != NULL;
  pool->calendar_i = tw_compile_calendar(compiler, &crew->calendar);
  pool->shift_end = has_end ? crew->shift_end : defaults->shift_end;
  pool->call_at = (int32_t)crew->call.at;
  pool->call_until = (int32_t)crew->call.until;
  pool->walk_us = crew->walk.has_walk ? tw_ticks(crew->walk.walk_s) : 0;
  if (pool->shift_end == TW_END_NO_START && pool->calendar_i != TW_NONE)
    compiler->line->draws_ahead = true;
  if (pool->call_at > 0 && pool->call_until >= pool->call_at)
    tw_compile_problem(compiler, tw_node_member(crew->def.node, "call"), "E-RANGE",
                       "{\"at\": 2, \"until\": 0}", "they would go as soon as they come");
}

static bool has_too_many(tw_compiler *compiler, int64_t n_worker) {
  const tw_node *root = compiler->line->doc.root;
  const tw_node *workers = tw_node_member(root, "workers");
  if (n_worker > TW_PEOPLE_MAX)
    tw_compile_problem(compiler, workers != NULL ? workers : tw_node_member(root, "resources"),
                       "E-RANGE", "a resource that is never short need not be named",
                       "%lld people and things in all; at most %d are possible", (long long)n_worker,
                       (int)TW_PEOPLE_MAX);
  return n_worker > TW_PEOPLE_MAX;
}

// One more skill or resource, when there is room for it.
static bool has_room(tw_compiler *compiler, const tw_node *node) {
  if (compiler->line->n_group < TW_GROUPS_MAX) return true;
  tw_compile_problem(compiler, node, "E-RANGE", "only skills that something needs must be named",
                     "a line has at most %d skills and resources", (int)TW_GROUPS_MAX);
  return false;
}

void tw_compile_people(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const tw_worker_def *workers = line->doc.workers.at;
  const tw_resource_def *resources = line->doc.resources.at;
  const int32_t n_crew = line->doc.workers.n, n_resource = line->doc.resources.n;
  int64_t n_worker = 0, n_group = n_resource;
  for (int32_t i = 0; i < n_crew; i++) {
    n_worker += workers[i].count;
    n_group += workers[i].skills.n;
  }
  for (int32_t i = 0; i < n_resource; i++) n_worker += resources[i].count;
  if (has_too_many(compiler, n_worker)) return;
  tw_pool *pool = tw_arena_take_array(&line->arena, (size_t)(n_crew + n_resource), sizeof *pool);
  tw_worker *worker = tw_arena_take_array(&line->arena, (size_t)n_worker, sizeof *worker);
  tw_group *group = tw_arena_take_array(&line->arena, (size_t)n_group, sizeof *group);
  int32_t *scratch = tw_arena_take_array(&line->arena, (size_t)n_worker + 1, sizeof *scratch);
  if (line->arena.is_out_of_memory) return;
  for (int32_t i = 0; i < n_crew + n_resource; i++) {
    const bool is_resource = i >= n_crew;
    const int64_t count = is_resource ? resources[i - n_crew].count : workers[i].count;
    pool[i] = (tw_pool){
        .name = is_resource ? resources[i - n_crew].def.name : workers[i].def.name,
        .first_worker = line->n_worker,
        .n_worker = (int32_t)count,
        .is_resource = is_resource};
    compile_hours(compiler, &pool[i], is_resource ? NULL : &workers[i],
                  is_resource ? &resources[i - n_crew] : NULL);
    for (int64_t k = 0; k < count; k++)
      worker[line->n_worker++] =
          (tw_worker){.pool_i = i, .n_skill = is_resource ? 1 : workers[i].skills.n};
  }
  line->pool = pool;
  line->worker = worker;
  line->group = group;
  line->n_pool = n_crew + n_resource;
  for (int32_t i = 0; i < n_crew; i++)
    for (int32_t k = 0; k < workers[i].skills.n; k++) {
      bool is_known = false;
      for (int32_t g = 0; g < line->n_group; g++)
        is_known = is_known || strcmp(group[g].name, workers[i].skills.at[k].name) == 0;
      const tw_name *skill = &workers[i].skills.at[k];
      if (is_known) continue;
      if (!has_room(compiler, skill->node)) return;
      add_group(compiler, group, skill->name, TW_NONE, scratch);
    }
  for (int32_t i = n_crew; i < line->n_pool; i++) {
    for (int32_t g = 0; g < line->n_group; g++)
      if (strcmp(group[g].name, pool[i].name) == 0)
        tw_compile_problem(compiler, resources[i - n_crew].def.node, "E-KEY",
                           "choose another name for one of them",
                           "'%s' is a skill too: what would \"needs\": [\"%s\"] mean?", pool[i].name,
                           pool[i].name);
    if (!has_room(compiler, resources[i - n_crew].def.node)) return;
    add_group(compiler, group, pool[i].name, i, scratch);
  }
}

// What to do about a name that is no skill: workers are asked for by what they can, not by their name.
static const char *hint_of_need(tw_compiler *compiler, const char *name, const char *const *names,
                                int32_t n) {
  tw_line *line = compiler->line;
  for (int32_t i = 0; i < line->n_pool; i++)
    if (strcmp(line->pool[i].name, name) == 0)
      return tw_arena_print(&line->arena,
                            "\"needs\" names skills: give the workers '%s' \"skills\": [\"%s\"]",
                            name, name);
  const char *nearest = tw_text_nearest(name, names, (size_t)n);
  if (nearest == NULL) return "skills stand in \"workers\", other things in \"resources\"";
  return tw_arena_print(&line->arena, "did you mean '%s'?", nearest);
}

// One need: its group, and whether there are so many at all.
static bool resolve_need(tw_compiler *compiler, const tw_need *need, tw_demand *demand) {
  const tw_line *line = compiler->line;
  const char *names[256];
  int32_t n = 0;
  for (int32_t g = 0; g < line->n_group; g++) {
    if (n < 256) names[n++] = line->group[g].name;
    if (strcmp(line->group[g].name, need->what.name) != 0) continue;
    *demand = (tw_demand){.group_i = g, .count = (int32_t)need->count};
    if (need->count <= line->group[g].n_worker) return true;
    tw_compile_problem(compiler, need->what.node, "E-RANGE", NULL,
                       "%d x '%s' are needed at a time, but there are only %d: this would wait for "
                       "ever",
                       (int)need->count, need->what.name, (int)line->group[g].n_worker);
    return false;
  }
  if (line->n_group >= TW_GROUPS_MAX) return false;  // it may be one that there was no room for
  if (tw_compile_lacks(compiler, "workers") || tw_compile_lacks(compiler, "resources")) return false;
  tw_compile_problem(compiler, need->what.node, "E-REF",
                     hint_of_need(compiler, need->what.name, names, n),
                     "nobody can '%s' and no resource has this name", need->what.name);
  return false;
}

// People of small groups for one task, being found: needs that everybody else can serve are left out.
typedef struct staffing {
  const tw_line *line;
  const tw_demand *demand;
  int32_t n_taken;
  int32_t worker[TW_DEMANDS_MAX];  // [n_taken] and the demand that each serves
  int32_t demand_i[TW_DEMANDS_MAX];
  bool is_tried[TW_DEMANDS_MAX];   // of the taken, in the present search
} staffing;

// Finds one more person for a demand, who may be taken from another demand that finds a third.
static bool find_person(staffing *at, int32_t demand_i) {
  const tw_group *group = &at->line->group[at->demand[demand_i].group_i];
  for (int32_t i = 0; i < group->n_worker; i++) {
    int32_t k = 0;
    while (k < at->n_taken && at->worker[k] != group->worker[i]) k++;
    if (k < at->n_taken && at->is_tried[k]) continue;
    if (k < at->n_taken) {
      at->is_tried[k] = true;
      if (!find_person(at, at->demand_i[k])) continue;
    } else {
      TW_ASSERT(at->n_taken < TW_DEMANDS_MAX);
      at->worker[at->n_taken++] = group->worker[i];
    }
    at->demand_i[k] = demand_i;
    return true;
  }
  return false;
}

// The first demand for which nobody is left when all work at the same time; TW_NONE: there are enough.
static int32_t find_short(const tw_line *line, const tw_demand *demand, int32_t n, int32_t n_in_all) {
  staffing at = {.line = line, .demand = demand};
  for (int32_t i = 0; i < n; i++) {
    if (line->group[demand[i].group_i].n_worker >= n_in_all) continue;
    for (int32_t k = 0; k < demand[i].count; k++) {
      memset(at.is_tried, 0, sizeof at.is_tried);
      if (!find_person(&at, i)) return i;
    }
  }
  return TW_NONE;
}

tw_demands tw_compile_needs(tw_compiler *compiler, const tw_needs *needs) {
  const bool has_people = compiler->line->doc.workers.n + compiler->line->doc.resources.n > 0;
  if (needs->n == 0 || (has_people && compiler->line->n_pool == 0)) return (tw_demands){0};
  tw_demand *demand =
      tw_arena_take_array(&compiler->line->arena, (size_t)needs->n, sizeof *demand);
  if (demand == NULL) return (tw_demands){0};
  int32_t n = 0;
  int64_t n_in_all = 0;
  for (int32_t i = 0; i < needs->n; i++) {
    n += resolve_need(compiler, &needs->at[i], &demand[n]);
    n_in_all += needs->at[i].count;
  }
  if (n_in_all > TW_DEMANDS_MAX)
    tw_compile_problem(compiler, needs->at[0].what.node, "E-RANGE", NULL,
                       "a task needs %lld people and things at a time; at most %d are possible",
                       (long long)n_in_all, (int)TW_DEMANDS_MAX);
  if (n < needs->n || n_in_all > TW_DEMANDS_MAX) return (tw_demands){.n = n, .at = demand};
  const int32_t short_i = find_short(compiler->line, demand, n, (int32_t)n_in_all);
  if (short_i != TW_NONE)
    tw_compile_problem(compiler, needs->at[short_i].what.node, "E-RANGE",
                       "one person serves one need at a time",
                       "there are not so many people that all of this can be had at a time, '%s' with "
                       "the rest: this would wait for ever",
                       needs->at[short_i].what.name);
  return (tw_demands){.n = n, .at = demand};
}

// A way leads from station to station: people stand where machines are.
static int32_t compile_way_end(tw_compiler *compiler, const tw_node *node) {
  const tw_name name = {.name = node->key, .node = node};
  const int32_t i = tw_compile_place(compiler, &name);
  if (i == TW_NONE || strcmp(compiler->line->place[i].kind->section, "stations") == 0) return i;
  const tw_node at = tw_node_name(node);
  tw_compile_problem(compiler, &at, "E-REF", "ways lead from station to station",
                     "'%s' is no station", node->key);
  return TW_NONE;
}

// One row of a table of ways, {"cnc": "40 s", "other": "50 s"}.
static void compile_ways_from(tw_compiler *compiler, int32_t from, const tw_node *row,
                              int64_t *walk_us) {
  const tw_line *line = compiler->line;
  int64_t *of_row = walk_us + (size_t)from * (size_t)line->n_place;
  const tw_node *other = tw_node_member(row, "other");
  double walk_s = 0;
  if (other != NULL && !tw_walk_parse(other, compiler->reader, &walk_s)) compiler->is_bad = true;
  for (int32_t i = 0; other != NULL && i < line->n_place; i++) of_row[i] = tw_ticks(walk_s);
  for (const tw_node *item = row->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key) || item == other) continue;
    const int32_t to = compile_way_end(compiler, item);
    if (!tw_walk_parse(item, compiler->reader, &walk_s)) compiler->is_bad = true;
    else if (to != TW_NONE) of_row[to] = tw_ticks(walk_s);
  }
}

// Ways between stations by name; what the table does not name takes the time of "other".
static void compile_ways(tw_compiler *compiler, tw_pool *pool, const tw_walk_def *walk) {
  tw_line *line = compiler->line;
  if (walk->node == NULL || walk->node->type != TW_NODE_OBJECT) return;
  const size_t n = (size_t)line->n_place * (size_t)line->n_place;
  if (line->n_place > TW_WAYS_PLACES_MAX) {
    tw_compile_problem(compiler, walk->node, "E-RANGE", "\"walk\": \"30 s\"",
                       "a table of ways is for a line of at most %d places; this one has %d",
                       (int)TW_WAYS_PLACES_MAX, (int)line->n_place);
    return;
  }
  int64_t *walk_us = tw_arena_take_array(&line->arena, n, sizeof *walk_us);
  if (walk_us == NULL) return;
  for (size_t i = 0; i < n; i++) walk_us[i] = pool->walk_us;
  for (const tw_node *row = walk->node->first; row != NULL; row = row->next) {
    if (tw_key_is_free(row->key) || strcmp(row->key, "other") == 0) continue;
    const int32_t from = compile_way_end(compiler, row);
    if (from == TW_NONE) continue;
    if (row->type == TW_NODE_OBJECT) {
      compile_ways_from(compiler, from, row, walk_us);
    } else {
      tw_reader_wrong_type(compiler->reader, row, "an object of ways from here", "{\"cnc\": \"40 s\"}");
      compiler->is_bad = true;
    }
  }
  pool->walk_from_to = walk_us;
}

void tw_compile_pools(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const tw_worker_def *workers = line->doc.workers.at;
  for (int32_t i = 0; i < line->n_pool; i++) {
    tw_pool *pool = &line->pool[i];
    if (!pool->is_resource) compile_ways(compiler, pool, &workers[i].walk);
    if (pool->calendar_i == TW_NONE) continue;
    pool->open_slot = tw_compile_slot(compiler, TW_NONE, i, TW_CLASS_OPEN, TW_ON_POOL_SHIFT_SLOT);
    pool->close_slot = tw_compile_slot(compiler, TW_NONE, i, TW_CLASS_CLOSE, TW_ON_POOL_SHIFT_SLOT);
  }
}

void tw_compile_stocks(tw_compiler *compiler) {
  tw_line *line = compiler->line;
  const tw_part_def *parts = line->doc.parts.at;
  tw_stock *stock =
      tw_arena_take_array(&line->arena, (size_t)line->doc.parts.n + 1, sizeof *stock);
  if (stock == NULL) return;
  for (int32_t i = 0; i < line->doc.parts.n; i++) {
    const tw_supply_def *supply = &parts[i].supply;
    if (supply->node == NULL) continue;
    tw_stock *own = &stock[line->n_stock];
    *own = (tw_stock){.name = parts[i].def.name,
                      .is_unlimited = supply->is_unlimited,
                      .n_at_start = supply->stock,
                      .n_per_delivery = supply->batch,
                      .every_site = TW_NONE,
                      .slot = TW_NONE};
    if (supply->every.node != NULL) {
      own->every_site = tw_compile_site_of(compiler, own->name, "supply", &supply->every);
      own->slot = tw_compile_slot(compiler, TW_NONE, line->n_stock, TW_CLASS_RELEASE,
                                  TW_ON_DELIVERY_SLOT);
    }
    line->n_stock++;
  }
  line->stock = stock;
}

int32_t tw_compile_stock(tw_compiler *compiler, const tw_name *name) {
  const tw_line *line = compiler->line;
  for (int32_t i = 0; i < line->n_stock; i++)
    if (strcmp(line->stock[i].name, name->name) == 0) return i;
  if (tw_compile_part_type(compiler, name) == TW_NONE) return TW_NONE;
  if (tw_compile_lacks(compiler, "parts")) return TW_NONE;
  const tw_node at = tw_name_place(name);
  tw_compile_problem(compiler, &at, "E-REF", "\"supply\": {\"stock\": 4}",
                     "part '%s' has no \"supply\" to take it from", name->name);
  return TW_NONE;
}
