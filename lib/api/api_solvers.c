// api_solvers.c - how the machine models of a line are solved, and what that took in a run, as
// public tables.

#include "api/tables.h"
#include "base/assert.h"

typedef struct rows {
  const tw_line *line;
  const tw_run *run;     // NULL: only the line is asked
  tw_text *state_names;  // of the row that was asked for last
} rows;

static const tw_body *body_of(const void *user, int32_t i) {
  const rows *of = user;
  TW_ASSERT(i >= 0 && i < of->line->n_body);
  return &of->line->body[i];
}

static const char *object_name(const void *user, int32_t i) { return body_of(user, i)->name; }

static const char *solver_name(const void *user, int32_t i) {
  return tw_solver_words[body_of(user, i)->solver];
}

static const char *reason(const void *user, int32_t i) { return body_of(user, i)->why; }

static const tw_member *member_of(const rows *of, const tw_body *body, int32_t k) {
  TW_ASSERT(k >= 0 && k < body->n_member);
  return &of->line->member[body->member[k]];
}

// "heat.T, heat.u"; where several machines share an object, with their names before.
static const char *state_names(const void *user, int32_t i) {
  const rows *of = user;
  const tw_body *body = body_of(user, i);
  tw_text_clear(of->state_names);
  for (int32_t k = 0; k < body->n_member; k++) {
    const tw_member *member = member_of(of, body, k);
    for (int32_t v = 0; v < member->system->n_state; v++) {
      if (of->state_names->n > 0) tw_text_add(of->state_names, ", ");
      if (body->n_member > 1 && member->machine_i != TW_NONE)
        tw_text_print(of->state_names, "%s ", of->line->machine[member->machine_i].name);
      tw_text_add(of->state_names, member->system->variable[v].name);
    }
  }
  return of->state_names->n > 0 ? of->state_names->at : NULL;
}

static void fill_counts(twin_table *table, const rows *of) {
  int32_t *n_state = tw_table_add_ints(table, "states");
  tw_table_add_names(table, "state_names", state_names, of);
  int32_t *n_kept = tw_table_add_ints(table, "kept");
  int32_t *n_event = tw_table_add_ints(table, "events");
  double *rtol = tw_table_add_doubles(table, "rtol", "1");
  if (table->arena.is_out_of_memory) return;
  for (int32_t i = 0; i < of->line->n_body; i++) {
    const tw_body *body = &of->line->body[i];
    n_kept[i] = n_event[i] = 0;
    for (int32_t k = 0; k < body->n_member; k++) {
      const tw_system *system = member_of(of, body, k)->system;
      n_kept[i] += system->n_variable - system->n_state;
      n_event[i] += system->n_event;
    }
    n_state[i] = body->n_state;
    rtol[i] = body->rtol;
  }
}

static void fill_statistics(twin_table *table, const rows *of) {
  int64_t *step = tw_table_add_counts(table, "steps");
  int64_t *reject = tw_table_add_counts(table, "rejected");
  int64_t *rhs = tw_table_add_counts(table, "rhs");
  int64_t *located = tw_table_add_counts(table, "located");
  if (table->arena.is_out_of_memory) return;
  for (int32_t i = 0; i < of->line->n_body; i++) {
    const tw_body_state *state = &of->run->body[i];
    step[i] = (int64_t)state->n_step;
    reject[i] = (int64_t)state->n_reject;
    rhs[i] = (int64_t)state->n_rhs;
    located[i] = (int64_t)state->n_located;
  }
}

static void fill(twin_table *table, const rows *of) {
  tw_table_add_names(table, "object", object_name, of);
  tw_table_add_names(table, "solver", solver_name, of);
  tw_table_add_names(table, "reason", reason, of);
  fill_counts(table, of);
  if (of->run != NULL) fill_statistics(table, of);
}

static twin_status give(const tw_line *line, const tw_run *run, twin_table **table,
                        twin_problems *problems) {
  tw_text names = {.memory = tw_line_memory(line)};
  const rows of = {.line = line, .run = run, .state_names = &names};
  twin_table *made = tw_table_new("solvers", line->n_body, tw_line_memory(line));
  if (made != NULL) fill(made, &of);
  const bool is_good = !names.is_out_of_memory;
  tw_text_free(&names);
  return tw_table_give(made, is_good, table, problems);
}

twin_status tw_table_of_line_solvers(const tw_line *line, twin_table **table,
                                     twin_problems *problems) {
  return give(line, NULL, table, problems);
}

twin_status tw_table_of_run_solvers(const tw_run *run, twin_table **table,
                                    twin_problems *problems) {
  return give(run->line, run, table, problems);
}
