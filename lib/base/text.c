// text.c - growing texts, JSON escapes and the search for the name a user meant.
// Once memory is short a text stays as it is and says so; callers ask once, at the end.

#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/format.h"

enum { FIRST_CAPACITY = 64, WORD_MAX = 64 };

void tw_text_free(tw_text *text) {
  if (text == NULL) return;
  tw_memory_free(text->memory, text->at);
  *text = (tw_text){.memory = text->memory};
}

void tw_text_clear(tw_text *text) {
  text->n = 0;
  if (text->at != NULL) text->at[0] = 0;
}

// Makes room for n more bytes and the terminator.
static bool reserve(tw_text *text, size_t n) {
  if (text->is_out_of_memory) return false;
  if (n >= SIZE_MAX / 2 - text->n) {
    text->is_out_of_memory = true;
    return false;
  }
  const size_t n_needed = text->n + n + 1;
  if (n_needed <= text->capacity) return true;
  size_t capacity = text->capacity == 0 ? FIRST_CAPACITY : text->capacity;
  while (capacity < n_needed) capacity *= 2;
  char *at = tw_memory_resize(text->memory, text->at, capacity);
  if (at == NULL) {
    text->is_out_of_memory = true;
    return false;
  }
  text->at = at;
  text->capacity = capacity;
  text->at[text->n] = 0;
  return true;
}

void tw_text_add_n(tw_text *text, const char *piece, size_t n) {
  TW_ASSERT(piece != NULL || n == 0);
  if (!reserve(text, n)) return;
  if (n > 0) memcpy(text->at + text->n, piece, n);
  text->n += n;
  text->at[text->n] = 0;
  TW_ASSERT(text->n < text->capacity);
}

void tw_text_add(tw_text *text, const char *piece) {
  TW_ASSERT(piece != NULL);
  tw_text_add_n(text, piece, strlen(piece));
}

void tw_text_vprint(tw_text *text, const char *format, va_list args) {
  va_list again;
  va_copy(again, args);
  const int n = tw_vformat(NULL, 0, format, args);
  if (n < 0) text->is_out_of_memory = true;
  if (n >= 0 && reserve(text, (size_t)n)) {
    tw_vformat(text->at + text->n, (size_t)n + 1, format, again);
    text->n += (size_t)n;
  }
  va_end(again);
}

void tw_text_print(tw_text *text, const char *format, ...) {
  va_list args;
  va_start(args, format);
  tw_text_vprint(text, format, args);
  va_end(args);
}

void tw_text_add_number(tw_text *text, double number) {
  char buffer[32];
  const size_t n = tw_number_write(buffer, number);
  tw_text_add_n(text, buffer, n);
}

// The short escape of a control character or of a character that would end the string, or 0.
static char json_escape(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

void tw_text_add_json(tw_text *text, const char *piece) {
  TW_ASSERT(piece != NULL);
  tw_text_add_n(text, "\"", 1);
  for (const char *at = piece; *at != 0; at++) {
    const char escape = json_escape(*at);
    if (escape != 0) {
      const char pair[2] = {'\\', escape};
      tw_text_add_n(text, pair, 2);
    } else if ((unsigned char)*at < 0x20 || *at == 0x7f) {
      tw_text_print(text, "\\u%04x", (unsigned)(unsigned char)*at);
    } else {
      tw_text_add_n(text, at, 1);
    }
  }
  tw_text_add_n(text, "\"", 1);
}

// Letters of ASCII only: names in the format are ASCII, and tolower() follows the locale.
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static int least(int a, int b) { return a < b ? a : b; }

// Edit distance with neighbours swapped as one edit (optimal string alignment), an edit counted as
// 2 and a wrong case as 1, so that "mw" is nearer to "mW" than to "MW" but near to both.
static int edit_distance(const char *a, size_t n_a, const char *b, size_t n_b) {
  TW_ASSERT(n_a <= WORD_MAX && n_b <= WORD_MAX);
  int rows[3][WORD_MAX + 1];
  int *before = rows[0], *last = rows[1], *row = rows[2];
  for (size_t j = 0; j <= n_b; j++) last[j] = (int)j * 2;
  memcpy(before, last, sizeof rows[0]);
  for (size_t i = 1; i <= n_a; i++) {
    row[0] = (int)i * 2;
    for (size_t j = 1; j <= n_b; j++) {
      const char x = a[i - 1], y = b[j - 1];
      const int cost = x == y ? 0 : lower(x) == lower(y) ? 1 : 2;
      row[j] = least(last[j - 1] + cost, least(last[j], row[j - 1]) + 2);
      if (i > 1 && j > 1 && x == b[j - 2] && a[i - 2] == y) {
        row[j] = least(row[j], before[j - 2] + 2);
      }
    }
    int *free_row = before;
    before = last;
    last = row;
    row = free_row;
  }
  return last[n_b];
}

// Whether `name` is the word with letters put in: the commonest slip is one left out.
static bool is_with_gaps(const char *word, const char *name) {
  for (; *name != 0; name++)
    if (lower(*word) == lower(*name) && *word != 0) word++;
  return *word == 0;
}

const char *tw_text_nearest(const char *word, const char *const *names, size_t n_name) {
  TW_ASSERT(word != NULL);
  TW_ASSERT(names != NULL || n_name == 0);
  const size_t n = strlen(word);
  if (n == 0 || n > WORD_MAX) return NULL;
  // One edit in three letters is a slip; more is another word. Short words must keep a letter.
  const int limit = n < 3 ? (n == 1 ? 1 : 2) : (int)(n / 3) * 2;
  const char *best = NULL, *begun = NULL;
  int best_distance = limit + 1;
  for (size_t i = 0; i < n_name; i++) {
    const size_t n_here = strlen(names[i]);
    if (n_here > WORD_MAX) continue;
    const int distance = edit_distance(word, n, names[i], n_here);
    const bool is_likelier = distance == best_distance && best != NULL &&
                             is_with_gaps(word, names[i]) && !is_with_gaps(word, best);
    if (distance < best_distance || is_likelier) {
      best = names[i];
      best_distance = distance;
    }
    if (begun == NULL && n >= 3 && strncmp(word, names[i], n) == 0) begun = names[i];
  }
  // "expo" is a beginning of "exponential", many edits away and still what was meant.
  return best != NULL ? best : begun;
}

size_t tw_utf8_length(const char *text, size_t n_left) {
  const unsigned char *at = (const unsigned char *)text;
  if (n_left == 0) return 0;
  const size_t n = at[0] < 0x80 ? 1 : at[0] < 0xc2 ? 0 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
  if (n == 0 || at[0] > 0xf4 || n > n_left) return 0;
  for (size_t i = 1; i < n; i++)
    if ((at[i] & 0xc0) != 0x80) return 0;
  if (at[0] == 0xe0 && at[1] < 0xa0) return 0;
  if (at[0] == 0xed && at[1] > 0x9f) return 0;
  if (at[0] == 0xf0 && at[1] < 0x90) return 0;
  if (at[0] == 0xf4 && at[1] > 0x8f) return 0;
  return n;
}
