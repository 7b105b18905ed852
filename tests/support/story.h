// story.h - what happened in a small line, as one readable text: "0 start A 1; 6 complete A 1". For
// tests that say a rule by a line of a few places and the instants that follow from it by hand.

#ifndef TW_TESTS_STORY_H
#define TW_TESTS_STORY_H

#include "support/line_text.h"

// A line from the sections that matter, written with ' for "; version and one part type "p" are
// added unless the text has its own "parts". NULL when it is refused; then the problems are in
// `why` (NULL: not wanted). The caller drops it with tw_line_unref.
tw_line *test_quoted_line(const char *sections, tw_text *why);

// Facts of a run as they happen. kinds: the words of those that are told, with a blank between:
// create enter start complete leave ship scrap lose fail repair repaired state window, each also of
// one place only: "enter/b1". A fact reads "SECONDS KIND PLACE WHAT": the place with the machine's
// number where there are several, and what is a part's number, a state, or a failure mode.
typedef struct test_story {
  const char *kinds;
  tw_text text;
} test_story;

// Tells a run from now on; drop the text with tw_text_free.
void test_tell(test_story *story, tw_run *run, const char *kinds);

// The story of a line with seed 1 up to an instant, in a text that the caller frees with free. What
// stopped the run, why the line was refused, or what is wrong with the state stands at the end of it.
char *test_told(const char *sections, double until_s, const char *kinds);

// A figure of the run by its path; NAN where there is none of this name.
double test_value(const tw_run *run, const char *path);

// Number of listed figures with this in their path, and that are found by it.
int32_t test_count_listed(const tw_line *line, const char *part);

// Seconds that a machine (index over all) has been in a state, within the window.
double test_in_state(const tw_run *run, int32_t machine_i, int32_t state);

#endif
