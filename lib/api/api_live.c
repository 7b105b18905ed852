// api_live.c - mapping files and event logs: arguments checked, what there is handed out.

#include "api/live.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "core/ticks.h"
#include "io/json.h"
#include "live/file.h"

static twin_status give_map(twin_event_map **map, const char *text, size_t n, const char *file,
                            twin_problems *problems) {
  twin_event_map *made = tw_memory_zeroed(NULL, 1, sizeof *made);
  if (made == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory for a mapping");
  const twin_status status = tw_log_map_read(&made->map, text, n, file, NULL, problems);
  if (status == TWIN_OK)
    *map = made;
  else
    tw_memory_free(NULL, made);
  return status;
}

twin_status twin_event_map_load(twin_event_map **map, const char *path, twin_problems *problems) {
  if (map == NULL || path == NULL) return TWIN_ERR_ARGUMENT;
  tw_arena arena;
  size_t n;
  tw_arena_init(&arena);
  const char *text = tw_file_read(path, TW_JSON_BYTES_MAX, &n, &arena, problems);
  twin_status status = arena.is_out_of_memory != 0 ? TWIN_ERR_MEMORY : TWIN_ERR_IO;
  if (text != NULL) status = give_map(map, text, n, path, problems);
  tw_arena_free(&arena);
  return status;
}

twin_status twin_event_map_parse(twin_event_map **map, const char *text, size_t n_bytes,
                                 const char *file, twin_problems *problems) {
  if (map == NULL || text == NULL) return TWIN_ERR_ARGUMENT;
  return give_map(map, text, n_bytes, file != NULL ? file : "mapping", problems);
}

void twin_event_map_free(twin_event_map *map) {
  if (map == NULL) return;
  tw_log_map_free(map->map);
  tw_memory_free(NULL, map);
}

const char *twin_event_map_zone(const twin_event_map *map) {
  if (map == NULL || map->map->zone_name == NULL || map->map->zone.n > 0) return "";
  return map->map->zone_name;
}

twin_status twin_event_map_set_zone(twin_event_map *map, const int64_t *from_s,
                                    const int32_t *offset_s, int32_t n, twin_problems *problems) {
  if (map == NULL || from_s == NULL || offset_s == NULL || n <= 0) return TWIN_ERR_ARGUMENT;
  int64_t *from_us = tw_memory_zeroed(NULL, (size_t)n, sizeof *from_us);
  if (from_us == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory for a zone");
  bool is_good = true;
  from_us[0] = INT64_MIN;
  for (int32_t i = 1; i < n; i++) {
    is_good = is_good && from_s[i] > -(int64_t)TW_LONGEST_S * 100 &&
              from_s[i] < (int64_t)TW_LONGEST_S * 100;
    if (is_good) from_us[i] = from_s[i] * TW_TICKS_PER_S;
  }
  const twin_status status = is_good ? tw_log_map_set_zone(map->map, from_us, offset_s, n, problems)
                                     : tw_fail(problems, TWIN_ERR_ARGUMENT,
                                               "a zone changes in the years that stamps can have");
  tw_memory_free(NULL, from_us);
  return status;
}

static twin_status give_text(char **text, void (*print)(tw_text *out)) {
  if (text == NULL) return TWIN_ERR_ARGUMENT;
  tw_text printed = {0};
  print(&printed);
  return tw_text_give(&printed, text);
}

twin_status twin_event_map_reference(char **text) { return give_text(text, tw_log_map_reference); }

twin_status twin_event_map_schema(char **text) { return give_text(text, tw_log_map_schema); }

twin_status tw_api_event_log_give(twin_event_log **log, tw_event_log *inside,
                                  twin_problems *problems) {
  TW_ASSERT(inside->is_sealed);
  twin_event_log *made = tw_memory_zeroed(NULL, 1, sizeof *made);
  if (made == NULL) {
    tw_event_log_free(inside);
    return tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory for a log");
  }
  made->log = inside;
  *log = made;
  return TWIN_OK;
}

static const tw_log_map *map_of(const twin_event_map *map) { return map != NULL ? map->map : NULL; }

twin_status twin_event_log_load(twin_event_log **log, const char *path, const twin_event_map *map,
                                twin_problems *problems) {
  if (log == NULL || path == NULL) return TWIN_ERR_ARGUMENT;
  tw_event_log *made;
  const twin_status status = tw_event_log_load(&made, path, map_of(map), NULL, problems);
  return status == TWIN_OK ? tw_api_event_log_give(log, made, problems) : status;
}

twin_status twin_event_log_of_run(twin_event_log **log, const char *path, int32_t replication,
                                  twin_problems *problems) {
  if (log == NULL || path == NULL || replication < 0) return TWIN_ERR_ARGUMENT;
  tw_event_log *made;
  const twin_status status = tw_event_log_of_run(&made, path, replication, NULL, problems);
  return status == TWIN_OK ? tw_api_event_log_give(log, made, problems) : status;
}

twin_status twin_event_log_parse(twin_event_log **log, const char *bytes, size_t n_bytes,
                                 const char *file, const twin_event_map *map,
                                 twin_problems *problems) {
  if (log == NULL || bytes == NULL) return TWIN_ERR_ARGUMENT;
  const tw_log_bytes given = {bytes, n_bytes, file != NULL ? file : "log"};
  tw_event_log *made;
  const twin_status status = tw_event_log_parse(&made, &given, map_of(map), NULL, problems);
  return status == TWIN_OK ? tw_api_event_log_give(log, made, problems) : status;
}

void twin_event_log_free(twin_event_log *log) {
  if (log == NULL) return;
  if (log->is_assessed) tw_assessment_free(&log->assessment);
  tw_event_log_free(log->log);
  tw_memory_free(NULL, log);
}

twin_status twin_event_log_get(const twin_event_log *log, twin_event_log_info *info) {
  if (log == NULL || info == NULL) return TWIN_ERR_ARGUMENT;
  const tw_event_log *in = log->log;
  const twin_event_log_info own = {.struct_size = sizeof own,
                                   .is_aware = in->is_aware,
                                   .n_event = in->n,
                                   .n_row = in->n_row,
                                   .n_ignored = in->n_ignored,
                                   .first_s = in->n > 0 ? tw_seconds(in->time_us[0]) : NAN,
                                   .last_s = in->n > 0 ? tw_seconds(in->time_us[in->n - 1]) : NAN};
  return tw_struct_give(info, &own, sizeof own) ? TWIN_OK : TWIN_ERR_ARGUMENT;
}

// First event not before an instant that may be anything.
static int64_t place_of(const tw_event_log *log, double s) {
  const double longest_s = tw_seconds(TW_TICK_MAX / 2);
  if (s <= -longest_s) return 0;
  if (s >= longest_s) return log->n;
  const double us = s * TW_TICKS_PER_S;
  int64_t tick = (int64_t)us;
  if ((double)tick < us) tick++;
  // seconds since 1970 have half a microsecond of their own
  if (us - (double)(tick - 1) < 0.5) tick--;
  return tw_event_log_at(log, tick);
}

twin_status twin_event_log_slice(twin_event_log **part, const twin_event_log *log, double begin_s,
                                 double end_s, twin_problems *problems) {
  if (part == NULL || log == NULL || isnan(begin_s) || isnan(end_s)) return TWIN_ERR_ARGUMENT;
  const int64_t first = place_of(log->log, begin_s), end = place_of(log->log, end_s);
  tw_event_log *made = tw_event_log_slice(log->log, first, end > first ? end - first : 0);
  if (made == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "not enough memory for a log");
  return tw_api_event_log_give(part, made, problems);
}

twin_status twin_event_log_save(const twin_event_log *log, const char *path,
                                twin_problems *problems) {
  if (log == NULL || path == NULL) return TWIN_ERR_ARGUMENT;
  return tw_event_log_save(log->log, path, problems);
}
