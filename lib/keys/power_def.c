// power_def.c - see power_def.h. The rule which state draws what (LINE-FORMAT 2): `idle` is for every
// state on shift that is not listed, `failed` for both failed states. Off shift and switched off a
// machine draws nothing unless it says so. A break is within a shift, and nobody has switched the
// machine off: it draws what it draws idle.

#include "keys/power_def.h"

#include <twin/run.h>

#include "base/assert.h"
#include "model/compile.h"

static bool parse_drawn(const tw_node *node, const struct tw_reader *reader, void *target) {
  tw_drawn_def *drawn = target;
  if (node->type == TW_NODE_TEXT && tw_is_expression(node->text)) {
    drawn->text = (tw_expr_text){.text = node->text, .node = node};
    return true;
  }
  if (!tw_quantity_parse(node, TW_DIM_POWER, reader, &drawn->w)) return false;
  if (drawn->w >= 0 && drawn->w <= TW_POWER_MAX) return true;
  tw_reader_problem(reader, node, "E-RANGE", "0 kW to 1000 MW", "e.g. \"11 kW\"",
                    "a machine draws from 0 kW to 1000 MW");
  return false;
}

static const tw_custom drawn_custom = {
    .parse = parse_drawn,
    .shape = "a power, `\"11 kW\"`, or an expression of one, `\"2 kW + 5 kW*tool.wear\"`",
    .schema = "{\"type\": \"string\"}"};

// clang-format off
#define POWER(state, key, help_) \
  TW_FIELD(tw_power_def, drawn[state], key, TW_FIELD_CUSTOM, .sub = &drawn_custom, .help = help_)

// The states in their order, so that a row's place is its state; "failed" last.
static const tw_field power_fields[] = {
  POWER(TWIN_OFF_SHIFT, "off-shift", "absent: 0 W"),
  POWER(TWIN_BREAK, "break", "absent: as idle"),
  POWER(TWIN_PLANNED_MAINTENANCE, "planned-maintenance", "absent: as idle"),
  POWER(TWIN_MAINTENANCE_WAITING, "maintenance-waiting", "absent: as idle"),
  POWER(TWIN_FAILED_WAITING, "failed-waiting", "absent: as failed"),
  POWER(TWIN_FAILED_REPAIR, "failed-repair", "absent: as failed"),
  POWER(TWIN_SETUP_WAITING, "setup-waiting", "absent: as idle"),
  POWER(TWIN_SETUP, "setup", "absent: as idle"),
  POWER(TWIN_WARMING_UP, "warming-up", "absent: as idle"),
  POWER(TWIN_WAITING_APPROVAL, "waiting-approval", "absent: as idle"),
  POWER(TWIN_LOADING, "loading", "absent: as idle"),
  POWER(TWIN_PROCESSING, "processing", "absent: as idle"),
  POWER(TWIN_UNLOADING, "unloading", "absent: as idle"),
  POWER(TWIN_BLOCKED, "blocked", "absent: as idle"),
  POWER(TWIN_WAITING_WORKER, "waiting-worker", "absent: as idle"),
  POWER(TWIN_WAITING_TRANSPORT, "waiting-transport", "absent: as idle"),
  POWER(TWIN_WAITING_COMPONENTS, "waiting-components", "absent: as idle"),
  POWER(TWIN_WAITING_BATCH, "waiting-batch", "absent: as idle"),
  POWER(TWIN_STARVED, "starved", "absent: as idle"),
  POWER(TWIN_IDLE, "idle", "also of every state on shift that is not listed; absent: 0 W"),
  POWER(TWIN_SWITCHED_OFF, "switched-off", "absent: 0 W"),
  POWER(TWIN_STOPPED_BY_OTHER, "stopped-by-other", "absent: as idle"),
  TW_FIELD(tw_power_def, failed, "failed", TW_FIELD_CUSTOM, .sub = &drawn_custom,
           .help = "both failed states; absent: as idle"),
};
// clang-format on
const tw_table tw_power_table = {.name = "power",
                                 .help = "what each machine draws, by state",
                                 .size = sizeof(tw_power_def),
                                 .fields = power_fields,
                                 .n_field = TW_N_FIELDS(power_fields)};

// The row that says what is drawn in a state; TW_NONE: nothing does.
static int32_t row_of_state(const tw_node *power, int32_t state) {
  const bool is_failed = state == TWIN_FAILED_WAITING || state == TWIN_FAILED_REPAIR;
  const bool is_off = state == TWIN_OFF_SHIFT || state == TWIN_SWITCHED_OFF;
  if (tw_node_member(power, power_fields[state].name) != NULL) return state;
  if (is_off) return TW_NONE;
  if (is_failed && tw_node_member(power, power_fields[TW_N_STATE].name) != NULL) return TW_N_STATE;
  return tw_node_member(power, power_fields[TWIN_IDLE].name) != NULL ? TWIN_IDLE : TW_NONE;
}

void tw_power_compile(tw_compiler *compiler, int32_t place_i, const tw_power_def *def,
                      const tw_node *node) {
  TW_STATIC_ASSERT(TW_N_FIELDS(power_fields) == TW_N_STATE + 1, "a row for each state");
  const tw_node *power = tw_node_member(node, "power");
  if (power == NULL) return;
  double power_w[TW_N_STATE] = {0};
  int32_t states_of_row[TW_N_STATE + 1] = {0};
  for (int32_t i = 0; i < TW_N_STATE; i++) {
    const int32_t row = row_of_state(power, i);
    if (row == TW_NONE) continue;
    power_w[i] = row == TW_N_STATE ? def->failed.w : def->drawn[row].w;
    states_of_row[row] |= 1 << i;
  }
  tw_compile_power(compiler, place_i, power_w);
  // expressions are outputs of the machine's models, which draw beside the states
  for (int32_t row = 0; row <= TW_N_STATE; row++) {
    const tw_drawn_def *drawn = row == TW_N_STATE ? &def->failed : &def->drawn[row];
    if (drawn->text.text == NULL || states_of_row[row] == 0) continue;
    tw_compile_wish(compiler, &(tw_wish){.place_i = place_i,
                                         .kind = TW_WISH_POWER,
                                         .name = power_fields[row].name,
                                         .text = drawn->text,
                                         .target = states_of_row[row],
                                         .soak_site = TW_NONE});
  }
}
