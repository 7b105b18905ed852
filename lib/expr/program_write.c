// program_write.c - writes programs from graphs of formulas: powers are multiplied out, operations
// joined where ops.inl has one for two, steps ordered and their results given places. What
// depends on no varying input comes first, and of it what the rest needs keeps its place; all other
// places are used again behind their last use.

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "expr/formula.h"
#include "expr/program_code.h"

// What is planned for a node of the graph with powers multiplied out.
typedef struct plan {
  tw_expr_op op;
  tw_formula of[3];   // of the step: those of the node, or of two joined ones
  int32_t n_user;     // operations and outputs that read it
  int32_t last_step;  // the last one that reads it
  tw_place place;
  int32_t output_i;  // is_direct: the output that its step writes
  bool is_direct;
  bool is_needed, is_varying, is_output, is_joined, is_kept, is_scheduled;
} plan;

typedef struct writer {
  const tw_formulas *graph;
  plan *plans;          // [the graph's nodes]
  tw_formula *outputs;  // [n_output] nodes
  int32_t n_output;
  tw_formula *order;  // [n_step] nodes: the fixed ones, then the varying ones
  int32_t n_step, n_fixed;
  double *constants;  // [n_constant]
  int32_t n_constant;
  tw_place *free_places;  // a stack
  int32_t n_free, n_work;
} writer;

// ---- Powers ----------------------------------------------------------------------------------

// x^n from the highest bit of n down, as code.c does it.
static tw_formula multiply_out(tw_formulas *graph, tw_formula x, int n) {
  int bit = TW_EXPR_POWER_MAX;
  TW_ASSERT(n >= 1 && n <= TW_EXPR_POWER_MAX);
  while ((n & bit) == 0) bit >>= 1;
  tw_formula power = x;
  for (bit >>= 1; bit > 0; bit >>= 1) {
    power = tw_formula_multiply(graph, power, power);
    if ((n & bit) != 0) power = tw_formula_multiply(graph, power, x);
  }
  return power;
}

static tw_formula expand_power(tw_formulas *graph, tw_formula x, double exponent) {
  const tw_formula none = TW_EXPR_NONE;
  if (exponent == 0.5) return tw_formula_op(graph, TW_EXPR_SQRT, x, none, none);
  if (exponent != floor(exponent)) {
    const tw_formula log = tw_formula_op(graph, TW_EXPR_LOG, x, none, none);
    const tw_formula product = tw_formula_multiply(graph, tw_formula_number(graph, exponent), log);
    return tw_formula_op(graph, TW_EXPR_EXP, product, none, none);
  }
  const tw_formula power = multiply_out(graph, x, (int)fabs(exponent));
  if (exponent > 0) return power;
  return tw_formula_op(graph, TW_EXPR_DIV, tw_formula_number(graph, 1), power, none);
}

static tw_formula expand_node(tw_formulas *graph, const tw_formulas *from,
                              const tw_formula_node *node, const tw_formula *made) {
  tw_formula of[3];
  if (node->op == TW_EXPR_NUMBER) return tw_formula_number(graph, node->number);
  if (node->op == TW_EXPR_INPUT) return tw_formula_input(graph, node->input_i);
  for (int k = 0; k < 3; k++) of[k] = node->of[k] >= 0 ? made[node->of[k]] : TW_EXPR_NONE;
  if (node->op == TW_EXPR_POW && from->nodes[node->of[1]].op == TW_EXPR_NUMBER) {
    const double exponent = from->nodes[node->of[1]].number;
    if (tw_formula_is_plain_power(exponent)) return expand_power(graph, of[0], exponent);
  }
  return tw_formula_op(graph, node->op, of[0], of[1], of[2]);
}

// Copies what the outputs need into a graph of its own. Returns NULL when it is full or memory
// short.
static const char *expand(writer *w, const tw_formulas *from, const tw_formula *outputs,
                          tw_arena *scratch) {
  static const char is_short[] = "memory is short";
  tw_formulas *graph = tw_formulas_new(from->n_input, scratch);
  const bool *is_needed = tw_formula_mark(from, outputs, w->n_output, scratch);
  tw_formula *made = tw_arena_take_array(scratch, (size_t)from->n_node + 1, sizeof *made);
  w->outputs = tw_arena_take_array(scratch, (size_t)w->n_output + 1, sizeof *w->outputs);
  if (graph == NULL || scratch->is_out_of_memory) return is_short;
  for (tw_formula i = 0; i < from->n_node; i++) {
    if (!is_needed[i]) continue;
    made[i] = expand_node(graph, from, &from->nodes[i], made);
    if (made[i] < 0) return tw_formulas_problem(graph);
  }
  for (int32_t i = 0; i < w->n_output; i++) w->outputs[i] = made[outputs[i]];
  const size_t n = (size_t)graph->n_node + 1;
  w->graph = graph;
  w->plans = tw_arena_take_array(scratch, n, sizeof *w->plans);
  w->order = tw_arena_take_array(scratch, n, sizeof *w->order);
  w->constants = tw_arena_take_array(scratch, n, sizeof *w->constants);
  w->free_places = tw_arena_take_array(scratch, n, sizeof *w->free_places);
  return scratch->is_out_of_memory ? is_short : NULL;
}

// ---- Steps -----------------------------------------------------------------------------------

static bool is_step(const plan *p) { return p->op < TW_EXPR_N_OP; }

// Finds what is needed, by how many, and what varies.
static void plan_nodes(writer *w, const bool *is_varying) {
  const tw_formulas *graph = w->graph;
  for (int32_t i = 0; i < w->n_output; i++) {
    plan *output = &w->plans[w->outputs[i]];
    output->is_needed = output->is_output = true;
    output->n_user++;
  }
  for (tw_formula i = graph->n_node - 1; i >= 0; i--) {
    plan *p = &w->plans[i];
    p->op = graph->nodes[i].op;
    memcpy(p->of, graph->nodes[i].of, sizeof p->of);
    if (!p->is_needed) continue;
    p->is_varying = tw_formula_varies(graph, i, is_varying);
    for (int k = 0; k < 3 && p->of[k] >= 0; k++) {
      w->plans[p->of[k]].is_needed = true;
      w->plans[p->of[k]].n_user++;
    }
  }
}

// Can a step take this operand's operation into itself? Only if nobody else reads its value, and
// never from the fixed part into the varying one.
static bool can_take(const plan *outer, const plan *inner) {
  return is_step(inner) && inner->n_user == 1 && !inner->is_output && inner->of[2] < 0 &&
         inner->is_varying == outer->is_varying;
}

static void join_with_operand(writer *w, plan *outer) {
  for (int k = 0; k < 2; k++) {
    plan *inner = &w->plans[outer->of[k]];
    if (!can_take(outer, inner)) continue;
    const tw_expr_op both = tw_expr_join(outer->op, inner->op, k == 0);
    if (both == TW_EXPR_N_OP) continue;
    outer->op = both;
    outer->of[2] = outer->of[1 - k];
    outer->of[0] = inner->of[0];
    outer->of[1] = inner->of[1];
    inner->is_joined = true;
    return;
  }
}

static void join_steps(writer *w) {
  for (tw_formula i = w->graph->n_node - 1; i >= 0; i--) {
    plan *p = &w->plans[i];
    const bool has_two = p->of[1] >= 0 && p->of[2] < 0;
    if (p->is_needed && is_step(p) && !p->is_joined && has_two) join_with_operand(w, p);
  }
}

// Appends a node and what it is made of, operands directly before their users. `path` is the way
// down to the node at work; a node stands on it once, for its operands have lower indices.
static void schedule(writer *w, tw_formula root, bool is_varying, tw_formula *path) {
  int32_t n_path = 0;
  path[n_path++] = root;
  while (n_path > 0) {
    const tw_formula i = path[n_path - 1];
    plan *p = &w->plans[i];
    tw_formula next = TW_EXPR_NONE;
    for (int k = 0; k < 3 && p->of[k] >= 0 && next < 0; k++) {
      const plan *of = &w->plans[p->of[k]];
      if (is_step(of) && !of->is_scheduled && of->is_varying == is_varying) next = p->of[k];
    }
    if (next >= 0) {
      path[n_path++] = next;
      continue;
    }
    if (is_step(p) && !p->is_scheduled && p->is_varying == is_varying) {
      p->is_scheduled = true;
      w->order[w->n_step++] = i;
    }
    n_path--;
  }
}

// Orders all steps. A fixed node that only varying ones read is not below any fixed output, so the
// fixed part begins from every node that is needed.
static bool order_steps(writer *w, tw_arena *scratch) {
  tw_formula *path = tw_arena_take_array(scratch, (size_t)w->graph->n_node + 1, sizeof *path);
  if (path == NULL) return false;
  for (tw_formula i = 0; i < w->graph->n_node; i++) {
    const plan *p = &w->plans[i];
    if (p->is_needed && !p->is_joined && !p->is_varying && is_step(p)) schedule(w, i, false, path);
  }
  w->n_fixed = w->n_step;
  for (int32_t i = 0; i < w->n_output; i++) schedule(w, w->outputs[i], true, path);
  return true;
}

// ---- Places ----------------------------------------------------------------------------------

static void place_leaves(writer *w) {
  const int32_t n_input = w->graph->n_input;
  for (tw_formula i = 0; i < w->graph->n_node; i++) {
    const tw_formula_node *node = &w->graph->nodes[i];
    plan *p = &w->plans[i];
    if (node->op == TW_EXPR_INPUT) p->place = (tw_place)node->input_i;
    if (node->op != TW_EXPR_NUMBER || !p->is_needed) continue;
    p->place = (tw_place)(n_input + w->n_constant);
    w->constants[w->n_constant++] = node->number;
  }
  w->n_work = n_input + w->n_constant;
}

// Finds who reads each result last. Outputs are read behind all steps, and what the fixed part
// leaves for the varying one is read again and again.
static void find_last_uses(writer *w) {
  for (int32_t s = 0; s < w->n_step; s++) {
    const plan *p = &w->plans[w->order[s]];
    for (int k = 0; k < 3 && p->of[k] >= 0; k++) {
      plan *of = &w->plans[p->of[k]];
      of->last_step = s;
      of->is_kept = of->is_kept || (p->is_varying && !of->is_varying);
    }
  }
  for (int32_t i = 0; i < w->n_output; i++) w->plans[w->outputs[i]].is_kept = true;
}

// A varying result that is one output and nothing else goes there directly.
static void find_direct(writer *w) {
  for (int32_t i = 0; i < w->n_output && i <= UINT16_MAX; i++) {
    plan *p = &w->plans[w->outputs[i]];
    p->is_direct = is_step(p) && p->is_varying && p->n_user == 1;
    p->output_i = i;
  }
}

static void place_results(writer *w) {
  for (int32_t s = 0; s < w->n_step; s++) {
    plan *p = &w->plans[w->order[s]];
    for (int k = 0; k < 3 && p->of[k] >= 0; k++) {
      plan *of = &w->plans[p->of[k]];
      const bool is_again = (k > 0 && p->of[k] == p->of[0]) || (k > 1 && p->of[k] == p->of[1]);
      if (!is_step(of) || of->is_kept || of->last_step != s || is_again) continue;
      w->free_places[w->n_free++] = of->place;
    }
    if (p->is_direct) continue;
    p->place = w->n_free > 0 ? w->free_places[--w->n_free] : (tw_place)w->n_work++;
  }
  TW_ASSERT(w->n_work <= UINT16_MAX);
}

// ---- The program -----------------------------------------------------------------------------

static tw_place place_of(const writer *w, tw_formula node) {
  return node >= 0 ? w->plans[node].place : 0;
}

// The step of the node at `s` of the order. An operand that the step before has made, in the same
// part, is taken as it comes.
static tw_program_step make_step(const writer *w, int32_t s) {
  const plan *p = &w->plans[w->order[s]];
  int form = TW_STEP_PLAIN;
  for (int k = 2; k >= 0 && s > 0 && s != w->n_fixed; k--) {
    if (p->of[k] == w->order[s - 1]) form = TW_STEP_LAST_A + k;
  }
  return (tw_program_step){.code = (uint8_t)TW_STEP_CODE(form, p->op),
                           .target = p->is_direct ? TW_STEP_TO_OUTPUT : TW_STEP_TO_WORK,
                           .dst = p->is_direct ? (uint16_t)p->output_i : p->place,
                           .a = place_of(w, p->of[0]),
                           .b = place_of(w, p->of[1]),
                           .c = place_of(w, p->of[2])};
}

// Copies what was planned into memory that lives as long as the line. Returns NULL when it is
// short.
static const tw_program *copy_program(const writer *w, tw_arena *arena) {
  const size_t n_step = (size_t)w->n_step, n_constant = (size_t)w->n_constant;
  tw_program *program = tw_arena_take(arena, sizeof *program);
  tw_program_step *steps = tw_arena_take_array(arena, n_step + 1, sizeof *steps);
  double *constants = tw_arena_take_array(arena, n_constant + 1, sizeof *constants);
  tw_program_copy *copies = tw_arena_take_array(arena, (size_t)w->n_output + 1, sizeof *copies);
  int32_t n_copy = 0;
  if (program == NULL || steps == NULL || constants == NULL || copies == NULL) return NULL;
  memcpy(constants, w->constants, n_constant * sizeof *constants);
  for (int32_t s = 0; s < w->n_step; s++) steps[s] = make_step(w, s);
  for (int32_t i = 0; i < w->n_output; i++) {
    const plan *p = &w->plans[w->outputs[i]];
    if (!p->is_direct) copies[n_copy++] = (tw_program_copy){.output_i = i, .from = p->place};
  }
  *program = (tw_program){.steps = steps,
                          .constants = constants,
                          .copies = copies,
                          .n_fixed = w->n_fixed,
                          .n_varying = w->n_step - w->n_fixed,
                          .n_copy = n_copy,
                          .n_input = w->graph->n_input,
                          .n_constant = w->n_constant,
                          .n_work = w->n_work,
                          .n_output = w->n_output};
  return program;
}

const tw_program *tw_program_write(const tw_formulas *formulas, const tw_formula *outputs,
                                   int32_t n_output, const bool *is_varying, tw_arena *arena,
                                   tw_expr_error *error) {
  TW_ASSERT(formulas != NULL && arena != NULL && error != NULL && n_output >= 0);
  TW_ASSERT((outputs != NULL || n_output == 0) && (is_varying != NULL || formulas->n_input == 0));
  const tw_program *program = NULL;
  writer w = {.n_output = n_output};
  tw_arena scratch;
  tw_arena_init_with(&scratch, &arena->memory);
  *error = (tw_expr_error){0};
  const char *problem = expand(&w, formulas, outputs, &scratch);
  if (problem == NULL) {
    plan_nodes(&w, is_varying);
    join_steps(&w);
    place_leaves(&w);
    if (order_steps(&w, &scratch)) {
      find_last_uses(&w);
      find_direct(&w);
      place_results(&w);
      program = copy_program(&w, arena);
    }
    if (program == NULL) problem = "memory is short";
  }
  if (problem != NULL) tw_expr_fail(error, 0, "%s", problem);
  tw_arena_free(&scratch);
  return program;
}
