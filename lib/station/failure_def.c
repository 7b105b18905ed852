// failure_def.c - the field table of failure modes and their compilation: one mode record for every
// machine, each with its own draws.

#include "station/failure_def.h"

#include <string.h>

#include "engine/work.h"
#include "model/compile.h"

typedef struct tw_failure_def {
  tw_def def;
  int32_t clock, part, at;
  tw_value mtbf, repair;
  tw_needs needs;
  int64_t priority;
} tw_failure_def;

static const char *const clock_words[] = {"calendar", "on-shift", "processing", "cycles", NULL};
static const char *const fate_words[] = {"resume", "restart", "resample", "scrap", "eject", NULL};
static const char *const at_words[] = {"completion", "start", NULL};

// A failure's interval is a time, or a count where the clock counts cycles; the clock beside it says.
static const tw_field interval_fields[] = {
    {.name = "mtbf", .type = TW_FIELD_VALUE, .dim = {.s = 1}},
    {.name = "mtbf", .type = TW_FIELD_VALUE, .flags = TW_DISCRETE}};

static bool parse_mtbf(const tw_node *node, const struct tw_reader *reader, void *target) {
  const tw_node *clock = tw_node_member(node->parent, "clock");
  const bool is_count =
      clock != NULL && clock->type == TW_NODE_TEXT && strcmp(clock->text, "cycles") == 0;
  return tw_value_parse(node, &interval_fields[is_count], reader, target);
}

static const tw_custom mtbf_custom = {
    .parse = parse_mtbf,
    .shape = "a value: a duration, or a count for the clock \"cycles\"",
    .schema = "{\"$ref\": \"#/$defs/value\"}"};

// clang-format off
static const tw_field failure_fields[] = {
  TW_FIELD(tw_failure_def, clock,    "clock",    TW_FIELD_CHOICE, .sub = clock_words, .flags = TW_REQUIRED,
           .help = "what its age counts: always, on shift, processing time, or finished cycles"),
  TW_FIELD(tw_failure_def, mtbf,     "mtbf",     TW_FIELD_CUSTOM, .sub = &mtbf_custom, .flags = TW_REQUIRED,
           .help = "from the end of a repair to the next failure, on its clock; cycles are bare counts"),
  TW_FIELD(tw_failure_def, repair,   "repair",   TW_FIELD_VALUE, .dim = {.s = 1}, .flags = TW_REQUIRED,
           .help = "time to repair, without waiting for people"),
  TW_FIELD(tw_failure_def, part,     "part",     TW_FIELD_CHOICE, .sub = fate_words, .preset = "\"resume\"",
           .help = "what happens to the part on the machine"),
  TW_FIELD(tw_failure_def, at,       "at",       TW_FIELD_CHOICE, .sub = at_words, .preset = "\"completion\"",
           .help = "clock \"cycles\": fails at the completion, or when the next cycle would start"),
  TW_FIELD(tw_failure_def, needs,    "needs",    TW_FIELD_NEEDS,
           .help = "people and resources the repair needs, all or nothing"),
  TW_FIELD(tw_failure_def, priority, "priority", TW_FIELD_COUNT, .preset = "0", .min = -1e6, .max = 1e6,
           .help = "larger is repaired first when people are short"),
};
// clang-format on

const tw_table tw_failure_table = {.name = "failure",
                                   .help = "a way to fail, with its own clock",
                                   .size = sizeof(tw_failure_def),
                                   .fields = failure_fields,
                                   .n_field = TW_N_FIELDS(failure_fields)};

bool tw_failures_can_scrap(const tw_map *failures) {
  const tw_failure_def *def = failures->at;
  for (int32_t i = 0; i < failures->n; i++)
    if (def[i].part == TW_FATE_SCRAP) return true;
  return false;
}

static void compile_mode(tw_compiler *compiler, int32_t place_i, int32_t machine_i,
                         const tw_failure_def *def, const char *stream) {
  tw_line *line = compiler->line;
  tw_arena *arena = &line->arena;
  tw_machine_param *machine = &line->machine[machine_i];
  const char *mtbf = tw_arena_print(arena, "mtbf/%s", def->def.name);
  const char *repair = tw_arena_print(arena, "repair/%s", def->def.name);
  tw_mode mode = {.name = def->def.name,
                  .node_i = place_i,
                  .machine_i = machine_i,
                  .clock = def->clock,
                  .fate = def->part,
                  .is_at_start = def->at == 1,
                  .priority = def->priority,
                  .needs = tw_compile_needs(compiler, &def->needs)};
  mode.mtbf_site = tw_compile_site(compiler, place_i, machine_i, mtbf, stream, &def->mtbf);
  mode.repair_site = tw_compile_site(compiler, place_i, machine_i, repair, stream, &def->repair);
  mode.slot =
      tw_compile_slot(compiler, place_i, compiler->mode_i, TW_CLASS_FAILURE, TW_ON_FAILURE);
  if (mode.clock == TW_CLOCK_PROCESSING) machine->has_processing_clock = true;
  if (mode.clock == TW_CLOCK_CYCLES) machine->has_cycle_clock = true;
  if (mode.is_at_start) machine->has_start_clock = true;
  tw_compile_add_mode(compiler, &mode);
}

void tw_failures_compile(tw_compiler *compiler, int32_t place_i, const tw_map *failures,
                         const char *stream) {
  const tw_failure_def *def = failures->at;
  const tw_place *place = &compiler->line->place[place_i];
  for (int32_t i = 0; i < failures->n; i++)
    if (def[i].at == 1 && def[i].clock != TW_CLOCK_CYCLES)
      tw_compile_problem(compiler, def[i].def.node, "E-KEY", "\"clock\": \"cycles\"",
                         "\"at\": \"start\" goes with the clock \"cycles\" only");
  for (int32_t m = place->first_machine; m < place->first_machine + place->n_machine; m++) {
    compiler->line->machine[m].first_mode = compiler->line->n_mode;
    compiler->line->machine[m].n_mode = failures->n;
    for (int32_t i = 0; i < failures->n; i++)
      compile_mode(compiler, place_i, m, &def[i], stream);
  }
}
