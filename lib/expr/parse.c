// parse.c - the grammar of expressions: tokens in, checked tree out. Operators are read by
// precedence climbing. Recursion happens only at parentheses, calls, signs and powers, and every
// one of these counts against TW_EXPR_DEPTH_MAX, so no text can exhaust the stack; a long chain of
// operators is a loop.

#include "base/assert.h"
#include "expr/scan.h"

// How strongly an operator binds. `not` stands between and and the comparisons: "not a > b and c"
// is (not (a > b)) and c.
enum { LEVEL_OR = 1, LEVEL_AND, LEVEL_COMPARISON, LEVEL_SUM, LEVEL_PRODUCT };

typedef struct binary {
  int level;
  tw_expr_op op;
  const char *name;
} binary;

static const binary binaries[] = {
    [TW_TOKEN_OR] = {LEVEL_OR, TW_EXPR_OR, "or"},
    [TW_TOKEN_AND] = {LEVEL_AND, TW_EXPR_AND, "and"},
    [TW_TOKEN_LT] = {LEVEL_COMPARISON, TW_EXPR_LT, "<"},
    [TW_TOKEN_LE] = {LEVEL_COMPARISON, TW_EXPR_LE, "<="},
    [TW_TOKEN_GT] = {LEVEL_COMPARISON, TW_EXPR_GT, ">"},
    [TW_TOKEN_GE] = {LEVEL_COMPARISON, TW_EXPR_GE, ">="},
    [TW_TOKEN_EQ] = {LEVEL_COMPARISON, TW_EXPR_EQ, "=="},
    [TW_TOKEN_NE] = {LEVEL_COMPARISON, TW_EXPR_NE, "!="},
    [TW_TOKEN_PLUS] = {LEVEL_SUM, TW_EXPR_ADD, "+"},
    [TW_TOKEN_MINUS] = {LEVEL_SUM, TW_EXPR_SUB, "-"},
    [TW_TOKEN_TIMES] = {LEVEL_PRODUCT, TW_EXPR_MUL, "*"},
    [TW_TOKEN_OVER] = {LEVEL_PRODUCT, TW_EXPR_DIV, "/"},
    [TW_TOKEN_POWER] = {0, TW_EXPR_POW, "^"},  // right associative: read by parse_power
};

typedef struct parser {
  tw_expr_scan scan;
  tw_expr_token token;  // the next one, not yet used
  tw_expr_tree *tree;
  int depth;
} parser;

static int32_t parse_binary(parser *p, int level);
static int32_t parse_signed(parser *p);

static bool advance(parser *p) { return tw_expr_scan_next(&p->scan, &p->token); }

static int32_t fail(const parser *p, int32_t offset, const char *message) {
  tw_expr_fail(p->tree->error, offset, "%s", message);
  return TW_EXPR_NONE;
}

// One level deeper; every caller that gets true must count back.
static bool enter(parser *p) {
  if (p->depth >= TW_EXPR_DEPTH_MAX) {
    return tw_expr_fail(p->tree->error, p->token.offset, "nested deeper than %d levels",
                        TW_EXPR_DEPTH_MAX);
  }
  p->depth++;
  return true;
}

// How a token is named in a message; names are ASCII, so cutting them is safe.
#define TOKEN_FORMAT "'%.*s'"
static int shown_length(const tw_expr_token *token) { return token->n < 40 ? (int)token->n : 40; }
static const char *shown_text(const parser *p) { return p->scan.text + p->token.offset; }

static bool starts_value(tw_expr_token_kind kind) {
  return kind == TW_TOKEN_NUMBER || kind == TW_TOKEN_SYMBOL || kind == TW_TOKEN_FUNCTION ||
         kind == TW_TOKEN_OPEN;
}

// A value stands where no value can follow, or something is left over.
static int32_t fail_rest(const parser *p) {
  const tw_expr_token *token = &p->token;
  const int n = shown_length(token);
  if (starts_value(token->kind)) {
    tw_expr_fail(p->tree->error, token->offset, "an operator is missing before " TOKEN_FORMAT, n,
                 shown_text(p));
  } else if (token->kind == TW_TOKEN_CLOSE) {
    tw_expr_fail(p->tree->error, token->offset, "')' closes nothing");
  } else if (token->kind == TW_TOKEN_COMMA) {
    tw_expr_hint(p->tree->error, "decimals have a point: 0.5");
    tw_expr_fail(p->tree->error, token->offset, "',' stands outside of a function");
  } else {
    tw_expr_hint(p->tree->error, "put it in parentheses");
    tw_expr_fail(p->tree->error, token->offset, TOKEN_FORMAT " cannot stand here", n,
                 shown_text(p));
  }
  return TW_EXPR_NONE;
}

// An operator, a bracket or the end stands where a value is needed.
static int32_t fail_value(const parser *p) {
  const tw_expr_token *token = &p->token;
  if (token->kind == TW_TOKEN_END) {
    const bool is_empty = p->tree->n_node + p->depth == 0;
    return fail(p, token->offset,
                is_empty ? "the expression is empty"
                         : "the expression ends where a value is needed");
  }
  if (token->kind == TW_TOKEN_NOT) {
    tw_expr_hint(p->tree->error, "put the negated condition in parentheses");
  }
  tw_expr_fail(p->tree->error, token->offset, "a value is missing before " TOKEN_FORMAT,
               shown_length(token), shown_text(p));
  return TW_EXPR_NONE;
}

static int32_t add_one(parser *p, tw_expr_op op, int32_t a, int32_t offset, const char *name) {
  if (a == TW_EXPR_NONE) return TW_EXPR_NONE;
  return tw_expr_add_op(p->tree, op, (const int32_t[3]){a, TW_EXPR_NONE, TW_EXPR_NONE}, offset,
                        name);
}

static int32_t add_two(parser *p, tw_expr_op op, int32_t a, int32_t b, int32_t offset,
                       const char *name) {
  if (a == TW_EXPR_NONE || b == TW_EXPR_NONE) return TW_EXPR_NONE;
  return tw_expr_add_op(p->tree, op, (const int32_t[3]){a, b, TW_EXPR_NONE}, offset, name);
}

// Takes the ')' that belongs to the '(' at offset `open`.
static int32_t close_bracket(parser *p, int32_t value, int32_t open) {
  if (value == TW_EXPR_NONE) return TW_EXPR_NONE;
  if (p->token.kind == TW_TOKEN_END) return fail(p, open, "'(' is not closed");
  if (p->token.kind != TW_TOKEN_CLOSE) return fail_rest(p);
  return advance(p) ? value : TW_EXPR_NONE;
}

static int32_t parse_bracket(parser *p) {
  const int32_t open = p->token.offset;
  if (!enter(p)) return TW_EXPR_NONE;
  const int32_t value = advance(p) ? parse_binary(p, LEVEL_OR) : TW_EXPR_NONE;
  p->depth--;
  return close_bracket(p, value, open);
}

static int32_t fail_count(const parser *p, const tw_expr_word *word, int32_t n, int32_t offset) {
  const bool is_fixed = word->n_min == word->n_max;
  tw_expr_fail(p->tree->error, offset, "'%s' takes %s%d value%s, not %d", word->text,
               is_fixed ? "" : "at least ", (int)word->n_min, word->n_min == 1 ? "" : "s", (int)n);
  return TW_EXPR_NONE;
}

// Reads the operands behind "name(". Those of n-ary functions are folded as they come: min(a, b, c)
// is min(min(a, b), c), so a list may be as long as the text.
static int32_t parse_operands(parser *p, const tw_expr_word *word, int32_t offset) {
  int32_t of[3] = {TW_EXPR_NONE, TW_EXPR_NONE, TW_EXPR_NONE};
  int32_t n = 0;
  for (bool is_more = p->token.kind != TW_TOKEN_CLOSE; is_more; n++) {
    const int32_t value = parse_binary(p, LEVEL_OR);
    if (value == TW_EXPR_NONE) return TW_EXPR_NONE;
    if (n < 3 && n < word->n_max && word->n_min == word->n_max) of[n] = value;
    if (word->n_min != word->n_max) {
      of[0] = n == 0 ? value : add_two(p, word->op, of[0], value, offset, word->text);
      if (of[0] == TW_EXPR_NONE) return TW_EXPR_NONE;
    }
    is_more = p->token.kind == TW_TOKEN_COMMA;
    if (is_more && !advance(p)) return TW_EXPR_NONE;
  }
  if (p->token.kind == TW_TOKEN_CLOSE && (n < word->n_min || n > word->n_max)) {
    return fail_count(p, word, n, offset);
  }
  if (p->token.kind != TW_TOKEN_CLOSE || word->n_min != word->n_max) return of[0];
  return tw_expr_add_op(p->tree, word->op, of, offset, word->text);
}

static int32_t parse_call(parser *p) {
  const tw_expr_word *word = p->token.word;
  const int32_t offset = p->token.offset;
  TW_ASSERT(word != NULL && word->n_min >= 1);
  if (!advance(p)) return TW_EXPR_NONE;
  const int32_t open = p->token.offset;
  if (p->token.kind != TW_TOKEN_OPEN) {
    tw_expr_fail(p->tree->error, offset, "'%s' is a function and needs '('", word->text);
    return TW_EXPR_NONE;
  }
  if (!enter(p)) return TW_EXPR_NONE;
  const int32_t value = advance(p) ? parse_operands(p, word, offset) : TW_EXPR_NONE;
  p->depth--;
  return close_bracket(p, value, open);
}

static int32_t parse_value(parser *p) {
  const tw_expr_token token = p->token;
  switch (token.kind) {
    case TW_TOKEN_OPEN: return parse_bracket(p);
    case TW_TOKEN_FUNCTION: return parse_call(p);
    case TW_TOKEN_NUMBER:
      if (!advance(p)) return TW_EXPR_NONE;
      return tw_expr_add_number(p->tree, token.number, token.dim, token.offset);
    case TW_TOKEN_SYMBOL:
      if (!advance(p)) return TW_EXPR_NONE;
      return tw_expr_add_input(p->tree, token.symbol, token.offset);
    default: return fail_value(p);
  }
}

// value [^ signed]: to the right, with signs allowed in the exponent: x^-2, x^y^z = x^(y^z).
static int32_t parse_power(parser *p) {
  const bool has_unit = p->token.kind == TW_TOKEN_NUMBER && p->token.has_unit;
  const int32_t base = parse_value(p);
  const int32_t offset = p->token.offset;
  if (base == TW_EXPR_NONE || p->token.kind != TW_TOKEN_POWER) return base;
  // "2 m^10" reads as (2 m)^10 to one and as 2 (m^10) to another.
  if (has_unit) {
    tw_expr_hint(p->tree->error, "for a power of the whole quantity write (2 m)^2");
    return fail(p, offset, "a unit takes an exponent of one digit, as in 2 m^2");
  }
  if (!enter(p)) return TW_EXPR_NONE;
  const int32_t exponent = advance(p) ? parse_signed(p) : TW_EXPR_NONE;
  p->depth--;
  return add_two(p, TW_EXPR_POW, base, exponent, offset, binaries[TW_TOKEN_POWER].name);
}

// [-] power. A minus before a number is part of it, which matters only for "-5 degC".
static int32_t parse_signed(parser *p) {
  const int32_t offset = p->token.offset;
  if (p->token.kind != TW_TOKEN_MINUS) return parse_power(p);
  if (!enter(p) || !advance(p)) return TW_EXPR_NONE;
  const bool is_absolute = p->token.kind == TW_TOKEN_NUMBER && p->token.dim.is_absolute;
  if (is_absolute) p->token.number = p->token.negated;
  const int32_t value = parse_signed(p);
  p->depth--;
  return is_absolute ? value : add_one(p, TW_EXPR_NEG, value, offset, "-");
}

static int32_t parse_not(parser *p) {
  const int32_t offset = p->token.offset;
  if (!enter(p) || !advance(p)) return TW_EXPR_NONE;
  const int32_t value = parse_binary(p, LEVEL_COMPARISON);
  p->depth--;
  return add_one(p, TW_EXPR_NOT, value, offset, "not");
}

// Reads operators that bind at least as strongly as `level`.
static int32_t parse_binary(parser *p, int level) {
  const bool is_not = p->token.kind == TW_TOKEN_NOT && level <= LEVEL_COMPARISON;
  int32_t left = is_not ? parse_not(p) : parse_signed(p);
  while (left != TW_EXPR_NONE && p->token.kind >= TW_TOKEN_OR) {
    const binary *sign = &binaries[p->token.kind];
    const int32_t offset = p->token.offset;
    if (sign->level == 0 || sign->level < level) break;
    if (!advance(p)) return TW_EXPR_NONE;
    const int32_t right = parse_binary(p, sign->level + 1);
    left = add_two(p, sign->op, left, right, offset, sign->name);
    if (left != TW_EXPR_NONE && sign->level == LEVEL_COMPARISON &&
        binaries[p->token.kind].level == LEVEL_COMPARISON) {
      tw_expr_hint(p->tree->error, "write a < b and b < c");
      return fail(p, p->token.offset, "comparisons cannot be chained");
    }
  }
  return left;
}

bool tw_expr_parse(const char *text, const tw_expr_symbol *symbols, int32_t n_symbol,
                   tw_expr_tree *tree) {
  parser p = {.scan = {.text = text,
                       .symbols = symbols,
                       .n_symbol = n_symbol,
                       .scratch = tree->scratch,
                       .error = tree->error},
              .tree = tree};
  TW_ASSERT(text != NULL && n_symbol >= 0);
  TW_ASSERT(tree->n_node == 0 && tree->capacity > 0);
  if (!advance(&p)) return false;
  tree->root = parse_binary(&p, LEVEL_OR);
  if (tree->root == TW_EXPR_NONE) return false;
  TW_ASSERT(p.depth == 0);
  return p.token.kind == TW_TOKEN_END || fail_rest(&p) != TW_EXPR_NONE;
}
