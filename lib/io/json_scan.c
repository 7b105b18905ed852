// json_scan.c - a recursive descent over the grammar of RFC 8259, depth bounded, linear in the
// text. It is stricter than the reader of values behind it (no leading zeros, no control characters
// in texts, no "\u0000"), so what it lets through is read the same by everyone. Invariant: `at`
// only moves forward, and `line` and `column` are those of `mark`, at or before `at`.

#include "io/json_scan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/format.h"
#include "base/text.h"
#include "io/json.h"

typedef struct scanner {
  const char *text, *at, *end;
  const char *mark;
  int32_t line, column;
  int32_t key_line, key_column;  // of the name that the next value belongs to
  tw_json_scan *result;
} scanner;

static bool scan_value(scanner *in, int depth);

// Moves the mark to the place where reading is, counting lines and characters on the way.
static void bring_mark(scanner *in) {
  TW_ASSERT(in->mark <= in->at);
  for (; in->mark < in->at; in->mark++) {
    if (*in->mark == '\n') {
      in->line++;
      in->column = 1;
    } else if (((unsigned char)*in->mark & 0xc0) != 0x80) {
      in->column++;
    }
  }
}

// Notes the mistake at `at` and returns false.
static bool __attribute__((format(printf, 3, 4)))
fail(scanner *in, const char *hint, const char *format, ...) {
  bring_mark(in);
  in->result->line = in->line;
  in->result->column = in->column;
  in->result->hint = hint;
  va_list args;
  va_start(args, format);
  tw_vformat(in->result->message, sizeof in->result->message, format, args);
  va_end(args);
  return false;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_at(const scanner *in, char c) { return in->at < in->end && *in->at == c; }

static void skip_space(scanner *in) {
  while (in->at < in->end &&
         (*in->at == ' ' || *in->at == '\n' || *in->at == '\t' || *in->at == '\r')) {
    in->at++;
  }
}

// A hint for bytes that word processors and other encodings leave behind.
static const char *hint_of_bytes(const scanner *in) {
  const size_t n = (size_t)(in->end - in->at);
  const unsigned char first = (unsigned char)in->at[0];
  if (first == 0xff || first == 0xfe) return "save the file as UTF-8";
  if (n >= 3 && memcmp(in->at, "\xe2\x80", 2) == 0) return "texts stand in plain double quotes";
  if (n >= 2 && memcmp(in->at, "\xc2\xa0", 2) == 0) return "this is a no-break space";
  return NULL;
}

// Says what stands where something else was expected, with a hint for slips that JSON does not
// allow.
static bool fail_expected(scanner *in, const char *expected) {
  if (in->at >= in->end) return fail(in, NULL, "%s is expected, but the text ends here", expected);
  const unsigned char c = (unsigned char)*in->at;
  if (c == 0) return fail(in, NULL, "a NUL byte is not allowed");
  if (c < 0x20 || c >= 0x7f)
    return fail(in, hint_of_bytes(in), "%s is expected, not byte 0x%02x", expected, c);
  const char *hint = NULL;
  if (expected[0] == '\'' && expected[1] == ',') hint = "is a comma missing before it?";
  if (c == '/' || c == '#') hint = "JSON has no comments; use \"about\"";
  if (c == '\'') hint = "texts stand in double quotes";
  if (c == 'N' || c == 'I' || c == '+') hint = "numbers look like 12, -0.5 or 1e-3";
  if (c == 'T' || c == 'F') hint = "the words are true and false";
  if (c == '}' || c == ']') hint = "is there a comma too many before it, or a value missing?";
  return fail(in, hint, "%s is expected, not '%c'", expected, c);
}

// Adds the place of the value that begins at `at`.
static bool add_place(scanner *in) {
  tw_json_scan *result = in->result;
  if (result->n_place >= TW_JSON_VALUES_MAX) {
    return fail(in, NULL, "more than %d values", TW_JSON_VALUES_MAX);
  }
  if (result->n_place == result->capacity) {
    const size_t capacity = result->capacity == 0 ? 256 : result->capacity * 2;
    tw_json_place *place =
        tw_memory_resize(result->memory, result->place, capacity * sizeof *place);
    if (place == NULL) {
      result->is_out_of_memory = true;
      return false;
    }
    result->place = place;
    result->capacity = capacity;
  }
  bring_mark(in);
  result->place[result->n_place++] = (tw_json_place){.offset = (uint32_t)(in->at - in->text),
                                                     .line = in->line,
                                                     .column = in->column,
                                                     .key_line = in->key_line,
                                                     .key_column = in->key_column};
  in->key_line = in->key_column = 0;
  return true;
}

// Reads the four hex digits at `at`, without moving; -1 when they are not there.
static int32_t peek_hex(const scanner *in, const char *at) {
  if (in->end - at < 4) return -1;
  int32_t code = 0;
  for (int i = 0; i < 4; i++) {
    const char c = at[i];
    const int digit = is_digit(c)            ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

static bool scan_escape(scanner *in) {
  TW_ASSERT(is_at(in, '\\'));
  const char c = in->at + 1 < in->end ? in->at[1] : 0;
  if (c == 0 || strchr("\"\\/bfnrtu", c) == NULL) {
    return fail(in, "a backslash itself is \\\\", "an unknown escape in a text");
  }
  if (c != 'u') {
    in->at += 2;
    return true;
  }
  const int32_t code = peek_hex(in, in->at + 2);
  if (code < 0) return fail(in, NULL, "\\u needs four hexadecimal digits");
  if (code == 0) return fail(in, NULL, "\\u0000 is not allowed in a text");
  const bool is_high = code >= 0xd800 && code <= 0xdbff;
  if (code >= 0xdc00 && code <= 0xdfff) return fail(in, NULL, "half a surrogate pair");
  if (is_high) {
    const bool has_low = in->end - in->at >= 12 && in->at[6] == '\\' && in->at[7] == 'u';
    const int32_t low = has_low ? peek_hex(in, in->at + 8) : -1;
    if (low < 0xdc00 || low > 0xdfff) return fail(in, NULL, "half a surrogate pair");
  }
  in->at += is_high ? 12 : 6;
  return true;
}

static bool scan_text(scanner *in) {
  TW_ASSERT(is_at(in, '"'));
  in->at++;
  while (in->at < in->end) {
    const unsigned char c = (unsigned char)*in->at;
    if (c == '"') {
      in->at++;
      return true;
    }
    if (c == 0) return fail(in, NULL, "a NUL byte is not allowed");
    if (c == '\n' || c == '\r') return fail(in, NULL, "a text is not closed on its line");
    if (c < 0x20) return fail(in, NULL, "byte 0x%02x in a text must be written as an escape", c);
    if (c == '\\') {
      if (!scan_escape(in)) return false;
      continue;
    }
    const size_t n = tw_utf8_length(in->at, (size_t)(in->end - in->at));
    if (n == 0) return fail(in, "save the file as UTF-8", "byte 0x%02x is not UTF-8", c);
    in->at += n;
  }
  return fail(in, NULL, "a text is not closed");
}

static bool scan_digits(scanner *in, const char *where) {
  if (in->at >= in->end || !is_digit(*in->at)) {
    return fail(in, "numbers look like 12, -0.5 or 1e-3", "a digit is needed %s", where);
  }
  while (in->at < in->end && is_digit(*in->at)) in->at++;
  return true;
}

// The range is checked here: a number that no double holds would silently become infinite.
static bool check_number(scanner *in, const char *begin) {
  char buffer[TW_JSON_NUMBER_MAX + 1];
  const size_t n = (size_t)(in->at - begin);
  double number;
  if (n > TW_JSON_NUMBER_MAX) {
    return fail(in, NULL, "a number has more than %d characters", TW_JSON_NUMBER_MAX);
  }
  memcpy(buffer, begin, n);
  buffer[n] = 0;
  if (tw_number_read(buffer, &number) != n || !isfinite(number)) {
    return fail(in, NULL, "the number before this is too large");
  }
  return true;
}

static bool scan_number(scanner *in, tw_json_place *place) {
  const char *begin = in->at;
  if (is_at(in, '-')) in->at++;
  if (is_at(in, '0') && in->at + 1 < in->end && is_digit(in->at[1])) {
    return fail(in, NULL, "a number does not begin with 0");
  }
  if (!scan_digits(in, "here")) return false;
  if (is_at(in, '.')) {
    in->at++;
    if (!scan_digits(in, "after the point")) return false;
  }
  if (is_at(in, 'e') || is_at(in, 'E')) {
    in->at++;
    if (is_at(in, '+') || is_at(in, '-')) in->at++;
    if (!scan_digits(in, "in the exponent")) return false;
  }
  place->n_bytes = (uint32_t)(in->at - begin);
  return check_number(in, begin);
}

static bool scan_word(scanner *in) {
  static const char *const words[] = {"true", "false", "null"};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    const size_t n = strlen(words[i]);
    if ((size_t)(in->end - in->at) >= n && memcmp(in->at, words[i], n) == 0) {
      in->at += n;
      return true;
    }
  }
  return fail_expected(in, "a value");
}

// A member's name and colon, up to its value.
static bool scan_key(scanner *in) {
  if (!is_at(in, '"')) return fail_expected(in, "a name in double quotes");
  bring_mark(in);
  in->key_line = in->line;
  in->key_column = in->column;
  if (!scan_text(in)) return false;
  skip_space(in);
  if (!is_at(in, ':')) return fail_expected(in, "':'");
  in->at++;
  skip_space(in);
  return true;
}

// A list or an object behind its opening bracket.
static bool scan_container(scanner *in, int depth, char close) {
  in->at++;
  if (depth >= TW_JSON_DEPTH_MAX) {
    return fail(in, NULL, "nested deeper than %d levels", TW_JSON_DEPTH_MAX);
  }
  skip_space(in);
  if (is_at(in, close)) {
    in->at++;
    return true;
  }
  for (;;) {
    if (close == '}' && !scan_key(in)) return false;
    if (!scan_value(in, depth + 1)) return false;
    skip_space(in);
    if (is_at(in, close)) break;
    if (!is_at(in, ',')) return fail_expected(in, close == '}' ? "',' or '}'" : "',' or ']'");
    in->at++;
    skip_space(in);
  }
  in->at++;
  return true;
}

static bool scan_value(scanner *in, int depth) {
  TW_ASSERT(depth <= TW_JSON_DEPTH_MAX);
  if (!add_place(in)) return false;
  if (in->at >= in->end) return fail_expected(in, "a value");
  const char c = *in->at;
  if (c == '{') return scan_container(in, depth, '}');
  if (c == '[') return scan_container(in, depth, ']');
  if (c == '"') return scan_text(in);
  if (c == '-' || is_digit(c)) {
    return scan_number(in, &in->result->place[in->result->n_place - 1]);
  }
  return scan_word(in);
}

bool tw_json_scan_text(tw_json_scan *scan, const char *text, size_t n_bytes) {
  TW_ASSERT(scan != NULL && text != NULL);
  TW_ASSERT(n_bytes <= TW_JSON_BYTES_MAX);
  *scan = (tw_json_scan){.memory = scan->memory};
  scanner in = {
      .text = text, .at = text, .end = text + n_bytes, .line = 1, .column = 1, .result = scan};
  if (n_bytes >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) in.at += 3;
  in.mark = in.at;
  skip_space(&in);
  if (!scan_value(&in, 0)) return false;
  skip_space(&in);
  if (in.at < in.end) return fail_expected(&in, "the end of the file");
  return true;
}

void tw_json_scan_free(tw_json_scan *scan) {
  TW_ASSERT(scan != NULL);
  tw_memory_free(scan->memory, scan->place);
  *scan = (tw_json_scan){.memory = scan->memory};
}
