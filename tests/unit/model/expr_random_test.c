// Compares compiled expressions with a plain walk over the tree they were written from: thousands
// of random expressions, typed as they are made (powers of the second), printed with as few or as
// many brackets and spaces as the grammar allows. Fixed seeds and equal bits, without tolerance.

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "core/math.h"
#include "model/expr.h"

// t_neg, t_one and t_pos have the dimensions 1/s, 1 and s; two of each.
enum { N_INPUT = 6, N_NODE_MAX = 4000, EXPONENT_MAX = 3, DEPTH = 6, N_SAMPLE = 6000 };
static const tw_expr_symbol symbols[N_INPUT] = {
    {"t_neg", {.s = -1}, 0}, {"t-one", {0}, 1},   {"tool.t_pos", {.s = 1}, 2},
    {"u_neg", {.s = -1}, 3}, {"u-one.x", {0}, 4}, {"u_pos", {.s = 1}, 5},
};

// The walker's own list of operations, written down a second time on purpose.
typedef enum kind {
  LITERAL,
  INPUT,
  NEG,
  ADD,
  SUB,
  MUL,
  DIV,
  POWER,
  POW,
  MIN,
  MAX,
  SELECT,
  ABS,
  EXP,
  LOG,
  SQRT,
  SIN,
  COS,
  LT,
  LE,
  GT,
  GE,
  EQ,
  NE,
  AND,
  OR,
  NOT
} kind;

// How strongly each kind binds when printed; from OR (1) to values (9).
enum { AS_OR = 1, AS_AND, AS_COMPARISON, AS_SUM, AS_PRODUCT, AS_SIGN, AS_POWER, AS_VALUE };

typedef struct node {
  kind kind;
  int exponent;   // of s; LITERAL and INPUT
  double number;  // LITERAL; the exponent of POWER
  int input_i;
  const struct node *of[3];
} node;

typedef struct maker {
  uint64_t random;
  int n_node;
  bool has_open_power;  // x^y with an exponent that is not constant
  node nodes[N_NODE_MAX];
} maker;

static uint32_t draw(maker *m, uint32_t n) {
  m->random ^= m->random << 13;
  m->random ^= m->random >> 7;
  m->random ^= m->random << 17;
  return (uint32_t)((m->random >> 33) % n);
}

static node *new_node(maker *m, kind its_kind) {
  cr_assert_lt(m->n_node, N_NODE_MAX);
  node *made = &m->nodes[m->n_node++];
  *made = (node){.kind = its_kind};
  return made;
}

static const node *make_number(maker *m, int exponent, int depth);

static const node *make_leaf(maker *m, int exponent) {
  if (abs(exponent) <= 1 && draw(m, 3) > 0) {
    node *input = new_node(m, INPUT);
    input->exponent = exponent;
    input->input_i = exponent + 1 + 3 * (int)draw(m, 2);
    return input;
  }
  static const double numbers[] = {0, 1, 2, 0.5, 0.1, 3, 12.75, 1e-3, 250, 7};
  node *literal = new_node(m, LITERAL);
  literal->exponent = exponent;
  literal->number = numbers[draw(m, sizeof numbers / sizeof numbers[0])];
  return literal;
}

static const node *make_condition(maker *m, int depth) {
  if (depth <= 1 || draw(m, 2) == 0) {
    node *compare = new_node(m, (kind)(LT + (int)draw(m, 6)));
    const int exponent = (int)draw(m, 3) - 1;
    compare->of[0] = make_number(m, exponent, depth - 1);
    compare->of[1] = make_number(m, exponent, depth - 1);
    return compare;
  }
  node *made = new_node(m, (kind)(AND + (int)draw(m, 3)));
  made->of[0] = make_condition(m, depth - 1);
  if (made->kind != NOT) made->of[1] = make_condition(m, depth - 1);
  return made;
}

static const node *make_product(maker *m, int exponent, int depth) {
  node *made = new_node(m, draw(m, 2) == 0 ? MUL : DIV);
  const int left = (int)draw(m, 2 * EXPONENT_MAX + 1) - EXPONENT_MAX;
  const int right = made->kind == MUL ? exponent - left : left - exponent;
  if (abs(right) > EXPONENT_MAX) return make_leaf(m, exponent);
  made->of[0] = make_number(m, left, depth - 1);
  made->of[1] = make_number(m, right, depth - 1);
  return made;
}

// A base whose whole power has the exponent; pure numbers also take any other power.
static const node *make_power(maker *m, int exponent, int depth) {
  static const double fractions[] = {0.5, 1.5, -0.25, 0.3};
  if (exponent == 0 && draw(m, 3) == 0) {
    node *open = new_node(m, POW);
    open->of[0] = make_number(m, 0, depth - 1);
    open->of[1] = make_leaf(m, 0);
    if (open->of[1]->kind == INPUT) m->has_open_power = true;
    return open;
  }
  node *made = new_node(m, POWER);
  int n = (int)draw(m, 11) - 5;
  if (exponent != 0 && (n == 0 || exponent % n != 0)) n = draw(m, 2) == 0 ? 1 : -1;
  made->number = n;
  if (exponent == 0 && draw(m, 3) == 0) made->number = fractions[draw(m, 4)];
  made->of[0] = make_number(m, exponent == 0 ? 0 : exponent / n, depth - 1);
  return made;
}

static const node *make_call(maker *m, int exponent, int depth) {
  static const kind pure[] = {EXP, LOG, SIN, COS};
  const uint32_t choice = draw(m, 5);
  node *made;
  if (choice == 0 && 2 * abs(exponent) <= EXPONENT_MAX) {
    made = new_node(m, SQRT);
    made->of[0] = make_number(m, 2 * exponent, depth - 1);
  } else if (choice == 1 && exponent == 0) {
    made = new_node(m, pure[draw(m, 4)]);
    made->of[0] = make_number(m, 0, depth - 1);
  } else if (choice == 2) {
    made = new_node(m, SELECT);
    made->of[0] = make_condition(m, depth - 1);
    made->of[1] = make_number(m, exponent, depth - 1);
    made->of[2] = make_number(m, exponent, depth - 1);
  } else if (choice == 3) {
    made = new_node(m, ABS);
    made->of[0] = make_number(m, exponent, depth - 1);
  } else {
    made = new_node(m, draw(m, 2) == 0 ? MIN : MAX);
    made->of[0] = make_number(m, exponent, depth - 1);
    made->of[1] = make_number(m, exponent, depth - 1);
  }
  return made;
}

static const node *make_number(maker *m, int exponent, int depth) {
  if (depth <= 0) return make_leaf(m, exponent);
  switch (draw(m, 8)) {
    case 0: return make_leaf(m, exponent);
    case 1: return make_call(m, exponent, depth);
    case 2: return make_power(m, exponent, depth);
    case 3:
    case 4: return make_product(m, exponent, depth);
    case 5: {
      node *negated = new_node(m, NEG);
      negated->of[0] = make_number(m, exponent, depth - 1);
      return negated;
    }
    default: {
      node *sum = new_node(m, draw(m, 2) == 0 ? ADD : SUB);
      sum->of[0] = make_number(m, exponent, depth - 1);
      sum->of[1] = make_number(m, exponent, depth - 1);
      return sum;
    }
  }
}

// ---- The walker ------------------------------------------------------------------------------

static double power_by_squares(double x, int n) {
  if (n == 1) return x;
  const double half = power_by_squares(x, n / 2);
  return n % 2 == 0 ? half * half : half * half * x;
}

static double raise(double x, double exponent) {
  if (exponent == 0) return 1;
  if (exponent == 0.5) return tw_sqrt(x);
  if (exponent != floor(exponent)) return tw_exp(exponent * tw_log(x));
  const double power = power_by_squares(x, (int)fabs(exponent));
  return exponent > 0 ? power : 1 / power;
}

static double walk(const node *n, const double *inputs) {
  const double a = n->of[0] != NULL ? walk(n->of[0], inputs) : 0;
  const double b = n->of[1] != NULL ? walk(n->of[1], inputs) : 0;
  const double c = n->of[2] != NULL ? walk(n->of[2], inputs) : 0;
  switch (n->kind) {
    case LITERAL: return n->number;
    case INPUT: return inputs[n->input_i];
    case NEG: return -a;
    case ADD: return a + b;
    case SUB: return a - b;
    case MUL: return a * b;
    case DIV: return a / b;
    case POWER: return raise(a, n->number);
    case POW: return n->of[1]->kind == LITERAL ? raise(a, b) : tw_pow(a, b);
    case MIN: return isnan(a) || isnan(b) ? NAN : a < b ? a : b;
    case MAX: return isnan(a) || isnan(b) ? NAN : a > b ? a : b;
    case SELECT: return a != 0 ? b : c;
    case ABS: return fabs(a);
    case EXP: return tw_exp(a);
    case LOG: return tw_log(a);
    case SQRT: return tw_sqrt(a);
    case SIN: return tw_sin(a);
    case COS: return tw_cos(a);
    case LT: return a < b;
    case LE: return a <= b;
    case GT: return a > b;
    case GE: return a >= b;
    case EQ: return a == b;
    case NE: return a != b;
    case AND: return a != 0 && b != 0;
    case OR: return a != 0 || b != 0;
    case NOT: return a == 0;
  }
  return NAN;
}

// ---- The printer -----------------------------------------------------------------------------

typedef struct printer {
  maker *m;
  tw_text text;
  const double *inputs;  // not NULL: print values in place of names
} printer;

static void print(printer *p, const node *n, int level);

static void print_space(printer *p) {
  static const char *const spaces[] = {"", "", " ", "  ", "\n"};
  tw_text_add(&p->text, spaces[draw(p->m, 5)]);
}

static void print_quantity(printer *p, double number, int exponent) {
  static const char *const units[] = {" 1/s^3", " 1/s^2", " 1/s", "", " s", " s^2", " s^3"};
  if (number < 0 || (number == 0 && signbit(number))) tw_text_add(&p->text, "-");
  tw_text_add_number(&p->text, fabs(number));
  tw_text_add(&p->text, units[exponent + EXPONENT_MAX]);
}

static void print_call(printer *p, const char *name, const node *n) {
  tw_text_add(&p->text, name);
  print_space(p);
  for (int i = 0; i < 3 && n->of[i] != NULL; i++) {
    tw_text_add(&p->text, i == 0 ? "(" : ",");
    print_space(p);
    print(p, n->of[i], AS_OR);
  }
  tw_text_add(&p->text, ")");
}

// An operator with one space about it where it is a word, any number elsewhere.
static void print_two(printer *p, const node *n, const char *sign, int left, int right) {
  const bool is_word = sign[0] == 'a' || sign[0] == 'o';
  print(p, n->of[0], left);
  tw_text_add(&p->text, is_word ? " " : "");
  print_space(p);
  tw_text_add(&p->text, sign);
  tw_text_add(&p->text, is_word ? " " : "");
  print_space(p);
  print(p, n->of[1], right);
}

static int level_of(const printer *p, const node *n) {
  switch (n->kind) {
    case OR: return AS_OR;
    case AND: return AS_AND;
    case NOT:
    case LT:
    case LE:
    case GT:
    case GE:
    case EQ:
    case NE: return AS_COMPARISON;
    case ADD:
    case SUB: return AS_SUM;
    case MUL:
    case DIV: return AS_PRODUCT;
    case NEG: return AS_SIGN;
    case POWER: return AS_POWER;
    case POW: return AS_POWER;
    case LITERAL: return AS_POWER;  // "2 s" is no base of a power without brackets
    case INPUT: return p->inputs != NULL ? AS_SIGN : AS_VALUE;
    default: return AS_VALUE;
  }
}

static void print_bare(printer *p, const node *n) {
  static const char *const names[] = {
      [ADD] = "+",     [SUB] = "-",   [MUL] = "*",   [DIV] = "/",   [MIN] = "min",   [MAX] = "max",
      [SELECT] = "if", [ABS] = "abs", [EXP] = "exp", [LOG] = "log", [SQRT] = "sqrt", [SIN] = "sin",
      [COS] = "cos",   [LT] = "<",    [LE] = "<=",   [GT] = ">",    [GE] = ">=",     [EQ] = "==",
      [NE] = "!=",     [AND] = "and", [OR] = "or",
  };
  switch (n->kind) {
    case LITERAL: print_quantity(p, n->number, n->exponent); break;
    case INPUT:
      if (p->inputs != NULL) {
        print_quantity(p, p->inputs[n->input_i], n->exponent);
      } else {
        tw_text_add(&p->text, symbols[n->input_i].name);
      }
      break;
    case NEG:
      tw_text_add(&p->text, "-");
      print(p, n->of[0], AS_SIGN);
      break;
    case NOT:
      tw_text_add(&p->text, draw(p->m, 2) == 0 ? "not " : "!");
      print(p, n->of[0], AS_COMPARISON);
      break;
    case POWER:
      print(p, n->of[0], AS_VALUE);
      tw_text_add(&p->text, "^");
      print_quantity(p, n->number, 0);
      break;
    case POW: print_two(p, n, "^", AS_VALUE, AS_SIGN); break;
    case ADD:
    case SUB: print_two(p, n, names[n->kind], AS_SUM, AS_PRODUCT); break;
    case MUL:
    case DIV: print_two(p, n, names[n->kind], AS_PRODUCT, AS_SIGN); break;
    case LT:
    case LE:
    case GT:
    case GE:
    case EQ:
    case NE: print_two(p, n, names[n->kind], AS_SUM, AS_SUM); break;
    case AND: print_two(p, n, draw(p->m, 2) == 0 ? "and" : "&&", AS_AND, AS_COMPARISON); break;
    case OR: print_two(p, n, draw(p->m, 2) == 0 ? "or" : "||", AS_OR, AS_AND); break;
    default: print_call(p, names[n->kind], n); break;
  }
}

static void print(printer *p, const node *n, int level) {
  const bool has_brackets = level_of(p, n) < level || draw(p->m, 8) == 0;
  if (has_brackets) tw_text_add(&p->text, "(");
  print_bare(p, n);
  if (has_brackets) tw_text_add(&p->text, ")");
}

// ---- The comparison --------------------------------------------------------------------------

static void fill_inputs(maker *m, double *inputs) {
  static const double special[] = {0, -0.0, 1, -1, 0.5, 1e300, 5e-324, -2, 3};
  for (int i = 0; i < N_INPUT; i++) {
    inputs[i] = draw(m, 2) == 0 ? special[draw(m, sizeof special / sizeof special[0])]
                                : ((double)draw(m, 2000001) - 1e6) / 65536;
  }
}

static bool is_same(double a, double b) {
  return isnan(a) ? isnan(b) : memcmp(&a, &b, sizeof a) == 0;
}

// Compiles one text and compares it at a few inputs. Returns false when it is over a limit.
static bool compare(const printer *p, const node *root, tw_dim wanted, maker *m) {
  double inputs[N_INPUT];
  tw_arena arena;
  tw_expr_error error;
  tw_arena_init(&arena);
  const tw_expr *expr = tw_expr_compile(p->text.at, symbols, N_INPUT, wanted, &arena, &error);
  const bool is_over = expr == NULL && (strstr(error.message, "nested") != NULL ||
                                        strstr(error.message, "long") != NULL);
  cr_assert(expr != NULL || is_over, "%s\n%d: %s", p->text.at, (int)error.offset, error.message);
  for (int i = 0; i < 4 && expr != NULL; i++) {
    fill_inputs(m, inputs);
    if (p->inputs != NULL) memcpy(inputs, p->inputs, sizeof inputs);
    const double value = tw_expr_value(expr, inputs), walked = walk(root, inputs);
    cr_assert(is_same(value, walked), "%s\nis %.17g, not %.17g", p->text.at, value, walked);
  }
  double constant;
  const bool is_constant = expr != NULL && tw_expr_is_constant(expr, &constant);
  cr_assert(is_constant || is_over || p->inputs == NULL, "not folded: %s", p->text.at);
  tw_arena_free(&arena);
  return !is_over;
}

// Makes, prints and compares N_SAMPLE expressions, by name or with their values written in.
static int compare_samples(uint64_t seed, bool is_folded) {
  static maker m;
  int n_compared = 0;
  for (int i = 0; i < N_SAMPLE; i++) {
    double inputs[N_INPUT];
    m = (maker){.random = seed + (uint64_t)i * 0x9e3779b97f4a7c15u};
    for (int k = 0; k < 4; k++) draw(&m, 2);
    const bool is_condition = draw(&m, 4) == 0;
    const int exponent = (int)draw(&m, 2 * EXPONENT_MAX + 1) - EXPONENT_MAX;
    const node *root = is_condition ? make_condition(&m, DEPTH) : make_number(&m, exponent, DEPTH);
    const tw_dim wanted = is_condition ? TW_EXPR_CONDITION : (tw_dim){.s = (int8_t)exponent};
    fill_inputs(&m, inputs);
    printer p = {.m = &m, .inputs = is_folded ? inputs : NULL};
    // Written as a constant, an exponent that was a name takes another way and may be too large.
    if (is_folded && m.has_open_power) continue;
    print(&p, root, AS_OR);
    n_compared += compare(&p, root, wanted, &m);
    tw_text_free(&p.text);
  }
  return n_compared;
}

Test(expr_random, compiled_code_gives_the_bits_of_the_formula) {
  cr_assert_gt(compare_samples(20260302, false), N_SAMPLE * 9 / 10);
}

Test(expr_random, folding_gives_the_bits_of_compiled_code) {
  cr_assert_gt(compare_samples(7, true), N_SAMPLE / 2);
}
