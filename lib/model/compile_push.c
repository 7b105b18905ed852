// compile_push.c - where parts go when several places stand behind one: push rules with their shares, and
// junctions where two rules would choose.

#include <string.h>

#include "model/compile_inner.h"

// Weights of the main exit's targets, named by place.
static const double *compile_share(tw_compiler *compiler, int32_t node_i, const tw_exit *exit,
                                   const tw_weights *share, const char *rule) {
  tw_line *line = compiler->line;
  double *weight = tw_arena_take_array(&line->arena, (size_t)exit->n_chain, sizeof *weight);
  if (weight == NULL) return NULL;
  int32_t n_found = 0;
  for (int32_t k = 0; k < share->n; k++) {
    bool is_found = false;
    for (int32_t i = 0; i < exit->n_chain; i++) {
      if (strcmp(line->graph.name[exit->target[i]], share->name[k].name) != 0) continue;
      weight[i] = share->weight[k];
      is_found = true;
      n_found++;
    }
    const tw_node at = tw_name_place(&share->name[k]);
    compiler->is_bad = compiler->is_bad || !is_found;
    if (!is_found && compiler->is_flow_known)
      tw_compile_problem(compiler, &at, "E-REF", "name the places that chains lead to",
                         "no chain leads from '%s' to '%s'", line->place[node_i].name,
                         share->name[k].name);
  }
  if (n_found < exit->n_chain && !compiler->is_bad)
    tw_compile_problem(compiler, ((const tw_def *)line->doc.place[node_i].def)->node, "E-KEY",
                       "\"share\": {\"b1\": 0.7, \"b2\": 0.3}",
                       "push rule \"%s\" of '%s' needs the share of every place behind it", rule,
                       line->place[node_i].name);
  return weight;
}

void tw_compile_push(tw_compiler *compiler, int32_t node_i, int32_t rule, const tw_weights *share,
                     const char *stream) {
  tw_line *line = compiler->line;
  tw_place *place = &line->place[node_i];
  place->push_rule = rule;
  place->push_site = TW_NONE;
  if (place->main_exit == TW_NONE) return;
  const tw_exit *exit = &line->graph.exit[place->main_exit];
  if (exit->n_chain < 2) return;
  if (rule == TW_PUSH_PROBABILITY)
    place->push_site = tw_compile_site(compiler, node_i, TW_NONE, "push", stream, NULL);
  if (rule != TW_PUSH_PROBABILITY && rule != TW_PUSH_RATIO) return;
  place->push_weight = compile_share(compiler, node_i, exit, share,
                                     rule == TW_PUSH_RATIO ? "ratio" : "probability");
  int32_t *counter = tw_arena_take_array(&line->arena, (size_t)exit->n_chain, sizeof *counter);
  for (int32_t i = 0; counter != NULL && i < exit->n_chain; i++) counter[i] = exit->edge[i];
  place->push_counter = counter;
  double sum = 0;
  for (int32_t i = 0; i < share->n; i++) sum += share->weight[i];
  const bool is_one = sum >= 1 - 1e-9 && sum <= 1 + 1e-9;
  if (rule == TW_PUSH_PROBABILITY && !is_one && share->n > 0)
    tw_compile_problem(compiler, share->name[0].node->parent, "E-RANGE", NULL,
                       "the probabilities of the places behind '%s' sum to %.10g, not to 1",
                       place->name, sum);
}

// A junction where a pushing station and a pulling one would both choose (SEMANTICS 4.6).
void tw_compile_junctions(tw_compiler *compiler) {
  const tw_line *line = compiler->line;
  const tw_graph *graph = &line->graph;
  for (int32_t i = 0; i < line->doc.n_place; i++) {
    const tw_place *place = &line->place[i];
    const tw_node *push = tw_node_member(((const tw_def *)line->doc.place[i].def)->node, "push");
    if (push == NULL || push->is_default || place->main_exit == TW_NONE) continue;
    const tw_exit *exit = &graph->exit[place->main_exit];
    for (int32_t k = 0; exit->n_chain > 1 && k < exit->n_chain; k++) {
      const int32_t to = exit->target[k];
      if (to >= line->doc.n_place) continue;
      const tw_node *pull = tw_node_member(((const tw_def *)line->doc.place[to].def)->node, "pull");
      if (pull == NULL || pull->is_default) continue;
      if (graph->first_feeder[to + 1] - graph->first_feeder[to] < 2) continue;
      tw_compile_problem(compiler, pull, "E-FLOW", "put a buffer between them",
                         "'%s' pushes by a rule and '%s' pulls by a rule: only one can choose",
                         place->name, line->place[to].name);
    }
  }
}
