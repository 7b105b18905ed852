// assess.c - see assess.h. One pass in order of time. What a part is doing is kept for each part,
// and its work for each entity it is worked on at: where it is handed over, work at two entities
// may overlap. Events without a part belong to the unit itself.

#include "live/assess.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"

enum { SAME_INSTANT_MAX = 64 };  // events of one instant among which copies are looked for

// Work on a part at one entity, or of a unit that names no part; indices of events, -1: none.
typedef struct work {
  int64_t start, suspend, lonely;  // lonely: completed and never started
  int64_t suspended_us;
  int32_t next;  // open work of the same part, -1: no more
} work;

// A part, or the work of a unit that names none.
typedef struct part_state {
  int64_t last, last_start;  // events
  int32_t at;                // entity where it has entered, -1: nowhere known
  int32_t open;              // its first open work, -1: none
  bool is_known, is_scrapped, has_gone;
} part_state;

typedef struct unit_state {
  int64_t busy;  // event that started the work that goes on; -1: none
  int64_t fail;
} unit_state;

typedef struct assessor {
  const tw_event_log *log;
  tw_assessment *out;
  part_state *part;     // [n parts]
  part_state *of_unit;  // [n units] work without a part
  unit_state *unit;     // [n units]
  work *work;           // [n works]
  bool *has_leave;      // [n entities] the log tells when parts leave it
  tw_log_names units;   // entity and unit as bytes
  tw_log_names works;   // part (or unit, below 0) and entity as bytes
  int32_t capacity;     // of of_unit and unit
  int32_t work_capacity;
  int32_t ship;  // what of a leave that says that the part is gone for good; -1: none does
} assessor;

static void found(assessor *in, tw_finding_code code, int64_t i, double value) {
  const tw_event_log *log = in->log;
  const tw_finding finding = {.line = log->line[i],
                              .code = (int32_t)code,
                              .entity = log->entity[i],
                              .unit = log->unit[i],
                              .part = log->part[i],
                              .value = value};
  tw_findings_add(&in->out->found, &finding, NULL, 0);
}

static bool grow(const tw_memory *memory, void **array, size_t n, size_t n_each) {
  void *at = tw_memory_resize(memory, *array, n * n_each);
  if (at == NULL) return false;
  *array = at;
  return true;
}

static const part_state nothing = {.last = -1, .last_start = -1, .at = -1, .open = -1};

// Number of a unit, with its states; -1: memory is short.
static int32_t unit_of(assessor *in, const tw_event *event) {
  const int32_t key[2] = {event->entity, event->unit};
  tw_assessment *out = in->out;
  const int32_t i = tw_log_names_enter(&in->units, (const char *)key, sizeof key);
  if (i < 0) return -1;
  if (i < out->n_coverage) return i;
  TW_ASSERT(i == out->n_coverage);
  if (i >= in->capacity) {
    const int32_t capacity = in->capacity == 0 ? 32 : 2 * in->capacity;
    void *stays = in->of_unit, *states = in->unit, *rows = out->coverage;
    const bool is_good = grow(out->memory, &stays, (size_t)capacity, sizeof *in->of_unit);
    in->of_unit = stays;
    const bool is_better =
        is_good && grow(out->memory, &states, (size_t)capacity, sizeof *in->unit);
    in->unit = states;
    const bool is_best =
        is_better && grow(out->memory, &rows, (size_t)capacity, sizeof *out->coverage);
    out->coverage = rows;
    if (!is_best) return -1;
    in->capacity = capacity;
  }
  in->of_unit[i] = nothing;
  in->unit[i] = (unit_state){-1, -1};
  out->coverage[i] =
      (tw_coverage){.entity = event->entity, .unit = event->unit, .first_us = event->time_us};
  out->n_coverage++;
  return i;
}

// The work on a part at the entity of an event; NULL: memory is short.
static work *work_of(assessor *in, int64_t i, int32_t unit_i) {
  const tw_event_log *log = in->log;
  const int32_t key[2] = {log->part[i] >= 0 ? log->part[i] : -1 - unit_i, log->entity[i]};
  const int32_t n_before = in->works.n;
  const int32_t k = tw_log_names_enter(&in->works, (const char *)key, sizeof key);
  if (k < 0) return NULL;
  if (k < n_before) return &in->work[k];
  if (k >= in->work_capacity) {
    const int32_t capacity = in->work_capacity == 0 ? 256 : 2 * in->work_capacity;
    void *at = in->work;
    if (!grow(in->out->memory, &at, (size_t)capacity, sizeof *in->work)) return NULL;
    in->work = at;
    in->work_capacity = capacity;
  }
  in->work[k] = (work){.start = -1, .suspend = -1, .lonely = -1, .next = -1};
  return &in->work[k];
}

static void add_operation(assessor *in, const work *of, int64_t end, bool is_cut) {
  tw_assessment *out = in->out;
  const tw_event_log *log = in->log;
  if (out->n_operation == out->operation_capacity) {
    const int64_t capacity = out->operation_capacity == 0 ? 256 : 2 * out->operation_capacity;
    void *at = out->operation;
    if (!grow(out->memory, &at, (size_t)capacity, sizeof *out->operation)) {
      out->is_out_of_memory = true;
      return;
    }
    out->operation = at;
    out->operation_capacity = capacity;
  }
  const int64_t start = of->start;
  int64_t suspended_us = of->suspended_us;
  if (of->suspend >= 0) suspended_us += log->time_us[end] - log->time_us[of->suspend];
  TW_ASSERT(start >= 0 && log->time_us[end] >= log->time_us[start]);
  const int64_t lo_us = log->lo_us[end] - log->hi_us[start] - suspended_us;
  out->operation[out->n_operation++] =
      (tw_operation){.entity = log->entity[start],
                     .unit = log->unit[start],
                     .part = log->part[start],
                     .type = log->type[start],
                     .what = log->what[start],
                     .start_us = log->time_us[start],
                     .end_us = log->time_us[end],
                     .suspended_us = suspended_us,
                     .lo_us = lo_us > 0 ? lo_us : 0,
                     .hi_us = log->hi_us[end] - log->lo_us[start] - suspended_us,
                     .start_line = log->line[start],
                     .end_line = is_cut ? 0 : log->line[end]};
}

// The work has ended, whatever it was: its unit is free.
static void end_work(assessor *in, part_state *part, work *of) {
  const tw_event event = tw_event_log_get(in->log, of->start);
  const int32_t unit_i = unit_of(in, &event);
  if (unit_i >= 0 && in->unit[unit_i].busy == of->start) in->unit[unit_i].busy = -1;
  int32_t *link = &part->open;
  while (*link >= 0 && &in->work[*link] != of) link = &in->work[*link].next;
  TW_ASSERT(*link >= 0);
  *link = of->next;
  of->next = -1;
  of->start = of->suspend = -1;
  of->suspended_us = 0;
}

static void start_work(assessor *in, part_state *part, work *of, int64_t i, int32_t unit_i) {
  const tw_event_log *log = in->log;
  if (of->start >= 0) {
    found(in, TW_FOUND_START_TWICE, i, NAN);
    end_work(in, part, of);
  }
  if (part->open >= 0)
    found(in, TW_FOUND_TWO_PLACES, i,
          tw_seconds(log->time_us[i] - log->time_us[in->work[part->open].start]));
  const int64_t busy = in->unit[unit_i].busy;
  if (busy >= 0 && log->part[i] >= 0)
    found(in, TW_FOUND_OVERLAP, i, tw_seconds(log->time_us[i] - log->time_us[busy]));
  in->unit[unit_i].busy = i;
  of->start = part->last_start = i;
  of->suspend = -1;
  of->suspended_us = 0;
  of->next = part->open;
  part->open = (int32_t)(of - in->work);
}

static void complete_work(assessor *in, part_state *part, work *of, int64_t i, int32_t unit_i) {
  if (of->start >= 0) {
    add_operation(in, of, i, /*is_cut=*/false);
    in->out->coverage[unit_i].n_operation++;
    end_work(in, part, of);
    of->lonely = -1;
    return;
  }
  of->lonely = i;
  found(in, part->is_known ? TW_FOUND_NO_START : TW_FOUND_CUT_BEGIN, i, NAN);
}

static void suspend_work(assessor *in, work *of, int64_t i) {
  if (of->start < 0)
    found(in, TW_FOUND_NOT_STARTED, i, NAN);
  else if (of->suspend < 0)
    of->suspend = i;
}

static void resume_work(assessor *in, const part_state *part, work *of, int64_t i) {
  if (of->start < 0)
    found(in, part->is_known ? TW_FOUND_NOT_STARTED : TW_FOUND_CUT_BEGIN, i, NAN);
  else if (of->suspend < 0)
    found(in, TW_FOUND_NOT_SUSPENDED, i, NAN);
  else
    of->suspended_us += in->log->time_us[i] - in->log->time_us[of->suspend];
  of->suspend = -1;
}

static void enter(assessor *in, part_state *part, int64_t i) {
  const tw_event_log *log = in->log;
  const bool has_not_left = part->at >= 0 && part->at != log->entity[i] && in->has_leave[part->at];
  if (has_not_left) found(in, TW_FOUND_TWO_PLACES, i, NAN);
  part->at = log->entity[i];
}

// Work that is given up as the part leaves was never completed.
static void leave(assessor *in, part_state *part, work *of, int64_t i) {
  const tw_event_log *log = in->log;
  if (of->start >= 0) {
    found(in, TW_FOUND_NO_COMPLETE, of->start,
          tw_seconds(log->time_us[i] - log->time_us[of->start]));
    end_work(in, part, of);
  }
  if (part->at == log->entity[i]) part->at = -1;
  part->has_gone = part->has_gone || (in->ship >= 0 && log->what[i] == in->ship);
}

static void scrap(assessor *in, part_state *part, int64_t i) {
  while (part->open >= 0) end_work(in, part, &in->work[part->open]);
  part->at = -1;
  part->is_scrapped = in->log->part[i] >= 0;
}

static void change_unit(assessor *in, unit_state *unit, int64_t i) {
  const bool is_fail = in->log->transition[i] == TW_DO_FAIL;
  if (is_fail && unit->fail >= 0) found(in, TW_FOUND_FAIL_TWICE, i, NAN);
  if (!is_fail && unit->fail < 0)
    found(in, i == 0 ? TW_FOUND_CUT_BEGIN : TW_FOUND_NOT_FAILED, i, NAN);
  unit->fail = is_fail ? i : -1;
}

static bool look_at(assessor *in, int64_t i, int32_t unit_i) {
  const tw_event_log *log = in->log;
  part_state *part = log->part[i] >= 0 ? &in->part[log->part[i]] : &in->of_unit[unit_i];
  work *of = work_of(in, i, unit_i);
  if (of == NULL) return false;
  if (part->is_scrapped) found(in, TW_FOUND_AFTER_SCRAP, i, NAN);
  switch ((tw_transition)log->transition[i]) {
    case TW_DO_ENTER: enter(in, part, i); break;
    case TW_DO_START: start_work(in, part, of, i, unit_i); break;
    case TW_DO_SUSPEND: suspend_work(in, of, i); break;
    case TW_DO_RESUME: resume_work(in, part, of, i); break;
    case TW_DO_COMPLETE: complete_work(in, part, of, i, unit_i); break;
    case TW_DO_LEAVE: leave(in, part, of, i); break;
    case TW_DO_FAIL:
    case TW_DO_REPAIR: change_unit(in, &in->unit[unit_i], i); break;
    case TW_DO_SCRAP: scrap(in, part, i); break;
    case TW_DO_SAMPLE:
    case TW_TRANSITION_N: break;
  }
  part->is_known = true;
  part->last = i;
  return true;
}

static bool is_copy(const tw_event_log *log, int64_t a, int64_t b) {
  return log->entity[a] == log->entity[b] && log->unit[a] == log->unit[b] &&
         log->transition[a] == log->transition[b] && log->part[a] == log->part[b] &&
         log->type[a] == log->type[b] && log->what[a] == log->what[b] &&
         memcmp(&log->value[a], &log->value[b], sizeof(double)) == 0;
}

static bool has_copy(const tw_event_log *log, int64_t i) {
  for (int64_t k = i - 1; k >= 0 && k >= i - SAME_INSTANT_MAX && log->time_us[k] == log->time_us[i];
       k--)
    if (is_copy(log, k, i)) return true;
  return false;
}

static void count_event(assessor *in, int64_t i, int32_t unit_i) {
  const tw_event_log *log = in->log;
  tw_coverage *row = &in->out->coverage[unit_i];
  const int64_t width_us = log->hi_us[i] - log->lo_us[i];
  row->count[log->transition[i]]++;
  row->last_us = log->time_us[i];
  if (width_us > 0) row->n_rounded++;
  if (width_us > 0) in->out->n_rounded++;
  if (width_us > in->out->widest_us) in->out->widest_us = width_us;
  const bool is_near = i > 0 && log->part[i] >= 0 && log->part[i - 1] == log->part[i];
  if (is_near && log->lo_us[i] <= log->hi_us[i - 1] && width_us > 0)
    found(in, TW_FOUND_UNCERTAIN, i, NAN);
}

// Work that the end of the log cuts off; or that ended, as the log has it, before it began; or that
// was forgotten, as the part was worked on elsewhere since.
static void close_work(assessor *in, const part_state *part, const work *of) {
  const tw_event_log *log = in->log;
  const double open_s = tw_seconds(log->time_us[log->n - 1] - log->time_us[of->start]);
  if (of->lonely >= 0) {
    found(in, TW_FOUND_NEGATIVE, of->start,
          tw_seconds(log->time_us[of->lonely] - log->time_us[of->start]));
  } else if (part->last_start > of->start) {
    found(in, TW_FOUND_NO_COMPLETE, of->start, open_s);
  } else {
    found(in, TW_FOUND_CUT_END, of->start, open_s);
    add_operation(in, of, log->n - 1, /*is_cut=*/true);
  }
}

static void close_part(assessor *in, const part_state *part) {
  for (int32_t k = part->open; k >= 0; k = in->work[k].next) close_work(in, part, &in->work[k]);
  if (in->ship >= 0 && part->is_known && !part->has_gone && !part->is_scrapped &&
      in->log->part[part->last] >= 0)
    found(in, TW_FOUND_CUT_PART, part->last, NAN);
}

static bool open(assessor *in) {
  const tw_event_log *log = in->log;
  const int32_t n_part = log->names[TW_LOG_PART].n, n_entity = log->names[TW_LOG_ENTITY].n;
  in->part = tw_memory_zeroed(in->out->memory, (size_t)n_part + 1, sizeof *in->part);
  in->has_leave = tw_memory_zeroed(in->out->memory, (size_t)n_entity + 1, sizeof *in->has_leave);
  tw_log_names_init(&in->units, in->out->memory);
  tw_log_names_init(&in->works, in->out->memory);
  if (in->part == NULL || in->has_leave == NULL) return false;
  for (int32_t i = 0; i < n_part; i++) in->part[i] = nothing;
  in->ship = tw_log_names_find(&log->names[TW_LOG_WHAT], "ship", 4);
  // that parts leave for good says nothing about those that go on
  for (int64_t i = 0; i < log->n; i++)
    if (log->transition[i] == TW_DO_LEAVE && (in->ship < 0 || log->what[i] != in->ship))
      in->has_leave[log->entity[i]] = true;
  return true;
}

static bool walk(assessor *in) {
  const tw_event_log *log = in->log;
  for (int64_t i = 0; i < log->n; i++) {
    const tw_event event = tw_event_log_get(log, i);
    const int32_t unit_i = unit_of(in, &event);
    if (unit_i < 0 || in->out->is_out_of_memory) return false;
    count_event(in, i, unit_i);
    const bool is_copied = has_copy(log, i);
    if (is_copied) found(in, TW_FOUND_DUPLICATE, i, NAN);
    if (!is_copied && !look_at(in, i, unit_i)) return false;
  }
  for (int32_t i = 0; i < log->names[TW_LOG_PART].n; i++) close_part(in, &in->part[i]);
  for (int32_t i = 0; i < in->out->n_coverage; i++) close_part(in, &in->of_unit[i]);
  return !in->out->is_out_of_memory && !in->out->found.is_out_of_memory;
}

bool tw_assess(const tw_event_log *log, tw_assessment *made) {
  TW_ASSERT(log != NULL && log->is_sealed && made != NULL);
  *made = (tw_assessment){.memory = &log->memory};
  tw_findings_init(&made->found, &log->memory);
  assessor in = {.log = log, .out = made};
  const bool is_good = open(&in) && walk(&in);
  tw_memory_free(made->memory, in.part);
  tw_memory_free(made->memory, in.of_unit);
  tw_memory_free(made->memory, in.unit);
  tw_memory_free(made->memory, in.has_leave);
  tw_memory_free(made->memory, in.work);
  tw_log_names_free(&in.units);
  tw_log_names_free(&in.works);
  return is_good;
}

void tw_assessment_free(tw_assessment *assessment) {
  tw_findings_free(&assessment->found);
  tw_memory_free(assessment->memory, assessment->operation);
  tw_memory_free(assessment->memory, assessment->coverage);
}
