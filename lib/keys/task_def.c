// task_def.c - see task_def.h.

#include "keys/task_def.h"

#include <string.h>

#include "core/ticks.h"
#include "engine/work.h"
#include "model/compile.h"

// clang-format off
static const tw_field task_fields[] = {
  TW_FIELD(tw_task_def, time, "time", TW_FIELD_VALUE, .dim = {.s = 1}, .flags = TW_REQUIRED,
           .help = "how long it takes"),
  TW_FIELD(tw_task_def, needs, "needs", TW_FIELD_NEEDS,
           .help = "people and resources that it needs, all or nothing"),
  TW_PRIORITY_FIELD(tw_task_def, priority, "priority",
                    "larger is served first when people are short"),
  TW_PREEMPT_FIELD(tw_task_def),
};
const tw_table tw_task_table = {.name = "task", .help = "a part of the cycle beside processing",
  .size = sizeof(tw_task_def), .fields = task_fields, .n_field = TW_N_FIELDS(task_fields)};
// clang-format on

static bool parse_age(const tw_node *node, const struct tw_reader *reader, void *target) {
  tw_age_def *age = target;
  *age = (tw_age_def){.node = node};
  if (node->type == TW_NODE_TEXT && strcmp(node->text, "spread") == 0) {
    age->is_spread = true;
    return true;
  }
  if (node->type == TW_NODE_NUMBER) {
    age->is_count = true;
    age->value = node->number;
    if (age->value >= 0 && age->value <= 9e15 && age->value == (double)(int64_t)age->value) return true;
    tw_reader_problem(reader, node, "E-RANGE", "0 or more", "e.g. 400",
                      "an age in cycles is a whole number from 0 to 9e15");
    return false;
  }
  if (!tw_quantity_parse(node, TW_DIM_TIME, reader, &age->value)) return false;
  if (age->value >= 0 && age->value <= TW_LONGEST_S) return true;
  tw_reader_problem(reader, node, "E-RANGE", "0 s to 70 years", "e.g. \"20 h\"",
                    "an age is from 0 s to 70 years");
  return false;
}

const tw_custom tw_age_custom = {
    .parse = parse_age,
    .shape = "a duration, a count of cycles, or \"spread\"",
    .schema = "{\"type\": [\"string\", \"number\"]}"};

int64_t tw_age_compile(tw_compiler *compiler, const tw_age_def *def, bool is_count, double interval,
                       double share) {
  if (def->node == NULL) return 0;
  if (def->is_spread) {
    const double age = interval * share;
    return is_count ? (int64_t)(age + 0.5) : tw_ticks(age);
  }
  if (def->is_count != is_count) {
    tw_compile_problem(compiler, def->node, "E-UNIT", is_count ? "\"age\": 400" : "\"age\": \"20 h\"",
                       "the age is a %s, as its clock counts", is_count ? "count" : "duration");
    return 0;
  }
  return is_count ? (int64_t)def->value : tw_ticks(def->value);
}

void tw_duty_compile(tw_compiler *compiler, int32_t place_i, const tw_duty_def *def,
                     const tw_node *node) {
  tw_line *line = compiler->line;
  tw_place *place = &line->place[place_i];
  const tw_defaults_def *defaults = &line->doc.defaults;
  const bool has_end = tw_node_member(node, "on_shift_end") != NULL;
  const bool has_minor = tw_node_member(node, "minor_stop") != NULL;
  place->calendar_i = tw_compile_calendar(compiler, &def->calendar);
  place->shift_s = tw_compile_shift_s(compiler, &def->calendar);
  place->shift_end = has_end ? def->shift_end : defaults->shift_end;
  place->minor_stop_us = tw_ticks(has_minor ? def->minor_stop_s : defaults->minor_stop_s);
  if (place->minor_stop_us > 0) line->has_stop_figures = true;
  if (place->calendar_i == TW_NONE) return;
  place->open_slot =
      tw_compile_slot(compiler, place_i, TW_NONE, TW_CLASS_OPEN, TW_ON_PLACE_SHIFT);
  place->close_slot =
      tw_compile_slot(compiler, place_i, TW_NONE, TW_CLASS_CLOSE, TW_ON_PLACE_SHIFT);
}

tw_task tw_task_compile(tw_compiler *compiler, const tw_task_def *def) {
  return (tw_task){.needs = tw_compile_needs(compiler, &def->needs),
                   .priority = def->priority,
                   .can_preempt = def->can_preempt};
}

void tw_task_compile_use(tw_compiler *compiler, const tw_weights *spares, tw_task *task) {
  tw_line *line = compiler->line;
  if (spares->n == 0) return;
  tw_use *use = tw_arena_take_array(&line->arena, (size_t)spares->n, sizeof *use);
  if (use == NULL) return;
  for (int32_t i = 0; i < spares->n; i++) {
    const int32_t stock_i = tw_compile_stock(compiler, &spares->name[i]);
    const double count = spares->weight[i];
    if (!(count >= 1 && count <= 1e6) || count != (double)(int64_t)count)
      tw_compile_problem(compiler, spares->name[i].node, "E-RANGE", "{\"cartridge\": 1}",
                         "%g is no count of pieces, which is a whole number from 1 to 1000000", count);
    else if (stock_i != TW_NONE)
      use[task->n_use++] = (tw_use){.stock_i = stock_i, .count = (int32_t)count};
  }
  task->use = use;
}
