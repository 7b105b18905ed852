// scan.c - takes the text of an expression apart into tokens: numbers with their units, names,
// operators. It knows the two places where the language depends on more than the next character:
// how far a unit reaches ("2 m/s" against "2 m/s.max") and where a hyphen ends a name ("a-b").
// Everything it refuses, it refuses with a place and a sentence.

#include "expr/scan.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/text.h"

#define MANY                                INT32_MAX
#define WORD(text, token, op, n_min, n_max) {text, TW_TOKEN_##token, TW_EXPR_##op, n_min, n_max},
static const tw_expr_word words[] = {
#include "expr/words.inl"
};
#undef WORD
#undef MANY

#define WORD(text, token, op, n_min, n_max) text,
static const char *const word_texts[] = {
#include "expr/words.inl"
};
#undef WORD

// A name is printed up to this length, so that the sentence around it is always whole.
enum { N_WORD = sizeof words / sizeof words[0], UNIT_TEXT_MAX = 48, NAME_SHOWN_MAX = 40 };

static const double pi = 0x1.921fb54442d18p+1;

const char *const *tw_expr_functions(int32_t *n_name) {
  TW_ASSERT(n_name != NULL);
  *n_name = N_WORD;
  return word_texts;
}

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
static bool is_in_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

// A name may end before anything that does not carry it on; a hyphen may or may not.
static bool ends_name(const char *at) {
  return !is_in_word(at[0]) && !(at[0] == '.' && is_letter(at[1]));
}

static int32_t skip_space(const tw_expr_scan *scan, int32_t at) {
  while (is_space(scan->text[at])) at++;
  return at;
}

// Finds the longest symbol or reserved word that the text at `at` begins with. Returns its length,
// 0 for none; one of *symbol and *word is set.
static int32_t match_name(const tw_expr_scan *scan, int32_t at, const tw_expr_symbol **symbol,
                          const tw_expr_word **word) {
  const char *text = scan->text + at;
  size_t best = 0;
  *symbol = NULL;
  *word = NULL;
  for (size_t i = 0; i < N_WORD; i++) {
    const size_t n = strlen(words[i].text);
    if (n > best && strncmp(text, words[i].text, n) == 0 && ends_name(text + n)) {
      best = n;
      *word = &words[i];
    }
  }
  // Longer only: a symbol cannot take the place of a reserved word, "min-stay" may begin with one.
  for (int32_t i = 0; i < scan->n_symbol; i++) {
    const size_t n = strlen(scan->symbols[i].name);
    if (n > best && strncmp(text, scan->symbols[i].name, n) == 0 && ends_name(text + n)) {
      best = n;
      *symbol = &scan->symbols[i];
      *word = NULL;
    }
  }
  TW_ASSERT((best > 0) == (*symbol != NULL || *word != NULL));
  return (int32_t)best;
}

// ---- Units -----------------------------------------------------------------------------------

// True for a name that is no unit although the table of units may have it: a call ("min(a, b)"), a
// dotted name, or, behind a joining * or /, the beginning of a longer symbol ("min-stay").
static bool is_name_of_expression(const tw_expr_scan *scan, int32_t at, int32_t n, bool is_joined) {
  const char *behind = scan->text + at + n;
  const tw_expr_symbol *symbol;
  const tw_expr_word *word;
  const int32_t n_name = match_name(scan, at, &symbol, &word);
  const bool is_function = word != NULL && word->kind == TW_TOKEN_FUNCTION;
  if (is_function && scan->text[skip_space(scan, at + n)] == '(') return true;
  if (behind[0] == '.' && is_letter(behind[1])) return true;
  return is_joined && n_name > n;
}

// Characters of "^2" or "^-1"; a unit has exponents of one digit.
static int32_t measure_exponent(const char *text) {
  if (text[0] != '^') return 0;
  const int32_t i = text[1] == '-' ? 2 : 1;
  return is_digit(text[i]) && !is_digit(text[i + 1]) ? i + 1 : 0;
}

static bool is_unit(const char *text, int32_t n) {
  char unit[UNIT_TEXT_MAX];
  double scale, offset;
  tw_dim dim;
  TW_ASSERT(n > 0 && n < UNIT_TEXT_MAX);
  memcpy(unit, text, (size_t)n);
  unit[n] = 0;
  return tw_unit_read(unit, &scale, &offset, &dim) == (size_t)n;
}

// Length of the word that could be a unit's name.
static int32_t measure_word(const char *text) {
  int32_t n = 0;
  if (text[0] == '%') return 1;
  if (!is_letter(text[0])) return 0;
  while (is_in_word(text[n])) n++;
  return n;
}

// Length of the unit expression at `at`, 0 for none: the longest run of unit names that * and /
// join without spaces ("kJ/kg/K", "1/min"). It ends before the first thing that is not a unit.
static int32_t measure_unit(const tw_expr_scan *scan, int32_t at) {
  const char *text = scan->text;
  int32_t n_best = 0;
  int32_t name = text[at] == '1' && text[at + 1] == '/' ? at + 2 : at;
  for (;;) {
    int32_t end = name + measure_word(text + name);
    if (end == name || is_name_of_expression(scan, name, end - name, name > at)) break;
    end += measure_exponent(text + end);
    if (end - at >= UNIT_TEXT_MAX || !is_unit(text + at, end - at)) break;
    n_best = end - at;
    if (text[end] != '*' && text[end] != '/') break;
    name = end + 1;
  }
  TW_ASSERT(n_best >= 0 && n_best < UNIT_TEXT_MAX);
  return n_best;
}

// ---- Numbers ---------------------------------------------------------------------------------

// Copies a name for a message or a search.
static void copy_name(char name[NAME_SHOWN_MAX + 1], const char *text, int32_t n) {
  const int32_t n_shown = n < NAME_SHOWN_MAX ? n : NAME_SHOWN_MAX;
  memcpy(name, text, (size_t)n_shown);
  name[n_shown] = 0;
}

// Looks at what follows a number that has no unit: a unit with the wrong space before it or with a
// misspelt name gets its own sentence here, where the parser could only miss an operator.
static bool check_behind_number(const tw_expr_scan *scan, int32_t end) {
  const char *text = scan->text;
  char name[NAME_SHOWN_MAX + 1];
  if (is_letter(text[end]) || text[end] == '_' || text[end] == '%') {
    return tw_expr_fail(scan->error, end, "a unit stands one space behind its number: \"2 min\"");
  }
  const int32_t next = skip_space(scan, end);
  if (!is_letter(text[next]) && text[next] != '%' && text[next] != '1') return true;
  const tw_expr_symbol *symbol;
  const tw_expr_word *word;
  if (measure_unit(scan, next) > 0) {
    return tw_expr_fail(scan->error, end, "exactly one space stands between a number and its unit");
  }
  // A known name without an operator before it is the parser's to tell; "and" and "or" are right.
  if (!is_letter(text[next]) || match_name(scan, next, &symbol, &word) > 0) return true;
  copy_name(name, text + next, measure_word(text + next));
  const char *nearest = tw_unit_nearest(name);
  if (nearest != NULL) tw_expr_hint(scan->error, "did you mean '%s'?", nearest);
  return tw_expr_fail(scan->error, next, "'%s' is not a unit", name);
}

// Reads "840 degC" as a quantity of the line file is read, so that both give the same bits.
static bool read_with_unit(const tw_expr_scan *scan, tw_expr_token *token) {
  const char *text = scan->text + token->offset;
  const char *plain = tw_arena_text_n(scan->scratch, text, (size_t)token->n);
  const char *negated = tw_arena_print(scan->scratch, "-%.*s", (int)token->n, text);
  if (plain == NULL || negated == NULL) {
    return tw_expr_fail(scan->error, token->offset, "memory is short");
  }
  const bool is_read = tw_quantity_read(plain, &token->number, &token->dim) == TW_QUANTITY_OK &&
                       tw_quantity_read(negated, &token->negated, &token->dim) == TW_QUANTITY_OK;
  if (!is_read || !isfinite(token->number)) {
    return tw_expr_fail(scan->error, token->offset, "the number is too large");
  }
  token->has_unit = true;
  return true;
}

static bool scan_number(const tw_expr_scan *scan, tw_expr_token *token) {
  const char *text = scan->text;
  token->kind = TW_TOKEN_NUMBER;
  token->dim = TW_DIM_ONE;
  token->n = (int32_t)tw_number_read(text + token->offset, &token->number);
  if (token->n == 0) return tw_expr_fail(scan->error, token->offset, "memory is short");
  if (!isfinite(token->number)) {
    return tw_expr_fail(scan->error, token->offset, "the number is too large");
  }
  token->negated = -token->number;
  const int32_t end = token->offset + token->n;
  const int32_t n_unit = text[end] == ' ' ? measure_unit(scan, end + 1) : 0;
  if (n_unit == 0) return check_behind_number(scan, end);
  token->n += 1 + n_unit;
  return read_with_unit(scan, token);
}

// ---- Names -----------------------------------------------------------------------------------

// Length of everything that could be one name, hyphens and dots included.
static int32_t measure_name(const char *text) {
  int32_t n = 0;
  while (is_in_word(text[n]) || text[n] == '-' || (text[n] == '.' && is_letter(text[n + 1]))) n++;
  while (n > 0 && text[n - 1] == '-') n--;
  return n;
}

// The symbol that was probably meant: the nearest by letters, or the one of another object that
// ends with the same word ("wear" for "tool.wear"). NULL for none.
static const char *find_meant(const tw_expr_scan *scan, const char *name) {
  const size_t n_name = (size_t)scan->n_symbol + N_WORD;
  // The function that most textbooks call otherwise is too short for a search by letters.
  if (strcmp(name, "ln") == 0) return "log";
  const char **names = tw_arena_take_array(scan->scratch, n_name, sizeof *names);
  if (names == NULL) return NULL;
  for (int32_t i = 0; i < scan->n_symbol; i++) names[i] = scan->symbols[i].name;
  memcpy(names + scan->n_symbol, word_texts, sizeof word_texts);
  const char *nearest = tw_text_nearest(name, names, n_name);
  if (nearest != NULL) return nearest;
  for (int32_t i = 0; i < scan->n_symbol; i++) {
    const char *dot = strrchr(names[i], '.');
    if (dot != NULL && strcmp(dot + 1, name) == 0) return names[i];
  }
  return NULL;
}

// A list of names for a message, "part.mass, wear, ..." as far as there is room.
typedef struct name_list {
  char text[88];
  size_t n;
  bool is_full;
} name_list;

static void add_to_list(name_list *list, const char *name) {
  const char *comma = list->n > 0 ? ", " : "";
  const size_t room = sizeof list->text - list->n;
  if (list->is_full) return;
  // The last word must leave room for ", ..." behind it.
  list->is_full = strlen(comma) + strlen(name) + sizeof ", ..." > room;
  list->n +=
      (size_t)snprintf(list->text + list->n, room, "%s%s", comma, list->is_full ? "..." : name);
  TW_ASSERT(list->n < sizeof list->text);
}

static bool fail_unknown(const tw_expr_scan *scan, int32_t at) {
  const char *text = scan->text + at;
  char name[NAME_SHOWN_MAX + 1];
  name_list list = {0};
  int32_t n = measure_name(text);
  copy_name(name, text, n);
  const char *meant = find_meant(scan, name);
  // Without a symbol near to the whole, the hyphen is read as a minus and the name ends before it.
  const char *hyphen = memchr(text, '-', (size_t)n);
  if (meant == NULL && hyphen != NULL) {
    n = (int32_t)(hyphen - text);
    copy_name(name, text, n);
    meant = find_meant(scan, name);
  }
  if (meant != NULL) tw_expr_hint(scan->error, "did you mean '%.60s'?", meant);
  if (text[n] == '(') {
    for (size_t i = 0; i < N_WORD; i++) {
      if (words[i].kind == TW_TOKEN_FUNCTION) add_to_list(&list, words[i].text);
    }
    return tw_expr_fail(scan->error, at, "'%s' is no function; there are %s", name, list.text);
  }
  if (scan->n_symbol == 0) {
    return tw_expr_fail(scan->error, at, "'%s' is unknown; no names are known here", name);
  }
  for (int32_t i = 0; i < scan->n_symbol; i++) add_to_list(&list, scan->symbols[i].name);
  return tw_expr_fail(scan->error, at, "'%s' is unknown; known here: %s", name, list.text);
}

static bool scan_name(const tw_expr_scan *scan, tw_expr_token *token) {
  const tw_expr_symbol *symbol;
  const tw_expr_word *word;
  token->n = match_name(scan, token->offset, &symbol, &word);
  if (token->n == 0) return fail_unknown(scan, token->offset);
  token->kind = symbol != NULL ? TW_TOKEN_SYMBOL : word->kind;
  token->symbol = symbol;
  token->word = word;
  if (token->kind == TW_TOKEN_NUMBER) {
    token->number = pi;
    token->negated = -pi;
    token->dim = TW_DIM_ONE;
  }
  return true;
}

// ---- Signs -----------------------------------------------------------------------------------

// Bytes of the character at text, 0 when it is no UTF-8 or no sign that can be shown; a message
// holds a character only if it is whole.
static int measure_character(const char *text) {
  static const uint32_t least[] = {0, 0x20, 0x80, 0x800, 0x10000};
  const unsigned char lead = (unsigned char)text[0];
  const int n = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  uint32_t code = n == 1 ? lead : lead & (0x7fu >> n);
  for (int i = 1; i < n; i++) {
    const unsigned char byte = (unsigned char)text[i];
    if ((byte & 0xc0) != 0x80) return 0;
    code = code << 6 | (byte & 0x3fu);
  }
  const bool is_surrogate = code >= 0xd800 && code < 0xe000;
  return code < least[n] || code == 0x7f || is_surrogate || code > 0x10ffff || lead > 0xf4 ? 0 : n;
}

static bool fail_character(const tw_expr_scan *scan, int32_t at) {
  const char *text = scan->text + at;
  const int n = measure_character(text);
  if (text[0] == '.') tw_expr_hint(scan->error, "a number begins with a digit: 0.5");
  if (text[0] == '%') tw_expr_hint(scan->error, "a percentage is a number, one space and %%: 2 %%");
  if (n == 0) {
    return tw_expr_fail(scan->error, at, "the byte 0x%02x is not part of an expression",
                        (unsigned)(unsigned char)text[0]);
  }
  return tw_expr_fail(scan->error, at, "'%.*s' is not part of an expression", n, text);
}

// An operator as it is written, or as people write it elsewhere and what they mean by it.
typedef struct sign {
  const char *text;
  tw_expr_token_kind kind;
  const char *meant;
} sign;

// Longer signs stand before their beginnings: "<=" is not "<".
// clang-format off
static const sign signs[] = {
    {"<=", TW_TOKEN_LE, NULL},           {">=", TW_TOKEN_GE, NULL},
    {"==", TW_TOKEN_EQ, NULL},           {"!=", TW_TOKEN_NE, NULL},
    {"&&", TW_TOKEN_AND, NULL},          {"||", TW_TOKEN_OR, NULL},
    {"**", TW_TOKEN_END, "^"},           {"<>", TW_TOKEN_END, "!="},
    {"=>", TW_TOKEN_END, ">="},          {"=<", TW_TOKEN_END, "<="},
    {"<", TW_TOKEN_LT, NULL},            {">", TW_TOKEN_GT, NULL},
    {"!", TW_TOKEN_NOT, NULL},           {"+", TW_TOKEN_PLUS, NULL},
    {"-", TW_TOKEN_MINUS, NULL},         {"*", TW_TOKEN_TIMES, NULL},
    {"/", TW_TOKEN_OVER, NULL},          {"^", TW_TOKEN_POWER, NULL},
    {"(", TW_TOKEN_OPEN, NULL},          {")", TW_TOKEN_CLOSE, NULL},
    {",", TW_TOKEN_COMMA, NULL},         {"=", TW_TOKEN_END, "=="},
    {"&", TW_TOKEN_END, "and"},          {"|", TW_TOKEN_END, "or"},
    {"\xe2\x89\xa4", TW_TOKEN_END, "<="}, {"\xe2\x89\xa5", TW_TOKEN_END, ">="},
    {"\xe2\x89\xa0", TW_TOKEN_END, "!="}, {"\xe2\x88\x92", TW_TOKEN_END, "-"},
    {"\xc3\x97", TW_TOKEN_END, "*"},     {"\xc2\xb7", TW_TOKEN_END, "*"},
    {"\xc3\xb7", TW_TOKEN_END, "/"},
};
// clang-format on

static bool scan_sign(const tw_expr_scan *scan, tw_expr_token *token) {
  for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
    const size_t n = strlen(signs[i].text);
    if (strncmp(scan->text + token->offset, signs[i].text, n) != 0) continue;
    if (signs[i].meant != NULL) {
      tw_expr_hint(scan->error, "did you mean '%s'?", signs[i].meant);
      return tw_expr_fail(scan->error, token->offset, "'%s' is not part of an expression",
                          signs[i].text);
    }
    token->kind = signs[i].kind;
    token->n = (int32_t)n;
    return true;
  }
  return fail_character(scan, token->offset);
}

bool tw_expr_scan_next(tw_expr_scan *scan, tw_expr_token *token) {
  TW_ASSERT(scan->text != NULL && scan->at >= 0 && scan->at <= TW_EXPR_TEXT_MAX);
  const int32_t at = skip_space(scan, scan->at);
  const char c = scan->text[at];
  *token = (tw_expr_token){.kind = TW_TOKEN_END, .offset = at};
  if (c == 0) return true;
  const bool is_read = is_digit(c)    ? scan_number(scan, token)
                       : is_letter(c) ? scan_name(scan, token)
                                      : scan_sign(scan, token);
  if (!is_read) return false;
  TW_ASSERT(token->n > 0);
  scan->at = at + token->n;
  return true;
}
