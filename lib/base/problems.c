// problems.c - the list of problems behind twin_problems_*: texts in an arena, records in an array.
// After TW_PROBLEMS_MAX records further ones are only counted, and a note at the end says how many:
// twin_problems_count of one severity counts those too (a caller who asks "any errors?" must not be
// fooled), while the count of all is the count of what twin_problems_get can give.

#include "base/problems.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/assert.h"
#include "base/host.h"
#include "base/text.h"

enum { N_SEVERITY = 3 };

struct twin_problems {
  tw_arena arena;         // texts of the records
  twin_problem *records;  // [capacity]
  const char **texts;     // [capacity], printed when first asked for
  size_t n_record, capacity;
  size_t n_severity[N_SEVERITY];  // kept or not
  size_t n_dropped;
  char dropped_message[80];
  char dropped_text[96];
};

twin_problems *tw_problems_new(const tw_memory *memory) {
  twin_problems *problems = tw_memory_zeroed(memory, 1, sizeof *problems);
  if (problems != NULL) tw_arena_init_with(&problems->arena, memory);
  return problems;
}

twin_problems *twin_problems_new(void) { return tw_problems_new(NULL); }

twin_problems *twin_problems_new_with(const twin_host *given) {
  tw_host host;
  return tw_host_take(&host, given) ? tw_problems_new(&host.memory) : NULL;
}

const tw_memory *tw_problems_memory(const twin_problems *problems) {
  return problems != NULL ? &problems->arena.memory : NULL;
}

void twin_problems_free(twin_problems *problems) {
  if (problems == NULL) return;
  const tw_memory memory = problems->arena.memory;
  tw_arena_free(&problems->arena);
  tw_memory_free(&problems->arena.memory, problems->records);
  tw_memory_free(&problems->arena.memory, problems->texts);
  tw_memory_free(&memory, problems);
}

void twin_problems_clear(twin_problems *problems) {
  if (problems == NULL) return;
  tw_arena_free(&problems->arena);
  problems->n_record = 0;
  problems->n_dropped = 0;
  memset(problems->n_severity, 0, sizeof problems->n_severity);
}

size_t twin_problems_count(const twin_problems *problems, int32_t severity) {
  if (problems == NULL) return 0;
  if (severity == -1) return problems->n_record + (problems->n_dropped > 0);
  if (severity < 0 || severity >= N_SEVERITY) return 0;
  return problems->n_severity[severity];
}

// The record of what was not kept; made when asked for, since its number still grows.
static twin_problem dropped_note(const twin_problems *problems) {
  return (twin_problem){.struct_size = sizeof(twin_problem),
                        .severity = TWIN_NOTE,
                        .status = TWIN_OK,
                        .code = "N-MORE",
                        .file = "",
                        .pointer = "",
                        .message = problems->dropped_message,
                        .got = "",
                        .wanted = "",
                        .hint = ""};
}

twin_status twin_problems_get(const twin_problems *problems, size_t i, twin_problem *problem) {
  if (problems == NULL || problem == NULL) return TWIN_ERR_ARGUMENT;
  const uint32_t n_byte = problem->struct_size;
  if (n_byte < sizeof problem->struct_size) return TWIN_ERR_ARGUMENT;
  if (i >= twin_problems_count(problems, -1)) return TWIN_ERR_NOT_FOUND;
  const twin_problem note = dropped_note(problems);
  const twin_problem *from = i < problems->n_record ? &problems->records[i] : &note;
  memcpy(problem, from, n_byte < sizeof note ? n_byte : sizeof note);
  problem->struct_size = n_byte;
  return TWIN_OK;
}

static const char *severity_word(int severity) {
  static const char *const words[N_SEVERITY] = {"", "warning: ", "note: "};
  TW_ASSERT(severity >= 0 && severity < N_SEVERITY);
  return words[severity];
}

// Prints "file:line:column: pointer: message; hint [CODE]" without the pieces that are absent.
static void print_problem(tw_text *text, const twin_problem *problem) {
  if (problem->file[0] != 0) tw_text_add(text, problem->file);
  if (problem->line > 0) {
    tw_text_print(text, problem->file[0] != 0 ? ":%" PRId32 : "line %" PRId32, problem->line);
    if (problem->column > 0) tw_text_print(text, ":%" PRId32, problem->column);
  }
  if (text->n > 0) tw_text_add(text, ": ");
  if (problem->pointer[0] != 0) tw_text_print(text, "%s: ", problem->pointer);
  tw_text_print(text, "%s%s", severity_word(problem->severity), problem->message);
  if (problem->hint[0] != 0) tw_text_print(text, "; %s", problem->hint);
  if (problem->code[0] != 0) tw_text_print(text, " [%s]", problem->code);
}

const char *twin_problems_text(twin_problems *problems, size_t i) {
  if (i >= twin_problems_count(problems, -1)) return "";
  if (i == problems->n_record) return problems->dropped_text;
  if (problems->texts[i] == NULL) {
    tw_text text = {.memory = &problems->arena.memory};
    print_problem(&text, &problems->records[i]);
    if (text.at != NULL && !text.is_out_of_memory) {
      problems->texts[i] = tw_arena_text_n(&problems->arena, text.at, text.n);
    }
    tw_text_free(&text);
  }
  // Short of memory the message alone is better than nothing.
  return problems->texts[i] != NULL ? problems->texts[i] : problems->records[i].message;
}

static bool grow(twin_problems *problems) {
  if (problems->n_record < problems->capacity) return true;
  const size_t capacity = problems->capacity == 0 ? 8 : problems->capacity * 2;
  twin_problem *records =
      tw_memory_resize(&problems->arena.memory, problems->records, capacity * sizeof *records);
  if (records == NULL) return false;
  problems->records = records;
  const char **texts =
      tw_memory_resize(&problems->arena.memory, problems->texts, capacity * sizeof *texts);
  if (texts == NULL) return false;
  problems->texts = texts;
  problems->capacity = capacity;
  return true;
}

static void count_dropped(twin_problems *problems) {
  problems->n_dropped++;
  snprintf(problems->dropped_message, sizeof problems->dropped_message,
           "%zu more problem%s not listed", problems->n_dropped,
           problems->n_dropped == 1 ? " is" : "s are");
  snprintf(problems->dropped_text, sizeof problems->dropped_text, "note: %s",
           problems->dropped_message);
}

// Problems go onto terminals and into JSON: what was cut inside a character, or is a control
// character of somebody's name, becomes a question mark.
static const char *keep(twin_problems *problems, const char *text) {
  if (text == NULL || text[0] == 0) return "";
  char *copy = tw_arena_text(&problems->arena, text);
  if (copy == NULL) return "";
  for (size_t i = 0, n = strlen(copy); i < n;) {
    const size_t n_byte = tw_utf8_length(copy + i, n - i);
    const bool is_control = (unsigned char)copy[i] < 0x20 || copy[i] == 0x7f;
    if (n_byte == 0 || is_control) copy[i] = '?';
    i += n_byte == 0 ? 1 : n_byte;
  }
  return copy;
}

static void add(twin_problems *problems, const tw_problem_text *text, const char *format,
                va_list args) {
  const int severity = (int)text->severity;
  TW_ASSERT(severity >= 0 && severity < N_SEVERITY);
  problems->n_severity[severity]++;
  if (problems->n_record >= TW_PROBLEMS_MAX || !grow(problems)) {
    count_dropped(problems);
    return;
  }
  tw_text message = {.memory = &problems->arena.memory};
  tw_text_vprint(&message, format, args);
  const twin_status usual = severity == TWIN_ERROR ? TWIN_ERR_LINE : TWIN_OK;
  problems->records[problems->n_record] = (twin_problem){
      .struct_size = sizeof(twin_problem),
      .severity = severity,
      .status = text->status != TWIN_OK ? text->status : usual,
      .line = text->line,
      .column = text->column,
      .code = keep(problems, text->code),
      .file = keep(problems, text->file),
      .pointer = keep(problems, text->pointer),
      .message = keep(problems, message.at),
      .got = keep(problems, text->got),
      .wanted = keep(problems, text->wanted),
      .hint = keep(problems, text->hint),
  };
  problems->texts[problems->n_record] = NULL;
  problems->n_record++;
  TW_ASSERT(problems->n_record <= problems->capacity);
  tw_text_free(&message);
}

void tw_problems_add(twin_problems *problems, const tw_problem_text *text, const char *format,
                     ...) {
  if (problems == NULL) return;
  va_list args;
  va_start(args, format);
  add(problems, text, format, args);
  va_end(args);
}

twin_status tw_fail(twin_problems *problems, twin_status status, const char *format, ...) {
  TW_ASSERT(status < 0);
  if (problems == NULL) return status;
  va_list args;
  va_start(args, format);
  add(problems, &(tw_problem_text){.status = status}, format, args);
  va_end(args);
  return status;
}

void tw_problems_hand_on(twin_problems *problems, const twin_problems *from, const char *before) {
  const size_t n = twin_problems_count(from, -1);
  for (size_t i = 0; i < n; i++) {
    twin_problem p = {.struct_size = sizeof p};
    if (twin_problems_get(from, i, &p) != TWIN_OK) continue;
    tw_problems_add(problems,
                    &(tw_problem_text){.status = (twin_status)p.status,
                                       .severity = (twin_severity)p.severity,
                                       .code = p.code,
                                       .file = p.file,
                                       .line = p.line,
                                       .column = p.column,
                                       .pointer = p.pointer,
                                       .got = p.got,
                                       .wanted = p.wanted,
                                       .hint = p.hint},
                    "%s%s", before, p.message);
  }
}
