// scenario.c - scenarios out of a tree: names, money, and every combination of sweeps and cases.

#include "study/scenario.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/problems.h"
#include "io/json.h"
#include "io/line_in.h"
#include "study/scenario_change.h"

enum { VALUE_SHOWN = 40 };

// A scenario that is being put together.
typedef struct maker {
  tw_arena *arena;
  tw_scenario *to;
  tw_change *change;
  tw_text name;
} maker;

static bool is_pointer(const tw_node *item) { return item->key != NULL && item->key[0] == '/'; }

static int32_t count_pointers(const tw_node *object) {
  int32_t n = 0;
  for (const tw_node *item = object != NULL ? object->first : NULL; item != NULL; item = item->next)
    n += is_pointer(item);
  return n;
}

// The last two steps of a pointer and the value, "b2/capacity=20".
static void name_change(maker *in, const tw_change *change) {
  const char *at = change->pointer + strlen(change->pointer);
  for (int n = 0; at > change->pointer && n < 2;) n += *--at == '/';
  tw_text_add(&in->name, in->name.n > 0 ? ", " : "");
  tw_text_add(&in->name, *at == '/' ? at + 1 : at);
  tw_text_add(&in->name, "=");
  const tw_node *value = change->value;
  if (value->type == TW_NODE_TEXT) {
    tw_text_add(&in->name, value->text);
    return;
  }
  const size_t n_before = in->name.n;
  tw_node_dump(value, 0, &in->name);
  if (in->name.is_out_of_memory || in->name.n <= n_before + VALUE_SHOWN) return;
  tw_text_cut(&in->name, n_before);
  tw_text_add(&in->name, value->type == TW_NODE_LIST ? "[...]" : "{...}");
}

static void add_change(maker *in, const char *pointer, const tw_node *value, bool is_named) {
  tw_change *change = &in->change[in->to->n_change++];
  *change = (tw_change){pointer, value};
  if (is_named) name_change(in, change);
}

// Takes what an object of a scenario says: pointers, about, invest.
static void take_object(maker *in, const tw_node *object, bool is_named) {
  for (const tw_node *item = object->first; item != NULL; item = item->next) {
    if (is_pointer(item)) add_change(in, item->key, item, is_named);
    if (strcmp(item->key, "about") == 0 && item->type == TW_NODE_TEXT)
      in->to->about = tw_arena_text(in->arena, item->text);
    tw_dim dim;
    if (strcmp(item->key, "invest") == 0 && item->type == TW_NODE_TEXT)
      (void)tw_quantity_read(item->text, &in->to->invest, &dim);
  }
}

// Number `i` of a list.
static const tw_node *child_at(const tw_node *list, int32_t i) {
  const tw_node *child = list->first;
  while (i-- > 0) child = child->next;
  TW_ASSERT(child != NULL);
  return child;
}

// Puts together combination `way` of a scenario. Of the sweep's pointers the last one runs fastest,
// cases run faster still.
static void make_scenario(maker *in, const tw_node *scenario, int32_t way) {
  const tw_node *sweep = tw_node_member(scenario, "sweep");
  const tw_node *cases = tw_node_member(scenario, "cases");
  const int32_t n_case = cases != NULL ? cases->n_child : 1;
  const tw_node *one = cases != NULL ? child_at(cases, way % n_case) : NULL;
  const int32_t n = count_pointers(scenario) + count_pointers(sweep) + count_pointers(one);
  *in->to = (tw_scenario){
      .group = tw_arena_text(in->arena, scenario->key), .about = "", .invest = (double)NAN};
  in->to->change = in->change = tw_arena_take_array(in->arena, (size_t)n + 1, sizeof *in->change);
  if (in->change == NULL) return;
  take_object(in, scenario, false);
  int32_t rest = way / n_case, n_left = tw_scenario_ways(scenario) / n_case;
  for (const tw_node *item = sweep != NULL ? sweep->first : NULL; item != NULL; item = item->next) {
    if (!is_pointer(item)) continue;
    n_left /= item->n_child;
    add_change(in, item->key, child_at(item, rest / n_left), true);
    rest %= n_left;
  }
  if (one != NULL) take_object(in, one, true);
  TW_ASSERT(in->to->n_change == n);
  in->to->name = in->to->group;
  if (in->name.n > 0)
    in->to->name = tw_arena_print(in->arena, "%s: %s", in->to->group, in->name.at);
}

static twin_status list_scenarios(tw_scenarios *scenarios, const tw_node *section) {
  int32_t n_most = 0;
  for (const tw_node *item = section != NULL ? section->first : NULL; item != NULL;
       item = item->next)
    if (!tw_key_is_free(item->key)) n_most += tw_scenario_ways(item);
  TW_ASSERT(n_most <= TW_SCENARIOS_MAX);
  tw_scenario *all = tw_arena_take_array(&scenarios->arena, (size_t)n_most + 1, sizeof *all);
  maker in = {.arena = &scenarios->arena, .name = {.memory = &scenarios->arena.memory}};
  for (const tw_node *item = n_most > 0 ? section->first : NULL; item != NULL && all != NULL;
       item = item->next) {
    const int32_t n = tw_key_is_free(item->key) ? 0 : tw_scenario_ways(item);
    for (int32_t way = 0; way < n && !scenarios->arena.is_out_of_memory; way++) {
      in.to = &all[scenarios->n++];
      tw_text_clear(&in.name);
      make_scenario(&in, item, way);
    }
  }
  if (in.name.is_out_of_memory) scenarios->arena.is_out_of_memory = true;
  tw_text_free(&in.name);
  scenarios->at = all;
  return scenarios->arena.is_out_of_memory ? TWIN_ERR_MEMORY : TWIN_OK;
}

static void set_file(tw_node *node, const char *file) {
  node->file = file;
  for (tw_node *child = node->first; child != NULL; child = child->next) set_file(child, file);
}

// Reads the text of a host. NULL: a problem says what is wrong, or memory is short.
static tw_node *read_text(tw_arena *arena, const char *text, size_t n_bytes,
                          twin_problems *problems) {
  static const char file[] = "scenarios";
  tw_node *root = tw_json_read(text, n_bytes, file, arena, problems);
  if (root == NULL) return NULL;
  set_file(root, file);
  const tw_reader reader = {.file = file, .arena = arena, .problems = problems};
  if (root->type == TW_NODE_OBJECT) return tw_scenarios_check(root, &reader, true) ? root : NULL;
  tw_reader_wrong_type(&reader, root, "an object of scenarios by name",
                       "{\"third-cnc\": {\"/stations/cnc/machines\": 3}}");
  return NULL;
}

twin_status tw_scenarios_read(tw_scenarios *scenarios, tw_line *line, const char *text,
                              size_t n_bytes, twin_problems *problems) {
  *scenarios = (tw_scenarios){.line = tw_line_ref(line)};
  tw_arena_init_with(&scenarios->arena, tw_line_memory(line));
  const tw_node *section = line->doc.scenarios;
  // Checks answer through the list of problems, so there has to be one.
  twin_problems *own = problems == NULL ? tw_problems_new(tw_line_memory(line)) : NULL;
  twin_status status = TWIN_OK;
  if (text != NULL) {
    section = read_text(&scenarios->arena, text, n_bytes, problems != NULL ? problems : own);
    if (section == NULL)
      status = scenarios->arena.is_out_of_memory ? TWIN_ERR_MEMORY : TWIN_ERR_LINE;
  }
  twin_problems_free(own);
  if (status == TWIN_OK) status = list_scenarios(scenarios, section);
  if (status != TWIN_OK) tw_scenarios_free(scenarios);
  return status;
}

void tw_scenarios_free(tw_scenarios *scenarios) {
  if (scenarios->line == NULL) return;
  tw_arena_free(&scenarios->arena);
  tw_line_unref(scenarios->line);
  *scenarios = (tw_scenarios){.n = 0};
}

twin_status tw_scenarios_refuse(const tw_scenarios *scenarios, const char *name,
                                twin_problems *problems) {
  const tw_memory *memory = tw_line_memory(scenarios->line);
  const size_t n = (size_t)scenarios->n;
  const char **names = tw_memory_take(memory, (n + 1) * sizeof *names);
  if (names == NULL) return TWIN_ERR_MEMORY;
  for (size_t i = 0; i < n; i++) names[i] = scenarios->at[i].name;
  const char *nearest = name != NULL ? tw_text_nearest(name, names, n) : NULL;
  const tw_problem_text where = {.status = TWIN_ERR_NOT_FOUND, .code = "E-REF", .wanted = nearest};
  if (n == 0)
    tw_problems_add(problems, &where, "the line has no scenarios");
  else if (name == NULL)
    tw_problems_add(problems, &where, "there are %d scenarios; name one", (int)n);
  else if (nearest != NULL)
    tw_problems_add(problems, &where, "there is no scenario \"%s\"; one is \"%s\"", name, nearest);
  else
    tw_problems_add(problems, &where, "there is no scenario \"%s\"", name);
  tw_memory_free(memory, names);
  return TWIN_ERR_NOT_FOUND;
}

twin_status tw_scenarios_find(const tw_scenarios *scenarios, const char *name, int32_t *i,
                              twin_problems *problems) {
  *i = 0;
  if (name == NULL && scenarios->n == 1) return TWIN_OK;
  for (; name != NULL && *i < scenarios->n; ++*i)
    if (strcmp(scenarios->at[*i].name, name) == 0) return TWIN_OK;
  return tw_scenarios_refuse(scenarios, name, problems);
}

twin_status tw_scenario_line(tw_line **line, const tw_scenarios *scenarios, int32_t i,
                             twin_problems *problems) {
  TW_ASSERT(i >= 0 && i < scenarios->n);
  const tw_line *base = scenarios->line;
  const tw_scenario *scenario = &scenarios->at[i];
  if (base->source.text == NULL)
    return tw_fail(problems, TWIN_ERR_UNSUPPORTED, "a line without a text has no scenarios");
  twin_problems *own = tw_problems_new(tw_line_memory(base));
  if (own == NULL) return TWIN_ERR_MEMORY;
  tw_changing changing = {.base = base, .n = scenario->n_change, .change = scenario->change};
  const tw_line_text from = {.text = base->source.text,
                             .n_bytes = base->source.n_bytes,
                             .file = base->doc.file,
                             .folder = base->source.folder,
                             .kinds = base->source.kinds,
                             .change = tw_changes_make,
                             .self = &changing};
  const twin_status status = tw_line_read(line, &base->host, &from, own);
  tw_text before = {.memory = tw_line_memory(base)};
  tw_text_print(&before, "scenario \"%s\": ", scenario->name);
  if (status != TWIN_OK) tw_problems_hand_on(problems, own, before.at != NULL ? before.at : "");
  tw_text_free(&before);
  twin_problems_free(own);
  return status;
}
