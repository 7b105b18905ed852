// flow.c - reads "flow": chains of names, ["saw", "b1", "cnc.scrap", "scrap"], into links.
// Whether the names and exits exist is for the graph to find.

#include <string.h>

#include "base/assert.h"
#include "doc/inner.h"

// One element taken apart at its dot.
typedef struct step {
  const char *name, *exit;
  const tw_node *node;
} step;

static bool read_step(const tw_node *node, const tw_reader *reader, step *made) {
  if (node->type != TW_NODE_TEXT) {
    tw_reader_wrong_type(reader, node, "a name", "\"saw\" or \"saw.scrap\"");
    return false;
  }
  TW_ASSERT(node->text != NULL);
  const char *dot = strchr(node->text, '.');
  *made = (step){.name = node->text, .exit = "", .node = node};
  if (dot != NULL) {
    made->name = tw_arena_text_n(reader->arena, node->text, (size_t)(dot - node->text));
    made->exit = dot + 1;
  }
  if (made->name == NULL || made->name[0] == 0 || (dot != NULL && made->exit[0] == 0)) {
    char got[TW_GOT_BYTES];
    tw_reader_problem(reader, node, "E-TYPE", "a name", "e.g. \"saw\" or \"saw.scrap\"",
                      "%s is no name of a place or of an exit", tw_node_got(node, got));
    return false;
  }
  return true;
}

// Links the steps of one chain; an exit belongs to the link that leaves its station.
static bool read_chain(const tw_node *chain, int32_t chain_i, const tw_reader *reader,
                       tw_flow_def *flow, tw_link *links) {
  if (chain->type != TW_NODE_LIST) {
    tw_reader_wrong_type(reader, chain, "a chain of names", "[\"orders\", \"saw\", \"out\"]");
    return false;
  }
  bool is_good = true, has_last = false;
  step last = {0}, now = {0};
  for (const tw_node *item = chain->first; item != NULL; item = item->next) {
    if (!read_step(item, reader, &now)) {
      is_good = has_last = false;
      continue;
    }
    if (has_last) {
      links[flow->n_link++] = (tw_link){.from = last.name,
                                        .exit = last.exit,
                                        .to = now.name,
                                        .from_node = last.node,
                                        .to_node = now.node,
                                        .chain_i = chain_i};
    }
    last = now;
    has_last = true;
  }
  if (is_good && chain->n_child < 2) {
    tw_reader_problem(reader, chain, "E-FLOW", NULL, "e.g. [\"orders\", \"saw\", \"out\"]",
                      "a chain needs at least two names");
    return false;
  }
  if (is_good && last.exit[0] != 0) {
    tw_reader_problem(reader, last.node, "E-FLOW", NULL, NULL,
                      "the chain ends at an exit; say where \"%.80s\" leads", last.node->text);
    return false;
  }
  return is_good;
}

static bool parse_flow(const tw_node *node, const tw_reader *reader, void *target) {
  tw_flow_def *flow = target;
  flow->is_broken = true;
  if (node->type != TW_NODE_LIST) {
    tw_reader_wrong_type(reader, node, "a list of chains", "[[\"orders\", \"saw\", \"out\"]]");
    return false;
  }
  size_t n_max = 0;
  for (const tw_node *chain = node->first; chain != NULL; chain = chain->next) {
    n_max += (size_t)chain->n_child;
  }
  tw_link *links = tw_arena_take_array(reader->arena, n_max, sizeof *links);
  if (links == NULL) return false;
  bool is_good = true;
  for (const tw_node *chain = node->first; chain != NULL; chain = chain->next) {
    if (!read_chain(chain, flow->n_chain, reader, flow, links)) is_good = false;
    flow->n_chain++;
  }
  TW_ASSERT((size_t)flow->n_link <= n_max);
  flow->link = links;
  flow->is_broken = !is_good;
  return is_good;
}

const tw_custom tw_flow_custom = {
    .parse = parse_flow,
    .shape = "a list of chains of names, [[\"orders\", \"saw\", \"out\"]]",
    .schema = "{\"type\": \"array\", \"items\": {\"type\": \"array\", \"minItems\": 2, \"items\": "
              "{\"type\": \"string\", \"pattern\": "
              "\"^[A-Za-z][A-Za-z0-9_-]*(\\\\.[A-Za-z][A-Za-z0-9_-]*)?$\"}}}",
};
