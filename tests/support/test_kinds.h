// test_kinds.h - three small kinds for tests of the model's front end: a source, a buffer and a
// machine with the tables and exits of real ones, but nothing to run. Not part of the library.

#ifndef TW_TESTS_TEST_KINDS_H
#define TW_TESTS_TEST_KINDS_H

#include <math.h>
#include <string.h>

#include "doc/doc.h"

typedef struct test_source {
  tw_def def;
  tw_names sequence;
  bool is_repeated;
  tw_value every;
  double first_s;
  int64_t batch;
} test_source;

static const tw_field test_source_fields[] = {
    TW_FIELD(test_source, sequence, "sequence", TW_FIELD_NAMES, .flags = TW_REQUIRED,
             .help = "parts in order"),
    TW_FIELD(test_source, is_repeated, "repeat", TW_FIELD_BOOL, .preset = "false",
             .help = "begin again"),
    TW_FIELD(test_source, every, "every", TW_FIELD_VALUE, .dim = {.s = 1}, .help = "time between"),
    TW_FIELD(test_source, first_s, "first", TW_FIELD_QUANTITY, .dim = {.s = 1}, .preset = "\"0 s\"",
             .help = "time of the first"),
    TW_FIELD(test_source, batch, "batch", TW_FIELD_COUNT, .min = 1, .max = 1e6, .preset = "1",
             .help = "parts at a time"),
};
static const tw_table test_source_table = {
    .name = "source",
    .help = "Where parts come from.",
    .size = sizeof(test_source),
    .fields = test_source_fields,
    .n_field = sizeof test_source_fields / sizeof test_source_fields[0],
};

typedef struct test_buffer {
  tw_def def;
  int64_t capacity;
  int32_t queue;
  double min_stay_s;
} test_buffer;

static const tw_field test_buffer_fields[] = {
    TW_FIELD(test_buffer, capacity, "capacity", TW_FIELD_COUNT,
             .flags = TW_REQUIRED | TW_CAN_BE_UNLIMITED, .min = 1, .max = -1, .help = "places"),
    TW_FIELD(test_buffer, queue, "queue", TW_FIELD_CHOICE, .sub = tw_queue_words,
             .preset = "\"fifo\"", .help = "order"),
    TW_FIELD(test_buffer, min_stay_s, "min_stay", TW_FIELD_QUANTITY, .dim = {.s = 1},
             .preset = "\"0 s\"", .help = "least stay"),
};
static const tw_table test_buffer_table = {
    .name = "buffer",
    .help = "Where parts wait.",
    .size = sizeof(test_buffer),
    .fields = test_buffer_fields,
    .n_field = sizeof test_buffer_fields / sizeof test_buffer_fields[0],
};

typedef struct test_failure {
  tw_def def;
  int32_t clock;
  tw_value mtbf, repair;
  tw_needs needs;
} test_failure;

static const char *const test_clock_words[] = {"calendar", "on-shift", "processing", NULL};

static const tw_field test_failure_fields[] = {
    TW_FIELD(test_failure, clock, "clock", TW_FIELD_CHOICE, .flags = TW_REQUIRED,
             .sub = test_clock_words, .help = "when it can happen"),
    TW_FIELD(test_failure, mtbf, "mtbf", TW_FIELD_VALUE, .flags = TW_REQUIRED | TW_EXCLUSIVE_MIN,
             .dim = {.s = 1}, .help = "time between failures"),
    TW_FIELD(test_failure, repair, "repair", TW_FIELD_VALUE, .flags = TW_REQUIRED, .dim = {.s = 1},
             .help = "time to repair"),
    TW_FIELD(test_failure, needs, "needs", TW_FIELD_NEEDS, .help = "who repairs"),
};
static const tw_table test_failure_table = {
    .name = "failure",
    .help = "One way to fail.",
    .size = sizeof(test_failure),
    .fields = test_failure_fields,
    .n_field = sizeof test_failure_fields / sizeof test_failure_fields[0],
};

typedef struct test_exits {
  tw_weights probability;
} test_exits;

static void check_test_exits(const void *object, const tw_node *node, const tw_reader *reader) {
  const test_exits *exits = object;
  tw_weights_check_sum(&exits->probability, tw_node_member(node, "probability"), reader);
}

static const tw_field test_exits_fields[] = {
    TW_FIELD(test_exits, probability, "probability", TW_FIELD_WEIGHTS, .flags = TW_REQUIRED,
             .max = 1, .help = "of each exit"),
};
static const tw_table test_exits_table = {
    .name = "exits",
    .help = "Named exits.",
    .size = sizeof(test_exits),
    .fields = test_exits_fields,
    .n_field = sizeof test_exits_fields / sizeof test_exits_fields[0],
    .check = check_test_exits,
};

typedef struct test_work {
  tw_value time;
  tw_needs needs;
} test_work;

static const tw_field test_work_fields[] = {
    TW_FIELD(test_work, time, "time", TW_FIELD_VALUE, .flags = TW_REQUIRED, .dim = {.s = 1},
             .help = "how long"),
    TW_FIELD(test_work, needs, "needs", TW_FIELD_NEEDS, .help = "who"),
};
static const tw_table test_work_table = {
    .name = "work",
    .help = "Loading or unloading.",
    .size = sizeof(test_work),
    .fields = test_work_fields,
    .n_field = sizeof test_work_fields / sizeof test_work_fields[0],
};

typedef struct test_machine {
  tw_def def;
  int64_t n_machine;
  tw_value time;
  test_work load;
  tw_expr_text factor, scrap;
  test_exits exits;
  tw_map failures;
  tw_needs needs;
} test_machine;

static const tw_field test_machine_fields[] = {
    TW_FIELD(test_machine, n_machine, "machines", TW_FIELD_COUNT, .min = 1, .max = 10000,
             .preset = "1", .help = "parallel machines"),
    TW_FIELD(test_machine, time, "time", TW_FIELD_VALUE, .flags = TW_REQUIRED, .dim = {.s = 1},
             .help = "process time"),
    TW_FIELD(test_machine, load, "load", TW_FIELD_OBJECT, .sub = &test_work_table,
             .help = "before it works"),
    TW_FIELD(test_machine, factor, "factor", TW_FIELD_EXPR, .preset = "1", .help = "of time"),
    TW_FIELD(test_machine, scrap, "scrap", TW_FIELD_EXPR, .max = 1, .help = "probability of scrap"),
    TW_FIELD(test_machine, exits, "exits", TW_FIELD_OBJECT, .sub = &test_exits_table,
             .help = "named exits"),
    TW_FIELD(test_machine, failures, "failures", TW_FIELD_MAP, .sub = &test_failure_table,
             .help = "what can fail"),
    TW_FIELD(test_machine, needs, "needs", TW_FIELD_NEEDS, .help = "who works there"),
};
static const tw_table test_machine_table = {
    .name = "machine",
    .help = "A station of one or more machines.",
    .size = sizeof(test_machine),
    .fields = test_machine_fields,
    .n_field = sizeof test_machine_fields / sizeof test_machine_fields[0],
};

static int32_t list_test_exits(const tw_kind *kind, const void *def, const char **names, int32_t max) {
  (void)kind;
  const test_machine *machine = def;
  int32_t n = 0;
  for (int32_t i = 0; i < machine->exits.probability.n && n < max; i++) {
    names[n++] = machine->exits.probability.name[i].name;
  }
  if (machine->scrap.text != NULL && n < max) names[n++] = "scrap";
  return n;
}

static const tw_kind test_source_kind = {
    .name = "source", .section = "sources", .table = &test_source_table};
static const tw_kind test_buffer_kind = {
    .name = "buffer", .section = "buffers", .table = &test_buffer_table};
static const tw_kind test_machine_kind = {.name = "machine",
                                          .section = "stations",
                                          .table = &test_machine_table,
                                          .exits = list_test_exits};
static const tw_kind *const test_kinds[] = {&test_source_kind, &test_buffer_kind,
                                            &test_machine_kind};
enum { N_TEST_KIND = 3 };

#endif
