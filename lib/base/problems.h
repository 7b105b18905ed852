// problems.h - how the library adds to a twin_problems list. Every function accepts a NULL list and
// then does nothing, so callers need not ask.

#ifndef TW_BASE_PROBLEMS_H
#define TW_BASE_PROBLEMS_H

#include <twin/base.h>

#include "base/limits.h"
#include "base/memory.h"

// What to say; fields left NULL or 0 are empty. Texts are copied.
typedef struct tw_problem_text {
  twin_status status;      // 0: TWIN_ERR_LINE for errors, TWIN_OK for warnings
  twin_severity severity;
  const char *code;        // "E-UNIT"
  const char *file;
  int line, column;
  const char *pointer;
  const char *got, *wanted, *hint;
} tw_problem_text;

// Adds one problem; the message is printed from format.
void tw_problems_add(twin_problems *problems, const tw_problem_text *text, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Adds an error without a place and returns its status, for `return tw_fail(problems, ...)`.
twin_status tw_fail(twin_problems *problems, twin_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

// Adds what another list has, with a few words in front of each message.
void tw_problems_hand_on(twin_problems *problems, const twin_problems *from, const char *before);

// Where a list grows, for texts that are made for it; NULL list: the C library's.
const tw_memory *tw_problems_memory(const twin_problems *problems);

// A list in memory that is handed along (NULL: the C library's).
twin_problems *tw_problems_new(const tw_memory *memory);

// At most TW_PROBLEMS_MAX problems are kept; the next ones are only counted and a last note says so.

#endif
