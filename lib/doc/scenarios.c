// scenarios.c - the section "scenarios" as far as it can be checked without trying: keys that
// are pointers, amounts of money, lists that are not empty. Whether a pointer leads anywhere shows
// when a scenario is made (study/scenario.h).

#include <string.h>

#include "base/assert.h"
#include "base/limits.h"
#include "doc/doc.h"

static const char pointer_hint[] = "e.g. \"/stations/cnc/machines\": 3";

typedef struct checker {
  const tw_reader *reader;
  bool is_good;
} checker;

static void refuse_key(checker *in, const tw_node *item) {
  in->is_good = false;
  tw_reader_problem(in->reader, item, "E-KEY", "a JSON pointer", pointer_hint,
                    "\"%.80s\" is no pointer", item->key);
}

// A pointer, about or invest.
static void check_item(checker *in, const tw_node *item) {
  double money;
  if (tw_key_is_free(item->key) || item->key[0] == '/') return;
  if (strcmp(item->key, "invest") != 0)
    refuse_key(in, item);
  else if (!tw_quantity_parse(item, (tw_dim){.money = 1}, in->reader, &money))
    in->is_good = false;
}

static void check_sweep(checker *in, const tw_node *sweep) {
  int32_t n = 0;
  for (const tw_node *item = sweep->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    n++;
    if (item->key[0] != '/') {
      refuse_key(in, item);
    } else if (item->type != TW_NODE_LIST || item->n_child == 0) {
      tw_reader_wrong_type(in->reader, item, "a list of values", "[10, 20, 30]");
      in->is_good = false;
    }
  }
  if (sweep->type == TW_NODE_OBJECT && n > 0) return;
  tw_reader_wrong_type(in->reader, sweep, "an object of pointers with lists of values",
                       "{\"/buffers/b2/capacity\": [10, 20, 30]}");
  in->is_good = false;
}

static void check_cases(checker *in, const tw_node *cases) {
  static const char wanted[] = "a list of objects of pointers with values";
  static const char hint[] = "[{\"/stations/cnc/machines\": 3, \"/buffers/b2/capacity\": 20}]";
  if (cases->type != TW_NODE_LIST || cases->n_child == 0) {
    tw_reader_wrong_type(in->reader, cases, wanted, hint);
    in->is_good = false;
    return;
  }
  for (const tw_node *one = cases->first; one != NULL; one = one->next) {
    if (one->type != TW_NODE_OBJECT) {
      tw_reader_wrong_type(in->reader, one, "an object of pointers with values", hint);
      in->is_good = false;
      continue;
    }
    for (const tw_node *item = one->first; item != NULL; item = item->next) check_item(in, item);
  }
}

static void check_scenario(checker *in, const tw_node *scenario) {
  for (const tw_node *item = scenario->first; item != NULL; item = item->next) {
    if (strcmp(item->key, "sweep") == 0)
      check_sweep(in, item);
    else if (strcmp(item->key, "cases") == 0)
      check_cases(in, item);
    else
      check_item(in, item);
  }
}

int32_t tw_scenario_ways(const tw_node *scenario) {
  const tw_node *sweep = tw_node_member(scenario, "sweep");
  const tw_node *cases = tw_node_member(scenario, "cases");
  int64_t n = cases != NULL && cases->n_child > 0 ? cases->n_child : 1;
  for (const tw_node *item = sweep != NULL ? sweep->first : NULL; item != NULL; item = item->next)
    if (item->key != NULL && item->key[0] == '/' && item->n_child > 0 && n < INT32_MAX)
      n *= item->n_child;
  TW_ASSERT(n >= 1);
  return n < INT32_MAX ? (int32_t)n : INT32_MAX;
}

bool tw_scenarios_check(const tw_node *scenarios, const tw_reader *reader, bool has_any_name) {
  checker in = {reader, true};
  int64_t n = 0;
  if (scenarios == NULL) return true;
  for (const tw_node *item = scenarios->first; item != NULL; item = item->next) {
    if (tw_key_is_free(item->key)) continue;
    if (!has_any_name && !tw_name_check(item->key, item, reader)) in.is_good = false;
    if (item->type != TW_NODE_OBJECT) {
      tw_reader_wrong_type(reader, item, "an object of pointers with values",
                           "{\"/stations/cnc/machines\": 3}");
      in.is_good = false;
      continue;
    }
    check_scenario(&in, item);
    n += tw_scenario_ways(item);
    if (n <= TW_SCENARIOS_MAX) continue;
    tw_reader_problem(reader, item, "E-RANGE", NULL, "sweep fewer values",
                      "at most %d scenarios are possible, each combination of a sweep is one",
                      (int)TW_SCENARIOS_MAX);
    return false;
  }
  return in.is_good;
}
