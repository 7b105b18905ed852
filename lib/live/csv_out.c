// csv_out.c - logs out as CSV. A stamp that is no interval has empty cells beside it.

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "live/out_inner.h"

static void add_stamp(tw_text *out, int64_t us, bool has_zone) {
  char stamp[40];
  tw_out_stamp(us, has_zone, stamp);
  tw_text_add(out, stamp);
}

// A name as a cell: in quotes where it would end one, or look like blanks.
static void add_name(tw_text *out, const tw_log_names *names, int32_t i) {
  if (i < 0) return;
  const char *text = names->at[i];
  const size_t n = names->n_byte[i];
  const bool is_plain =
      strpbrk(text, ",\"\r\n") == NULL && (n == 0 || (text[0] != ' ' && text[n - 1] != ' '));
  if (is_plain) {
    tw_text_add_n(out, text, n);
    return;
  }
  tw_text_add(out, "\"");
  for (size_t k = 0; k < n; k++)
    tw_text_add_n(out, text[k] == '"' ? "\"\"" : text + k, text[k] == '"' ? 2 : 1);
  tw_text_add(out, "\"");
}

static void add_row(tw_text *out, const tw_event_log *log, int64_t i) {
  const bool is_interval = log->lo_us[i] < log->time_us[i] || log->hi_us[i] > log->time_us[i];
  add_stamp(out, log->time_us[i], log->is_aware);
  tw_text_add(out, ",");
  if (is_interval) add_stamp(out, log->lo_us[i], log->is_aware);
  tw_text_add(out, ",");
  if (is_interval) add_stamp(out, log->hi_us[i], log->is_aware);
  tw_text_add(out, ",");
  add_name(out, &log->names[TW_LOG_ENTITY], log->entity[i]);
  tw_text_add(out, ",");
  if (log->unit[i] != 0) tw_text_print(out, "%d", (int)log->unit[i]);
  tw_text_add(out, ",");
  tw_text_add(out, tw_transition_words[log->transition[i]]);
  static const tw_log_list lists[] = {TW_LOG_PART, TW_LOG_TYPE, TW_LOG_WHAT};
  const int32_t codes[] = {log->part[i], log->type[i], log->what[i]};
  for (int32_t k = 0; k < 3; k++) {
    tw_text_add(out, ",");
    add_name(out, &log->names[lists[k]], codes[k]);
  }
  tw_text_add(out, ",");
  if (!isnan(log->value[i])) tw_text_add_number(out, log->value[i]);
  tw_text_add(out, ",");
  add_name(out, &log->names[TW_LOG_MEASURE], log->measure[i]);
  tw_text_add(out, "\n");
}

bool tw_csv_log_write(const tw_event_log *log, tw_byte_target target) {
  TW_ASSERT(log->is_sealed && target.write != NULL);
  tw_out to = {.text = {.memory = &log->memory}, .target = target};
  bool is_good = true;
  tw_text_add(&to.text,
              "time,time_lo,time_hi,entity,unit,transition,part,type,what,value,measure\n");
  for (int64_t i = 0; i < log->n && is_good; i++) {
    add_row(&to.text, log, i);
    is_good = tw_out_pass(&to);
  }
  return tw_out_end(&to) && is_good;
}
