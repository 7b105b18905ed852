// line_text.h - lines and runs for tests, from texts and files: read, compile, run, save. No test
// framework in here, because fuzz targets use it too.

#ifndef TW_TESTS_LINE_TEXT_H
#define TW_TESTS_LINE_TEXT_H

#include "base/text.h"
#include "engine/run.h"

// A small line with a bit of everything: two sources, queues of every order, stays, a split, a merge,
// rework, scrap, defects, an inspection, blocking before service, polling, pre-emption, failures on every clock and with every part
// fate, people who are short.
extern const char test_rich_line[];

// Another one with what people do: calendars with every policy, people for every phase, setups with steps
// ahead and approval, maintenance by every trigger, a common cause, spare parts, ways, a call.
extern const char test_work_line[];

// A third one with what controls a line: kanban, constant work in process, base stock with a customer, routes
// beside a chain, queues by due dates, costs.
extern const char test_control_line[];

// As snprintf, in the numbers of the C locale: for texts that are read again.
void test_print(char *buffer, size_t n, const char *format, ...) __attribute__((format(printf, 3, 4)));

// Reads and compiles a line. NULL when it is refused; then the problems are in `why` (NULL: not
// wanted). The caller drops it with tw_line_unref.
tw_line *test_line(const char *text, tw_text *why);

// The same from a file.
tw_line *test_line_file(const char *path, tw_text *why);

// A run of the line at time zero with statistics and the line's own warm-up; never NULL while there
// is memory.
tw_run *test_run(tw_line *line, uint64_t seed);

// Runs to an instant in seconds; the problems are dropped.
twin_status test_until(tw_run *run, double time_s);

// A run's snapshot; the caller frees it.
void *test_save(const tw_run *run, size_t *n_byte);

// Index of a place by its name; TW_NONE: there is none.
int32_t test_place(const tw_line *line, const char *name);

// Index of a draw site by place, machine of the line (TW_NONE: the place's own) and purpose.
int32_t test_site(const tw_line *line, int32_t place_i, int32_t machine_i, const char *purpose);

// Small random whole numbers for tests, a function of (seed, n) only: [0, n_choice).
typedef struct test_random {
  uint64_t seed, n;
} test_random;
uint64_t test_word(test_random *random);
int32_t test_pick(test_random *random, int32_t n_choice);
bool test_chance(test_random *random, int32_t percent);

#endif
