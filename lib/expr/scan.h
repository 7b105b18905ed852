// scan.h - the text of an expression as tokens. Private to the expr_*.c files. A number with
// its unit is one token, in SI; a name is resolved against the symbol table here, because only the
// table says where a hyphen is a minus.

#ifndef TW_EXPR_SCAN_H
#define TW_EXPR_SCAN_H

#include "expr/tree.h"

typedef enum tw_expr_token_kind {
  TW_TOKEN_END,
  TW_TOKEN_NUMBER,
  TW_TOKEN_SYMBOL,
  TW_TOKEN_FUNCTION,
  TW_TOKEN_OPEN,
  TW_TOKEN_CLOSE,
  TW_TOKEN_COMMA,
  TW_TOKEN_OR,  // operators from here on
  TW_TOKEN_AND,
  TW_TOKEN_NOT,
  TW_TOKEN_LT,
  TW_TOKEN_LE,
  TW_TOKEN_GT,
  TW_TOKEN_GE,
  TW_TOKEN_EQ,
  TW_TOKEN_NE,
  TW_TOKEN_PLUS,
  TW_TOKEN_MINUS,
  TW_TOKEN_TIMES,
  TW_TOKEN_OVER,
  TW_TOKEN_POWER
} tw_expr_token_kind;

typedef struct tw_expr_word {
  const char *text;
  tw_expr_token_kind kind;
  tw_expr_op op;  // FUNCTION
  int32_t n_min, n_max;
} tw_expr_word;

typedef struct tw_expr_token {
  tw_expr_token_kind kind;
  int32_t offset, n;  // place and length in the text
  double number;      // NUMBER, in SI
  double negated;     // NUMBER: the same with a minus before it; "-5 degC" is 268.15 K
  tw_dim dim;         // NUMBER
  bool has_unit;      // NUMBER
  const tw_expr_symbol *symbol;
  const tw_expr_word *word;  // FUNCTION
} tw_expr_token;

typedef struct tw_expr_scan {
  const char *text;
  int32_t at;
  const tw_expr_symbol *symbols;
  int32_t n_symbol;
  tw_arena *scratch;
  tw_expr_error *error;
} tw_expr_scan;

// Reads the next token; at the end of the text it is END, again and again. Returns false with the
// error filled.
bool tw_expr_scan_next(tw_expr_scan *scan, tw_expr_token *token);

#endif
