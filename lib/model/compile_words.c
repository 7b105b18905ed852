// compile_words.c - expressions of the line file: their compilation over the words that a station knows (doc/words.h),
// its parts' attributes and its models' states. What a word is at a moment is engine/words.h.

#include <string.h>

#include "model/compile.h"

typedef struct word_list {
  tw_expr_symbol *symbol;
  int32_t n, n_word;  // words and attributes come first, then states
} word_list;

// All words of a station's expressions; false with a problem when there are too many.
static bool list_words(tw_compiler *compiler, int32_t place_i, const tw_node *node, word_list *list) {
  tw_line *line = compiler->line;
  const int32_t n_variable = place_i == TW_NONE ? 0 : line->place[place_i].n_variable;
  const int32_t n_shared = place_i == TW_NONE ? 0 : line->n_shared_variable;
  list->n_word = TW_WORD_N + line->n_attribute;
  list->n = list->n_word + n_variable + n_shared;
  list->symbol = tw_arena_take_array(&line->arena, (size_t)list->n, sizeof *list->symbol);
  if (list->symbol == NULL) return false;
  if (list->n > TW_WORDS_MAX) {
    tw_compile_problem(compiler, node, "E-RANGE", NULL,
                       "expressions know at most %d words, but with %d attributes of parts and states "
                       "there are %d",
                       (int)TW_WORDS_MAX, (int)(list->n - TW_WORD_N), (int)list->n);
    return false;
  }
  for (int32_t i = 0; i < TW_WORD_N; i++)
    list->symbol[i] = (tw_expr_symbol){tw_word_rows[i].name, tw_word_rows[i].dim, i};
  for (int32_t a = 0; a < line->n_attribute; a++)
    list->symbol[TW_WORD_N + a] =
        (tw_expr_symbol){tw_arena_print(&line->arena, "part.%s", line->attribute_name[a]),
                         line->attribute_dim[a], TW_WORD_N + a};
  for (int32_t k = 0; k < n_variable + n_shared; k++) {
    const tw_station_variable *variable =
        k < n_variable ? &line->place[place_i].variable[k] : &line->shared_variable[k - n_variable];
    list->symbol[list->n_word + k] =
        (tw_expr_symbol){variable->name, variable->dim, list->n_word + k};
  }
  return true;
}

const tw_expr *tw_compile_expr(tw_compiler *compiler, const tw_expr_text *text, tw_dim wanted) {
  return tw_compile_expr_at(compiler, TW_NONE, text, wanted);
}

const tw_expr *tw_compile_expr_at(tw_compiler *compiler, int32_t place_i, const tw_expr_text *text,
                                  tw_dim wanted) {
  word_list words;
  if (text->text == NULL || !list_words(compiler, place_i, text->node, &words)) return NULL;
  tw_line *line = compiler->line;
  tw_expr_error error;
  const tw_expr *expr =
      tw_expr_compile(text->text, words.symbol, words.n, wanted, &line->arena, &error);
  if (expr == NULL) {
    tw_compile_problem(compiler, text->node, "E-MODEL", error.hint, "at character %d: %s",
                       (int)error.offset + 1, error.message);
    return NULL;
  }
  if (tw_expr_uses(expr, TW_WORD_TIME_LEFT)) compiler->wants_time_left = true;
  if (tw_expr_uses(expr, TW_WORD_SINCE_SHIFT)) line->has_shift_word = true;
  return expr;
}

bool tw_compile_is_instant(tw_compiler *compiler, int32_t place_i, const tw_expr_text *text,
                           tw_dim wanted) {
  word_list words;
  tw_expr_error error;
  if (!list_words(compiler, place_i, text->node, &words)) return true;
  const tw_expr *expr = tw_expr_compile(text->text, words.symbol, words.n, wanted,
                                        &compiler->line->arena, &error);
  if (expr == NULL) return false;
  for (int32_t i = words.n_word; i < words.n; i++)
    if (tw_expr_uses(expr, i)) return false;
  return true;
}
