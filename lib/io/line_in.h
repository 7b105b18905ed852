// line_in.h - a line from its text: read as a tree, changed where somebody wants that, compiled.
// The one way in which lines come to be outside of tests.

#ifndef TW_IO_LINE_IN_H
#define TW_IO_LINE_IN_H

#include "model/line.h"

struct twin_kind;

typedef struct tw_line_text {
  const char *text;
  size_t n_bytes;
  const char *file;    // that problems name
  const char *folder;  // that relative file names start from; NULL: the current one
  const struct twin_kind *const *kinds;  // from outside the library, ended by NULL; NULL: none
  // Changes the tree before it is read as a line; false: a problem says why not. NULL: nothing is
  // changed.
  bool (*change)(void *self, tw_node *root, tw_arena *arena, twin_problems *problems);
  void *self;
} tw_line_text;

// Builds a line. The line keeps what it was read from, so that it can be read again with changes (a
// changed one the text as changed). Wherever memory was short on the way, a problem that followed
// from it says nothing about the line. line: untouched on failure; NULL: nothing is wanted but the
// problems. TWIN_ERR_LINE, TWIN_ERR_KIND, TWIN_ERR_MEMORY.
twin_status tw_line_read(tw_line **line, const tw_host *host, const tw_line_text *from,
                         twin_problems *problems);

#endif
