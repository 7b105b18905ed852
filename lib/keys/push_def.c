// push_def.c - the field table of "push"; what the rules mean is engine/flow.c.

#include "keys/push_def.h"

static const char *const push_words[] = {"first-free", "round-robin", "shortest",
                                         "ratio",      "probability", NULL};

// clang-format off
static const tw_field push_fields[] = {
  TW_FIELD(tw_push_def, rule,  "rule", TW_FIELD_CHOICE, .sub = push_words,
           .preset = "\"first-free\"", .help = "which of several places behind it gets a part"),
  TW_FIELD(tw_push_def, share, "share", TW_FIELD_WEIGHTS,
           .help = "shares of the places for \"ratio\" and \"probability\""),
};
const tw_table tw_push_table = {.name = "push", .help = "where a finished part goes",
  .size = sizeof(tw_push_def), .fields = push_fields, .n_field = TW_N_FIELDS(push_fields)};
// clang-format on
