// api_names.c - what can be counted and found by name in a line, and quantities.

#include <string.h>

#include "api/api.h"
#include "base/assert.h"
#include "observe/quantity.h"

// Section of the line file for the classes that are places; NULL for the others.
static const char *section_of(int32_t of_class) {
  switch (of_class) {
    case TWIN_STATION: return "stations";
    case TWIN_BUFFER: return "buffers";
    case TWIN_SOURCE: return "sources";
    default: return NULL;
  }
}

// Length of the line's own list that holds the class: places, part types, machines or pools.
static int32_t list_length(const tw_line *line, int32_t of_class) {
  switch (of_class) {
    case TWIN_PART: return line->n_part_type;
    case TWIN_MACHINE: return line->n_machine;
    case TWIN_WORKER: return line->n_pool;
    default: return section_of(of_class) != NULL ? line->n_place : 0;
  }
}

// Name of entry k of that list, NULL when it is of another class.
static const char *name_in_list(const tw_line *line, int32_t of_class, int32_t k) {
  switch (of_class) {
    case TWIN_PART: return line->part_type[k].name;
    case TWIN_MACHINE: return line->machine[k].name;
    case TWIN_WORKER: return line->pool[k].is_resource ? NULL : line->pool[k].name;
    default: break;
  }
  const char *section = section_of(of_class);
  TW_ASSERT(section != NULL);
  return tw_place_is_in(line, k, section) ? line->place[k].name : NULL;
}

int32_t twin_line_count(const twin_line *line, int32_t of_class) {
  if (line == NULL) return 0;
  const tw_line *own = tw_line_of(line);
  int32_t n = 0;
  for (int32_t k = 0; k < list_length(own, of_class); k++)
    if (name_in_list(own, of_class, k) != NULL) n++;
  return n;
}

twin_status twin_line_find(const twin_line *line, int32_t of_class, const char *name,
                           int32_t *index) {
  if (line == NULL || name == NULL || index == NULL) return TWIN_ERR_ARGUMENT;
  if (of_class < TWIN_STATION || of_class > TWIN_WORKER) return TWIN_ERR_ARGUMENT;
  const tw_line *own = tw_line_of(line);
  int32_t n = 0;
  for (int32_t k = 0; k < list_length(own, of_class); k++) {
    const char *have = name_in_list(own, of_class, k);
    if (have == NULL) continue;
    if (strcmp(have, name) == 0) {
      *index = n;
      return TWIN_OK;
    }
    n++;
  }
  return TWIN_ERR_NOT_FOUND;
}

const char *twin_line_name(const twin_line *line, int32_t of_class, int32_t i) {
  if (line == NULL || i < 0) return "";
  const tw_line *own = tw_line_of(line);
  for (int32_t k = 0; k < list_length(own, of_class); k++) {
    const char *have = name_in_list(own, of_class, k);
    if (have != NULL && i-- == 0) return have;
  }
  return "";
}

twin_status twin_line_quantity(const twin_line *line, const char *path, uint64_t *quantity,
                               twin_problems *problems) {
  if (line == NULL || path == NULL || quantity == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "line, path or quantity are missing");
  const uint64_t found = tw_quantity_find(tw_line_of(line), path, problems);
  if (found == 0) return TWIN_ERR_NOT_FOUND;
  *quantity = found;
  return TWIN_OK;
}

const char *twin_line_quantity_unit(const twin_line *line, uint64_t quantity) {
  return line != NULL ? tw_quantity_unit(tw_line_of(line), quantity) : "";
}

int32_t twin_line_quantity_count(const twin_line *line) {
  return line != NULL ? tw_quantity_count(tw_line_of(line)) : 0;
}

twin_status twin_line_quantity_at(const twin_line *line, int32_t i, uint64_t *quantity, char *path,
                                  size_t capacity) {
  if (line == NULL || quantity == NULL || (path == NULL && capacity > 0)) return TWIN_ERR_ARGUMENT;
  const uint64_t found = tw_quantity_at(tw_line_of(line), i);
  if (found == 0) return TWIN_ERR_NOT_FOUND;
  tw_text text = {.memory = tw_line_memory(tw_line_of(line))};
  tw_quantity_path(tw_line_of(line), found, &text);
  twin_status status = text.is_out_of_memory ? TWIN_ERR_MEMORY : TWIN_OK;
  if (status == TWIN_OK && path != NULL && text.n >= capacity) status = TWIN_ERR_TOO_SMALL;
  if (status == TWIN_OK) {
    if (path != NULL) memcpy(path, text.at, text.n + 1);
    *quantity = found;
  }
  tw_text_free(&text);
  return status;
}
