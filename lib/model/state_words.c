// state_words.c - the one list of the words of machine states.

#include "model/state_words.h"

#include <twin/run.h>

#include "base/assert.h"

const char *const tw_state_words[] = {
    [TWIN_OFF_SHIFT] = "off-shift",
    [TWIN_BREAK] = "break",
    [TWIN_PLANNED_MAINTENANCE] = "planned-maintenance",
    [TWIN_MAINTENANCE_WAITING] = "maintenance-waiting",
    [TWIN_FAILED_WAITING] = "failed-waiting",
    [TWIN_FAILED_REPAIR] = "failed-repair",
    [TWIN_SETUP_WAITING] = "setup-waiting",
    [TWIN_SETUP] = "setup",
    [TWIN_WARMING_UP] = "warming-up",
    [TWIN_WAITING_APPROVAL] = "waiting-approval",
    [TWIN_LOADING] = "loading",
    [TWIN_PROCESSING] = "processing",
    [TWIN_UNLOADING] = "unloading",
    [TWIN_BLOCKED] = "blocked",
    [TWIN_WAITING_WORKER] = "waiting-worker",
    [TWIN_WAITING_TRANSPORT] = "waiting-transport",
    [TWIN_WAITING_COMPONENTS] = "waiting-components",
    [TWIN_WAITING_BATCH] = "waiting-batch",
    [TWIN_STARVED] = "starved",
    [TWIN_IDLE] = "idle",
    [TWIN_SWITCHED_OFF] = "switched-off",
    [TWIN_STOPPED_BY_OTHER] = "stopped-by-other",
};
TW_STATIC_ASSERT(sizeof tw_state_words / sizeof *tw_state_words == TW_N_STATE, "a word for each");
