// expr_sample.c - random expressions: making, walking and printing them.

#include "base/assert.h"
#include "support/expr_sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/math.h"

const tw_expr_symbol expr_sample_symbols[EXPR_N_INPUT] = {
    {"t_neg", {.s = -1}, 0}, {"t-one", {0}, 1},   {"tool.t_pos", {.s = 1}, 2},
    {"u_neg", {.s = -1}, 3}, {"u-one.x", {0}, 4}, {"u_pos", {.s = 1}, 5},
};

void expr_maker_init(expr_maker *m, uint64_t seed, int i) {
  *m = (expr_maker){.random = seed + (uint64_t)i * 0x9e3779b97f4a7c15u};
  for (int k = 0; k < 4; k++) expr_draw(m, 2);
}

uint32_t expr_draw(expr_maker *m, uint32_t n) {
  m->random ^= m->random << 13;
  m->random ^= m->random >> 7;
  m->random ^= m->random << 17;
  return (uint32_t)((m->random >> 33) % n);
}

static expr_node *new_node(expr_maker *m, expr_kind its_kind) {
  TW_ASSERT(m->n_node < EXPR_NODE_MAX);
  expr_node *made = &m->nodes[m->n_node++];
  *made = (expr_node){.kind = its_kind};
  return made;
}

static const expr_node *make_leaf(expr_maker *m, int exponent) {
  if (abs(exponent) <= 1 && expr_draw(m, 3) > 0) {
    expr_node *input = new_node(m, INPUT);
    input->exponent = exponent;
    input->input_i = exponent + 1 + 3 * (int)expr_draw(m, 2);
    return input;
  }
  static const double numbers[] = {0, 1, 2, 0.5, 0.1, 3, 12.75, 1e-3, 250, 7};
  expr_node *literal = new_node(m, LITERAL);
  literal->exponent = exponent;
  literal->number = numbers[expr_draw(m, sizeof numbers / sizeof numbers[0])];
  return literal;
}

const expr_node *expr_make_condition(expr_maker *m, int depth) {
  if (depth <= 1 || expr_draw(m, 2) == 0) {
    expr_node *compare = new_node(m, (expr_kind)(LT + (int)expr_draw(m, 6)));
    const int exponent = (int)expr_draw(m, 3) - 1;
    compare->of[0] = expr_make_number(m, exponent, depth - 1);
    compare->of[1] = expr_make_number(m, exponent, depth - 1);
    return compare;
  }
  expr_node *made = new_node(m, (expr_kind)(AND + (int)expr_draw(m, 3)));
  made->of[0] = expr_make_condition(m, depth - 1);
  if (made->kind != NOT) made->of[1] = expr_make_condition(m, depth - 1);
  return made;
}

static const expr_node *make_product(expr_maker *m, int exponent, int depth) {
  expr_node *made = new_node(m, expr_draw(m, 2) == 0 ? MUL : DIV);
  const int left = (int)expr_draw(m, 2 * EXPR_EXPONENT_MAX + 1) - EXPR_EXPONENT_MAX;
  const int right = made->kind == MUL ? exponent - left : left - exponent;
  if (abs(right) > EXPR_EXPONENT_MAX) return make_leaf(m, exponent);
  made->of[0] = expr_make_number(m, left, depth - 1);
  made->of[1] = expr_make_number(m, right, depth - 1);
  return made;
}

// A base whose whole power has the exponent; pure numbers also take any other power.
static const expr_node *make_power(expr_maker *m, int exponent, int depth) {
  static const double fractions[] = {0.5, 1.5, -0.25, 0.3};
  if (exponent == 0 && expr_draw(m, 3) == 0) {
    expr_node *open = new_node(m, POW);
    open->of[0] = expr_make_number(m, 0, depth - 1);
    open->of[1] = make_leaf(m, 0);
    if (open->of[1]->kind == INPUT) m->has_open_power = true;
    return open;
  }
  expr_node *made = new_node(m, POWER);
  int n = (int)expr_draw(m, 11) - 5;
  if (exponent != 0 && (n == 0 || exponent % n != 0)) n = expr_draw(m, 2) == 0 ? 1 : -1;
  made->number = n;
  if (exponent == 0 && expr_draw(m, 3) == 0) made->number = fractions[expr_draw(m, 4)];
  made->of[0] = expr_make_number(m, exponent == 0 ? 0 : exponent / n, depth - 1);
  return made;
}

static const expr_node *make_call(expr_maker *m, int exponent, int depth) {
  static const expr_kind pure[] = {EXP, LOG, SIN, COS};
  const uint32_t choice = expr_draw(m, 5);
  expr_node *made;
  if (choice == 0 && 2 * abs(exponent) <= EXPR_EXPONENT_MAX) {
    made = new_node(m, SQRT);
    made->of[0] = expr_make_number(m, 2 * exponent, depth - 1);
  } else if (choice == 1 && exponent == 0) {
    made = new_node(m, pure[expr_draw(m, 4)]);
    made->of[0] = expr_make_number(m, 0, depth - 1);
  } else if (choice == 2) {
    made = new_node(m, SELECT);
    made->of[0] = expr_make_condition(m, depth - 1);
    made->of[1] = expr_make_number(m, exponent, depth - 1);
    made->of[2] = expr_make_number(m, exponent, depth - 1);
  } else if (choice == 3) {
    made = new_node(m, ABS);
    made->of[0] = expr_make_number(m, exponent, depth - 1);
  } else {
    made = new_node(m, expr_draw(m, 2) == 0 ? MIN : MAX);
    made->of[0] = expr_make_number(m, exponent, depth - 1);
    made->of[1] = expr_make_number(m, exponent, depth - 1);
  }
  return made;
}

const expr_node *expr_make_number(expr_maker *m, int exponent, int depth) {
  if (depth <= 0) return make_leaf(m, exponent);
  switch (expr_draw(m, 8)) {
    case 0: return make_leaf(m, exponent);
    case 1: return make_call(m, exponent, depth);
    case 2: return make_power(m, exponent, depth);
    case 3:
    case 4: return make_product(m, exponent, depth);
    case 5: {
      expr_node *negated = new_node(m, NEG);
      negated->of[0] = expr_make_number(m, exponent, depth - 1);
      return negated;
    }
    default: {
      expr_node *sum = new_node(m, expr_draw(m, 2) == 0 ? ADD : SUB);
      sum->of[0] = expr_make_number(m, exponent, depth - 1);
      sum->of[1] = expr_make_number(m, exponent, depth - 1);
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

double expr_walk(const expr_node *n, const double *inputs) {
  const double a = n->of[0] != NULL ? expr_walk(n->of[0], inputs) : 0;
  const double b = n->of[1] != NULL ? expr_walk(n->of[1], inputs) : 0;
  const double c = n->of[2] != NULL ? expr_walk(n->of[2], inputs) : 0;
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

// How strongly each kind binds when printed; from OR (1) to values (9).
enum { AS_OR = 1, AS_AND, AS_COMPARISON, AS_SUM, AS_PRODUCT, AS_SIGN, AS_POWER, AS_VALUE };

typedef struct printer {
  expr_maker *m;
  tw_text *text;
  const double *inputs;  // not NULL: print values in place of names
} printer;

static void print(printer *p, const expr_node *n, int level);

static void print_space(printer *p) {
  static const char *const spaces[] = {"", "", " ", "  ", "\n"};
  tw_text_add(p->text, spaces[expr_draw(p->m, 5)]);
}

static void print_quantity(printer *p, double number, int exponent) {
  static const char *const units[] = {" 1/s^3", " 1/s^2", " 1/s", "", " s", " s^2", " s^3"};
  if (number < 0 || (number == 0 && signbit(number))) tw_text_add(p->text, "-");
  tw_text_add_number(p->text, fabs(number));
  tw_text_add(p->text, units[exponent + EXPR_EXPONENT_MAX]);
}

static void print_call(printer *p, const char *name, const expr_node *n) {
  tw_text_add(p->text, name);
  print_space(p);
  for (int i = 0; i < 3 && n->of[i] != NULL; i++) {
    tw_text_add(p->text, i == 0 ? "(" : ",");
    print_space(p);
    print(p, n->of[i], AS_OR);
  }
  tw_text_add(p->text, ")");
}

// An operator with one space about it where it is a word, any number elsewhere.
static void print_two(printer *p, const expr_node *n, const char *sign, int left, int right) {
  const bool is_word = sign[0] == 'a' || sign[0] == 'o';
  print(p, n->of[0], left);
  tw_text_add(p->text, is_word ? " " : "");
  print_space(p);
  tw_text_add(p->text, sign);
  tw_text_add(p->text, is_word ? " " : "");
  print_space(p);
  print(p, n->of[1], right);
}

static int level_of(const printer *p, const expr_node *n) {
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

static void print_bare(printer *p, const expr_node *n) {
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
        tw_text_add(p->text, expr_sample_symbols[n->input_i].name);
      }
      break;
    case NEG:
      tw_text_add(p->text, "-");
      print(p, n->of[0], AS_SIGN);
      break;
    case NOT:
      tw_text_add(p->text, expr_draw(p->m, 2) == 0 ? "not " : "!");
      print(p, n->of[0], AS_COMPARISON);
      break;
    case POWER:
      print(p, n->of[0], AS_VALUE);
      tw_text_add(p->text, "^");
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
    case AND: print_two(p, n, expr_draw(p->m, 2) == 0 ? "and" : "&&", AS_AND, AS_COMPARISON); break;
    case OR: print_two(p, n, expr_draw(p->m, 2) == 0 ? "or" : "||", AS_OR, AS_AND); break;
    default: print_call(p, names[n->kind], n); break;
  }
}

static void print(printer *p, const expr_node *n, int level) {
  const bool has_brackets = level_of(p, n) < level || expr_draw(p->m, 8) == 0;
  if (has_brackets) tw_text_add(p->text, "(");
  print_bare(p, n);
  if (has_brackets) tw_text_add(p->text, ")");
}

void expr_print(expr_maker *m, const expr_node *root, const double *inputs, tw_text *text) {
  printer p = {.m = m, .text = text, .inputs = inputs};
  print(&p, root, AS_OR);
}

void expr_fill_inputs(expr_maker *m, double *inputs) {
  static const double special[] = {0, -0.0, 1, -1, 0.5, 1e300, 5e-324, -2, 3};
  for (int i = 0; i < EXPR_N_INPUT; i++) {
    inputs[i] = expr_draw(m, 2) == 0 ? special[expr_draw(m, sizeof special / sizeof special[0])]
                                     : ((double)expr_draw(m, 2000001) - 1e6) / 65536;
  }
}

bool expr_is_same(double a, double b) {
  return isnan(a) ? isnan(b) : memcmp(&a, &b, sizeof a) == 0;
}
