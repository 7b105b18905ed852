// formula.c - graphs of formulas: finding and adding nodes, reading texts into them, and what they
// depend on. Rules of simplifying stand in formula_simplify.c, derivatives in formula_derive.c.
// Invariant: operands come before their users, no two nodes are equal.

#include "expr/formula.h"

#include <string.h>

#include "base/assert.h"
#include "base/hash.h"

enum { FIRST_CAPACITY = 64, N_BIT = 64 };

static const char is_full_text[] = "the model's expressions have more than 20000 operations";
static const char is_short_text[] = "memory is short";
TW_STATIC_ASSERT(TW_FORMULA_NODES_MAX == 20000, "the sentence above names the limit");

const char *tw_formulas_problem(const tw_formulas *formulas) {
  TW_ASSERT(formulas != NULL);
  return formulas->problem != NULL ? formulas->problem : "";
}

// ---- Finding and adding ----------------------------------------------------------------------

static uint64_t hash_node(const tw_formula_node *node) {
  uint64_t bits;
  memcpy(&bits, &node->number, sizeof bits);
  uint64_t hash = tw_hash_word((uint64_t)node->op << 32 | (uint32_t)node->input_i, bits);
  hash = tw_hash_word(hash, (uint64_t)(uint32_t)node->of[0] << 32 | (uint32_t)node->of[1]);
  return tw_hash_word(hash, (uint32_t)node->of[2]);
}

// Bits of numbers are compared, so that 0 and -0 stay two.
static bool is_equal(const tw_formula_node *a, const tw_formula_node *b) {
  return a->op == b->op && a->of[0] == b->of[0] && a->of[1] == b->of[1] && a->of[2] == b->of[2] &&
         a->input_i == b->input_i && memcmp(&a->number, &b->number, sizeof a->number) == 0;
}

// The slot where a node is, or would be put.
static tw_formula *find_slot(const tw_formulas *f, const tw_formula_node *node) {
  const uint32_t mask = (uint32_t)f->n_slot - 1;
  uint32_t at = (uint32_t)hash_node(node) & mask;
  TW_ASSERT(f->n_node < f->n_slot);
  while (f->slots[at] >= 0 && !is_equal(&f->nodes[f->slots[at]], node)) at = (at + 1) & mask;
  return &f->slots[at];
}

// Moves the graph into arrays of another capacity. The old ones stay in the arena: half as much.
static bool resize(tw_formulas *f, int32_t capacity) {
  const size_t n = (size_t)capacity, n_old = (size_t)f->n_node, n_word = (size_t)f->n_word;
  tw_formula_node *nodes = tw_arena_take_array(f->arena, n, sizeof *nodes);
  uint64_t *inputs = tw_arena_take_array(f->arena, n * n_word, sizeof *inputs);
  tw_formula *slots = tw_arena_take_array(f->arena, 2 * n, sizeof *slots);
  if (nodes == NULL || inputs == NULL || slots == NULL) {
    f->problem = is_short_text;
    return false;
  }
  if (n_old > 0) memcpy(nodes, f->nodes, n_old * sizeof *nodes);
  if (n_old > 0) memcpy(inputs, f->inputs, n_old * n_word * sizeof *inputs);
  f->nodes = nodes;
  f->inputs = inputs;
  f->slots = slots;
  f->capacity = capacity;
  f->n_slot = 2 * capacity;
  for (int32_t i = 0; i < f->n_slot; i++) slots[i] = TW_EXPR_NONE;
  for (int32_t i = 0; i < f->n_node; i++) *find_slot(f, &nodes[i]) = i;
  return true;
}

tw_formulas *tw_formulas_new(int32_t n_input, tw_arena *arena) {
  TW_ASSERT(n_input >= 0 && n_input <= TW_FORMULA_INPUTS_MAX && arena != NULL);
  tw_formulas *f = tw_arena_take(arena, sizeof *f);
  if (f == NULL) return NULL;
  *f = (tw_formulas){.n_input = n_input, .n_word = n_input / N_BIT + 1, .arena = arena};
  return resize(f, FIRST_CAPACITY) ? f : NULL;
}

// Notes which inputs the node with the highest index depends on.
static void note_inputs(tw_formulas *f) {
  const tw_formula_node *node = &f->nodes[f->n_node - 1];
  const size_t n_word = (size_t)f->n_word;
  uint64_t *bits = f->inputs + (size_t)(f->n_node - 1) * n_word;
  for (int k = 0; k < 3 && node->of[k] >= 0; k++) {
    const uint64_t *of = f->inputs + (size_t)node->of[k] * n_word;
    for (size_t i = 0; i < n_word; i++) bits[i] |= of[i];
  }
  if (node->op == TW_EXPR_INPUT) bits[node->input_i / N_BIT] |= 1ull << (node->input_i % N_BIT);
}

tw_formula tw_formula_put(tw_formulas *f, const tw_formula_node *node) {
  tw_formula *slot = find_slot(f, node);
  if (*slot >= 0) return *slot;
  if (f->n_node == TW_FORMULA_NODES_MAX) {
    f->problem = is_full_text;
    return TW_EXPR_NONE;
  }
  if (f->n_node == f->capacity) {
    if (!resize(f, 2 * f->capacity)) return TW_EXPR_NONE;
    slot = find_slot(f, node);
  }
  for (int k = 0; k < 3; k++) TW_ASSERT(node->of[k] < f->n_node);
  f->nodes[f->n_node] = *node;
  *slot = f->n_node++;
  note_inputs(f);
  return *slot;
}

tw_formula tw_formula_number(tw_formulas *formulas, double number) {
  TW_ASSERT(formulas != NULL);
  return tw_formula_put(formulas,
                        &(tw_formula_node){.op = TW_EXPR_NUMBER,
                                           .of = {TW_EXPR_NONE, TW_EXPR_NONE, TW_EXPR_NONE},
                                           .number = number});
}

tw_formula tw_formula_input(tw_formulas *formulas, int32_t input_i) {
  TW_ASSERT(formulas != NULL && input_i >= 0 && input_i < formulas->n_input);
  return tw_formula_put(formulas,
                        &(tw_formula_node){.op = TW_EXPR_INPUT,
                                           .of = {TW_EXPR_NONE, TW_EXPR_NONE, TW_EXPR_NONE},
                                           .input_i = input_i});
}

tw_formula tw_formula_op(tw_formulas *formulas, tw_expr_op op, tw_formula a, tw_formula b,
                         tw_formula c) {
  TW_ASSERT(formulas != NULL && op < TW_EXPR_MUL_ADD);
  tw_formula of[3] = {a, b, c};
  for (int k = 0; k < tw_expr_n_operand(op); k++) {
    if (of[k] < 0) return TW_EXPR_NONE;
    TW_ASSERT(of[k] < formulas->n_node);
  }
  const tw_formula known = tw_formula_simplify(formulas, &op, of);
  if (known >= 0 || formulas->problem != NULL) return known;
  return tw_formula_put(formulas, &(tw_formula_node){.op = op, .of = {of[0], of[1], of[2]}});
}

tw_formula tw_formula_add(tw_formulas *formulas, tw_formula a, tw_formula b) {
  return tw_formula_op(formulas, TW_EXPR_ADD, a, b, TW_EXPR_NONE);
}

tw_formula tw_formula_multiply(tw_formulas *formulas, tw_formula a, tw_formula b) {
  return tw_formula_op(formulas, TW_EXPR_MUL, a, b, TW_EXPR_NONE);
}

tw_formula tw_formula_select(tw_formulas *formulas, tw_formula condition, tw_formula a,
                             tw_formula b) {
  return tw_formula_op(formulas, TW_EXPR_SELECT, condition, a, b);
}

// ---- Reading ---------------------------------------------------------------------------------

// Which nodes of a tree its root needs: some were folded away.
static void mark_tree(const tw_expr_tree *tree, bool *is_used) {
  is_used[tree->root] = true;
  for (int32_t i = tree->root; i >= 0; i--) {
    const tw_expr_node *node = &tree->nodes[i];
    for (int k = 0; k < 3 && is_used[i] && node->of[k] != TW_EXPR_NONE; k++) {
      TW_ASSERT(node->of[k] < i);
      is_used[node->of[k]] = true;
    }
  }
}

static tw_formula import_symbol(tw_formulas *f, const tw_formula_symbol *symbol) {
  return symbol->node >= 0 ? symbol->node : tw_formula_input(f, symbol->input_i);
}

// Copies a tree, whose inputs are numbers of symbols, into the graph.
static tw_formula import(tw_formulas *f, const tw_expr_tree *tree,
                         const tw_formula_symbol *symbols) {
  const size_t n = (size_t)tree->n_node;
  bool *is_used = tw_arena_take_array(tree->scratch, n, sizeof *is_used);
  tw_formula *made = tw_arena_take_array(tree->scratch, n + 1, sizeof *made);
  if (is_used == NULL || made == NULL) {
    tw_expr_fail(tree->error, 0, "memory is short");
    return TW_EXPR_NONE;
  }
  mark_tree(tree, is_used);
  // An operand that is not there has index -1; it gets a place of its own in front.
  *made++ = TW_EXPR_NONE;
  for (int32_t i = 0; i <= tree->root; i++) {
    const tw_expr_node *node = &tree->nodes[i];
    if (!is_used[i]) continue;
    made[i] = node->op == TW_EXPR_NUMBER  ? tw_formula_number(f, node->number)
              : node->op == TW_EXPR_INPUT ? import_symbol(f, &symbols[node->input_i])
                                          : tw_formula_op(f, node->op, made[node->of[0]],
                                                          made[node->of[1]], made[node->of[2]]);
    if (made[i] >= 0) continue;
    tw_expr_fail(tree->error, node->offset, "%s", tw_formulas_problem(f));
    return TW_EXPR_NONE;
  }
  return made[tree->root];
}

// The symbols as the parser takes them, each with its own number as input. NULL: memory is short.
static tw_expr_symbol *number_symbols(const tw_formula_symbol *symbols, int32_t n_symbol,
                                      tw_arena *scratch) {
  tw_expr_symbol *numbered = tw_arena_take_array(scratch, (size_t)n_symbol + 1, sizeof *numbered);
  for (int32_t i = 0; i < n_symbol && numbered != NULL; i++) {
    numbered[i] = (tw_expr_symbol){.name = symbols[i].name, .dim = symbols[i].dim, .input_i = i};
  }
  return numbered;
}

tw_formula tw_formula_read(tw_formulas *formulas, const char *text,
                           const tw_formula_symbol *symbols, int32_t n_symbol, tw_dim *dim,
                           tw_expr_error *error) {
  TW_ASSERT(formulas != NULL && text != NULL && dim != NULL && error != NULL);
  TW_ASSERT(n_symbol >= 0 && (symbols != NULL || n_symbol == 0));
  tw_formula node = TW_EXPR_NONE;
  tw_arena scratch;
  tw_expr_tree tree = {.scratch = &scratch, .error = error};
  tw_arena_init_with(&scratch, &formulas->arena->memory);
  *error = (tw_expr_error){0};
  const tw_expr_symbol *numbered = number_symbols(symbols, n_symbol, &scratch);
  if (numbered == NULL) {
    tw_expr_fail(error, 0, "memory is short");
  } else if (tw_expr_read(text, numbered, n_symbol, *dim, &tree)) {
    node = import(formulas, &tree, symbols);
    *dim = tree.nodes[tree.root].dim;
  }
  tw_arena_free(&scratch);
  TW_ASSERT((node >= 0) == (error->message[0] == 0));
  return node;
}

// ---- What a node depends on ------------------------------------------------------------------

bool tw_formula_uses(const tw_formulas *formulas, tw_formula node, int32_t input_i) {
  TW_ASSERT(formulas != NULL && node >= 0 && node < formulas->n_node);
  TW_ASSERT(input_i >= 0 && input_i < formulas->n_input);
  const uint64_t *bits = formulas->inputs + (size_t)node * (size_t)formulas->n_word;
  return (bits[input_i / N_BIT] >> (input_i % N_BIT) & 1) != 0;
}

bool tw_formula_varies(const tw_formulas *formulas, tw_formula node, const bool *is_varying) {
  TW_ASSERT(formulas != NULL && node >= 0 && node < formulas->n_node);
  const uint64_t *bits = formulas->inputs + (size_t)node * (size_t)formulas->n_word;
  for (int32_t w = 0; w < formulas->n_word; w++) {
    for (int32_t i = 0; i < N_BIT && bits[w] >> i != 0; i++) {
      if ((bits[w] >> i & 1) != 0 && is_varying[w * N_BIT + i]) return true;
    }
  }
  return false;
}

bool tw_formula_is_constant(const tw_formulas *formulas, tw_formula node, double *value) {
  TW_ASSERT(formulas != NULL && node >= 0 && node < formulas->n_node && value != NULL);
  // Everything without an input was folded.
  if (formulas->nodes[node].op != TW_EXPR_NUMBER) return false;
  *value = formulas->nodes[node].number;
  return true;
}

bool *tw_formula_mark(const tw_formulas *formulas, const tw_formula *nodes, int32_t n,
                      tw_arena *scratch) {
  bool *is_marked = tw_arena_take_array(scratch, (size_t)formulas->n_node + 1, sizeof *is_marked);
  tw_formula last = TW_EXPR_NONE;
  if (is_marked == NULL) return NULL;
  for (int32_t i = 0; i < n; i++) {
    TW_ASSERT(nodes[i] >= 0 && nodes[i] < formulas->n_node);
    is_marked[nodes[i]] = true;
    if (nodes[i] > last) last = nodes[i];
  }
  for (tw_formula i = last; i >= 0; i--) {
    const tw_formula_node *node = &formulas->nodes[i];
    for (int k = 0; k < 3 && is_marked[i] && node->of[k] >= 0; k++) is_marked[node->of[k]] = true;
  }
  return is_marked;
}

// ---- Conditions ------------------------------------------------------------------------------

static bool is_comparison(tw_expr_op op) { return op >= TW_EXPR_LT && op <= TW_EXPR_NE; }

// The function of a comparison. Only < and <= are kept in the graph: a > b is b < a.
static tw_formula_root make_root(tw_formulas *f, const tw_formula_node *compare) {
  const bool is_equality = compare->op == TW_EXPR_EQ || compare->op == TW_EXPR_NE;
  TW_ASSERT(is_equality || compare->op == TW_EXPR_LT || compare->op == TW_EXPR_LE);
  return (tw_formula_root){
      .node = tw_formula_op(f, TW_EXPR_SUB, compare->of[1], compare->of[0], TW_EXPR_NONE),
      .is_zero_in = compare->op == TW_EXPR_LE || compare->op == TW_EXPR_EQ,
      .is_equality = is_equality};
}

int32_t tw_formula_roots(tw_formulas *formulas, tw_formula condition, const bool *is_varying,
                         tw_formula_root *roots, int32_t max) {
  TW_ASSERT(formulas != NULL && condition >= 0 && condition < formulas->n_node);
  TW_ASSERT(max >= 0 && (roots != NULL || max == 0));
  int32_t n_root = 0;
  tw_arena scratch;
  tw_arena_init_with(&scratch, &formulas->arena->memory);
  const bool *is_part = tw_formula_mark(formulas, &condition, 1, &scratch);
  if (is_part == NULL) formulas->problem = is_short_text;
  for (tw_formula i = 0; i <= condition && formulas->problem == NULL; i++) {
    if (!is_part[i] || !is_comparison(formulas->nodes[i].op)) continue;
    if (!tw_formula_varies(formulas, i, is_varying)) continue;
    // The node is copied: the graph may move while the function is added.
    const tw_formula_node compare = formulas->nodes[i];
    if (n_root < max) {
      roots[n_root] = make_root(formulas, &compare);
      roots[n_root].is_all = i == condition;
    }
    n_root++;
  }
  tw_arena_free(&scratch);
  return formulas->problem == NULL ? n_root : TW_EXPR_NONE;
}
