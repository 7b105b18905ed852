// Expressions that are refused: each with a place in the text and a sentence. And the bounds: no
// text is too deep or too long to be told so.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expr_probe.h"

// Checks that a text is refused at an offset with a sentence that holds `piece`; returns the hint.
static const char *refuse(const char *text, tw_dim wanted, int offset, const char *piece,
                          tw_expr_error *error) {
  tw_arena arena;
  const tw_expr *expr = compile(text, wanted, &arena, error);
  cr_assert_null(expr, "'%s' must be refused: %s", text, piece);
  cr_assert(strstr(error->message, piece) != NULL, "'%s' gave \"%s\", not \"%s\"", text,
            error->message, piece);
  cr_assert_eq(error->offset, offset, "'%s' gave offset %d, not %d: %s", text, (int)error->offset,
               offset, error->message);
  tw_arena_free(&arena);
  return error->hint;
}

typedef struct refusal {
  const char *text;
  int offset;
  const char *piece;
} refusal;

static void refuse_all(const refusal *list, size_t n, tw_dim wanted) {
  tw_expr_error error;
  for (size_t i = 0; i < n; i++)
    refuse(list[i].text, wanted, list[i].offset, list[i].piece, &error);
}

Test(expr_refusal, a_unit_written_wrongly_is_told_as_such) {
  static const refusal list[] = {
      {"2min", 1, "one space behind its number"},
      {"5%", 1, "one space behind its number"},
      {"1_000", 1, "one space behind its number"},
      {"2  min", 1, "exactly one space"},
      {"2\tmin", 1, "exactly one space"},
      {"2  1/min", 1, "exactly one space"},
      {"2 mins", 2, "'mins' is not a unit"},
      {"2 hours + 1", 2, "'hours' is not a unit"},
      {"2 wear", 2, "'wear' is not a unit"},
      {"2 a", 2, "an operator is missing before 'a'"},
      {"2 min(a, b)", 2, "an operator is missing before 'min'"},
      {"2 1", 2, "an operator is missing before '1'"},
      {"2 m^10", 3, "exponent of one digit"},
      {"2 m^a", 3, "exponent of one digit"},
      {"2 m ^2", 4, "exponent of one digit"},
      {"12 m/s.foo", 5, "'s.foo' is unknown"},
      {"1e400", 0, "too large"},
      {"1e300 MJ*MJ", 0, "too large"},
  };
  tw_expr_error error;
  refuse_all(list, sizeof list / sizeof list[0], TW_DIM_TIME);
  cr_assert_str_eq(refuse("2 hours", TW_DIM_TIME, 2, "", &error), "did you mean 'h'?");
}

Test(expr_refusal, temperatures_and_differences_are_not_mixed) {
  static const refusal list[] = {
      {"heat.T + ambient", 7, "cannot be added"},
      {"5 K - heat.T", 4, "taken from a difference"},
      {"heat.T > 5 K", 7,
       "'>' needs two values of one kind, not a temperature and a temperature "
       "difference"},
      {"-heat.T", 1, "no meaning"},
      {"-(5 degC)", 2, "no meaning"},
      {"abs(heat.T)", 4, "no meaning"},
      {"heat.T - 0", 7, "'-' needs two values of one kind"},
      {"heat.T - 5 K", 7, "this is a temperature, but a temperature difference is needed"},
  };
  refuse_all(list, sizeof list / sizeof list[0], (tw_dim){.k = 1});
}

Test(expr_refusal, sums_and_comparisons_need_equal_dimensions) {
  static const refusal list[] = {
      {"x + s", 2, "'+' needs two values of one kind, not a length and a duration"},
      {"x + 0", 2, "not a length and a pure number"},
      {"x < s", 2, "'<' needs two values of one kind"},
      {"x == 1", 2, "'==' needs two values of one kind"},
      {"min(x, s)", 0, "'min' needs two values of one kind"},
      {"if(busy, x, s)", 0, "'if' needs two values of one kind"},
      {"if(busy, x, busy)", 0, "'if' needs two values of one kind, not a length and a condition"},
      {"x*s", 1, "this is a value in m*s, but a pure number is needed"},
      {"x", 0, "this is a length, but a pure number is needed"},
  };
  tw_expr_error error;
  refuse_all(list, sizeof list / sizeof list[0], TW_DIM_ONE);
  cr_assert_str_eq(refuse("x + 0", TW_DIM_LENGTH, 2, "", &error),
                   "a unit is missing, as in 250 mm");
  cr_assert_str_eq(refuse("7", TW_DIM_TIME, 0, "this is a pure number, but a duration", &error),
                   "a unit is missing, as in 2.6 min");
}

Test(expr_refusal, functions_and_powers_check_their_dimensions) {
  static const refusal list[] = {
      {"exp(x)", 4, "'exp' needs a pure number, not a length"},
      {"log(s)", 4, "'log' needs a pure number, not a duration"},
      {"sin(heat.T)", 4, "'sin' needs a pure number, not a temperature"},
      {"sqrt(x)", 5, "'sqrt' needs even powers of units, not a length"},
      {"x^a", 2, "a power of a length needs a constant whole exponent"},
      {"x^0.5", 2, "a power of a length needs a constant whole exponent"},
      {"pow(x, b)", 7, "needs a constant whole exponent"},
      {"a^x", 2, "'^' needs a pure number, not a length"},
      {"a^2000", 2, "at most 1024"},
      {"x^61", 1, "exponent is larger than 60"},
      {"x^60*x", 4, "exponent is larger than 60"},
      {"a^(1/0)", 4, "not a finite number"},
  };
  refuse_all(list, sizeof list / sizeof list[0], TW_DIM_ONE);
}

Test(expr_refusal, conditions_are_no_numbers) {
  static const refusal list[] = {
      {"busy + 1", 0, "'+' needs a number, not a condition"},
      {"2*(a < b)", 5, "'*' needs a number, not a condition"},
      {"-busy", 1, "'-' needs a number, not a condition"},
      {"exp(busy)", 4, "'exp' needs a number, not a condition"},
      {"busy == busy", 0, "'==' needs a number, not a condition"},
      {"min(busy, 1)", 4, "'min' needs a number, not a condition"},
      {"a and busy", 0, "'and' needs a condition, not a pure number"},
      {"not a", 4, "'not' needs a condition, not a pure number"},
      {"if(a, 1, 2)", 3, "'if' needs a condition, not a pure number"},
      {"if(x, 1, 2)", 3, "'if' needs a condition, not a length"},
      {"a < b", 2, "this is a condition, but a pure number is needed"},
  };
  tw_expr_error error;
  refuse_all(list, sizeof list / sizeof list[0], TW_DIM_ONE);
  refuse("a", TW_EXPR_CONDITION, 0, "this is a pure number, but a condition is needed", &error);
  cr_assert_eq(value_of("if(busy, a < b, a > b)", TW_EXPR_CONDITION), 1);
}

Test(expr_refusal, syntax_errors_have_a_place_and_a_sentence) {
  static const refusal list[] = {
      {"", 0, "the expression is empty"},
      {"  ", 2, "the expression is empty"},
      {"1 +", 3, "ends where a value is needed"},
      {"(", 1, "ends where a value is needed"},
      {"(a", 0, "'(' is not closed"},
      {"min(a, b", 3, "'(' is not closed"},
      {"a)", 1, "')' closes nothing"},
      {"()", 1, "a value is missing before ')'"},
      {"1 + * 2", 4, "a value is missing before '*'"},
      {"+1", 0, "a value is missing before '+'"},
      {"a b", 2, "an operator is missing before 'b'"},
      {"2(a)", 1, "an operator is missing before '('"},
      {"1, 2", 1, "',' stands outside of a function"},
      {"(1, 2)", 2, "',' stands outside of a function"},
      {"min", 0, "'min' is a function"},
      {"exp()", 0, "'exp' takes 1 value, not 0"},
      {"exp(1, 2)", 0, "'exp' takes 1 value, not 2"},
      {"min(1)", 0, "'min' takes at least 2 values, not 1"},
      {"if(busy, 1)", 0, "'if' takes 3 values, not 2"},
      {"if(busy, 1, 2, 3)", 0, "'if' takes 3 values, not 4"},
      {"1 < 2 < 3", 6, "comparisons cannot be chained"},
      {"1 + not busy", 4, "a value is missing before 'not'"},
      {"busy not", 5, "'not' cannot stand here"},
      {"a = 1", 2, "'=' is not part of an expression"},
      {"a**2", 1, "'**' is not part of an expression"},
      {"a & b", 2, "'&' is not part of an expression"},
      {"a \xc3\x97 b", 2, "'\xc3\x97' is not part of an expression"},
      {"a \xff b", 2, "the byte 0xff"},
      {"a \x01", 2, "the byte 0x01"},
      {"a \xe2\x89", 2, "the byte 0xe2"},
      {".5", 0, "'.' is not part of an expression"},
      {"a.", 1, "'.' is not part of an expression"},
  };
  refuse_all(list, sizeof list / sizeof list[0], TW_DIM_ONE);
}

Test(expr_refusal, an_unknown_name_is_told_with_what_is_known_and_near) {
  static const tw_expr_symbol few[] = {{"part.mass", {.kg = 1}, 0}, {"parts_since_setup", ONE, 1}};
  tw_arena arena;
  tw_expr_error error;
  tw_arena_init(&arena);
  cr_assert_null(tw_expr_compile("1 + wear", few, 2, TW_DIM_ONE, &arena, &error));
  cr_assert_str_eq(error.message, "'wear' is unknown; known here: part.mass, parts_since_setup");
  cr_assert_eq(error.offset, 4);
  cr_assert_str_empty(error.hint);
  cr_assert_null(tw_expr_compile("parts_sinc_setup", few, 2, TW_DIM_ONE, &arena, &error));
  cr_assert_str_eq(error.hint, "did you mean 'parts_since_setup'?");
  cr_assert_null(tw_expr_compile("wear", NULL, 0, TW_DIM_ONE, &arena, &error));
  cr_assert_str_eq(error.message, "'wear' is unknown; no names are known here");
  tw_arena_free(&arena);
  cr_assert_str_eq(refuse("wear", TW_DIM_ONE, 0, "'wear' is unknown", &error),
                   "did you mean 'tool.wear'?");
  cr_assert_str_eq(refuse("tool.waer", TW_DIM_ONE, 0, "'tool.waer' is unknown", &error),
                   "did you mean 'tool.wear'?");
  cr_assert_str_eq(refuse("sqr(2)", TW_DIM_ONE, 0, "'sqr' is no function", &error),
                   "did you mean 'sqrt'?");
  cr_assert_str_eq(refuse("ln(2)", TW_DIM_ONE, 0, "'ln' is no function", &error),
                   "did you mean 'log'?");
  cr_assert_str_eq(refuse("a \xe2\x89\xa5 b", TW_DIM_ONE, 2, "", &error), "did you mean '>='?");
  refuse("a-foo", TW_DIM_ONE, 2, "'foo' is unknown", &error);
  refuse("foo-a", TW_DIM_ONE, 0, "'foo' is unknown", &error);
  refuse("a.b", TW_DIM_ONE, 0, "'a.b' is unknown", &error);
}

Test(expr_refusal, messages_stay_whole_with_long_names_and_many_symbols) {
  enum { N_MANY = 60, N_NAME = 200 };
  static char names[N_MANY][N_NAME];
  static tw_expr_symbol many[N_MANY];
  tw_arena arena;
  tw_expr_error error;
  tw_arena_init(&arena);
  for (int i = 0; i < N_MANY; i++) {
    memset(names[i], 'a' + i % 26, N_NAME - 1);
    names[i][i < 8 ? 7 : N_NAME - 1] = 0;
    many[i] = (tw_expr_symbol){names[i], {0}, i};
  }
  char text[400];
  memset(text, 'Q', sizeof text - 1);
  text[sizeof text - 1] = 0;
  cr_assert_null(tw_expr_compile(text, many, N_MANY, TW_DIM_ONE, &arena, &error));
  const size_t n = strlen(error.message);
  cr_assert_lt(n, sizeof error.message - 1);
  cr_assert_str_eq(error.message + n - 5, ", ...");
  tw_arena_free(&arena);
}

// A text of `n` times `piece`, then `end`.
static char *repeat(const char *piece, int n, const char *end) {
  const size_t n_piece = strlen(piece);
  char *text = malloc(n_piece * (size_t)n + strlen(end) + 1);
  cr_assert_not_null(text);
  for (int i = 0; i < n; i++) memcpy(text + (size_t)i * n_piece, piece, n_piece);
  strcpy(text + n_piece * (size_t)n, end);
  return text;
}

static void refuse_repeated(const char *piece, int n, const char *end, const char *sentence) {
  char *text = repeat(piece, n, end);
  tw_arena arena;
  tw_expr_error error;
  cr_assert_null(compile(text, TW_DIM_ONE, &arena, &error), "%d times %s", n, piece);
  cr_assert(strstr(error.message, sentence) != NULL, "%d times %s: %s", n, piece, error.message);
  tw_arena_free(&arena);
  free(text);
}

Test(expr_refusal, deep_text_is_an_error_and_not_a_crash) {
  refuse_repeated("(", 100000, "", "longer than 4096 characters");
  refuse_repeated("(", 4096, "", "nested deeper than 64");
  refuse_repeated("-", 4095, "1", "nested deeper than 64");
  refuse_repeated("a^", 2000, "1", "nested deeper than 64");
  refuse_repeated("not ", 1000, "busy", "nested deeper than 64");
  refuse_repeated("!", 4000, "busy", "nested deeper than 64");
  refuse_repeated("exp(", 1000, "a", "nested deeper than 64");
  refuse_repeated("min(a,", 600, "a", "nested deeper than 64");
  refuse_repeated("-(", 33, "a", "nested deeper than 64");
}

Test(expr_refusal, sixty_four_levels_are_allowed) {
  char *open = repeat("(", 64, "a"), *close = repeat(")", 64, "");
  char text[256];
  snprintf(text, sizeof text, "%s%s", open, close);
  cr_assert_eq(number_of(text), 3);
  free(open);
  free(close);
}

Test(expr_refusal, long_chains_are_bounded_by_the_code_alone) {
  char *sum = repeat("a+", 1024, "a");
  cr_assert_eq(number_of(sum), 3 * 1025.0);
  refuse_repeated("a+", 1025, "a", "too long");
  refuse_repeated("a^1000+", 500, "a", "too long");
  free(sum);
  sum = repeat("(a+b)^2+", 300, "a");
  cr_assert_eq(number_of(sum), 300 * 100.0 + 3);
  free(sum);
  char *list = repeat("1,", 2000, "1)"), *text = malloc(strlen(list) + 8);
  cr_assert_not_null(text);
  snprintf(text, strlen(list) + 8, "min(%s", list);
  cr_assert_eq(number_of(text), 1);
  free(list);
  free(text);
}

Test(expr_refusal, many_values_at_once_are_right_or_refused) {
  // Each level holds several sums until the innermost is known.
  char *open = repeat("a+b<a*b and a/b+(a+b)*if(", 30, "busy"), *text = malloc(4096);
  cr_assert_not_null(text);
  char *close = repeat(",a*b,b)>0", 30, "");
  snprintf(text, 4096, "%s%s", open, close);
  cr_assert_eq(value_of(text, TW_EXPR_CONDITION), 1);
  free(open);
  free(close);
  free(text);
}
