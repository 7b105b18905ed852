// power_def.c - see power_def.h. The rule which state draws what (LINE-FORMAT 2): `idle` is for every
// state on shift that is not listed, `failed` for both failed states. Off shift and switched off a
// machine draws nothing unless it says so. A break is within a shift, and nobody has switched the
// machine off: it draws what it draws idle.

#include "station/power_def.h"

#include <twin/run.h>

#include "base/assert.h"
#include "model/compile.h"

// clang-format off
#define POWER(state, key, help_)                                                                     \
  TW_FIELD(tw_power_def, state_w[state], key, TW_FIELD_QUANTITY, .dim = {.kg = 1, .m = 2, .s = -3},  \
           .min = 0, .max = TW_POWER_MAX, .help = help_)

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
  TW_FIELD(tw_power_def, failed_w, "failed", TW_FIELD_QUANTITY, .dim = {.kg = 1, .m = 2, .s = -3},
           .min = 0, .max = TW_POWER_MAX, .help = "both failed states; absent: as idle"),
};
// clang-format on
const tw_table tw_power_table = {.name = "power",
                                 .help = "what each machine draws, by state",
                                 .size = sizeof(tw_power_def),
                                 .fields = power_fields,
                                 .n_field = TW_N_FIELDS(power_fields)};

void tw_power_compile(tw_compiler *compiler, int32_t place_i, const tw_power_def *def,
                      const tw_node *node) {
  TW_STATIC_ASSERT(TW_N_FIELDS(power_fields) == TW_N_STATE + 1, "a row for each state");
  const tw_node *power = tw_node_member(node, "power");
  if (power == NULL) return;
  const bool has_failed = tw_node_member(power, "failed") != NULL;
  double power_w[TW_N_STATE];
  for (int32_t i = 0; i < TW_N_STATE; i++) {
    const bool is_listed = tw_node_member(power, power_fields[i].name) != NULL;
    const bool is_failed = i == TWIN_FAILED_WAITING || i == TWIN_FAILED_REPAIR;
    const bool is_off = i == TWIN_OFF_SHIFT || i == TWIN_SWITCHED_OFF;
    power_w[i] = is_off ? 0 : is_failed && has_failed ? def->failed_w : def->state_w[TWIN_IDLE];
    if (is_listed) power_w[i] = def->state_w[i];
  }
  tw_compile_power(compiler, place_i, power_w);
}
