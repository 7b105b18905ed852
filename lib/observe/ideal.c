// ideal.c - see ideal.h. Where the kind is not the plain one, draw sites are found by their
// purpose, so that every kind of station that calls its times "time", "load" and "unload" is
// served.

#include "observe/ideal.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "station/kinds.h"
#include "station/machine.h"

enum { CYCLE_SITES = 3 };
static const char *const purposes[CYCLE_SITES] = {"time", "load", "unload"};

// A machine's draw site by its purpose; TW_NONE: it has none.
static int32_t find_site(const tw_line *line, int32_t machine_i, const char *purpose) {
  for (int32_t i = 0; i < line->n_site; i++) {
    const tw_site *site = &line->site[i];
    const bool is_own =
        site->machine_i == machine_i ||
        (site->machine_i == TW_NONE && site->node_i == line->machine[machine_i].node_i);
    if (is_own && strcmp(site->purpose, purpose) == 0) return i;
  }
  return TW_NONE;
}

// The sites that make up a machine's cycle. The plain kind knows them; large lines need that.
static void find_cycle(const tw_line *line, int32_t machine_i, int32_t site[CYCLE_SITES]) {
  const tw_place *place = &line->place[line->machine[machine_i].node_i];
  if (place->kind == &tw_kind_machine) {
    const tw_station_param *param = place->param;
    const tw_machine_sites *own = &param->sites[machine_i - place->first_machine];
    site[0] = own->time;
    site[1] = own->load;
    site[2] = own->unload;
    return;
  }
  for (int32_t k = 0; k < CYCLE_SITES; k++) site[k] = find_site(line, machine_i, purposes[k]);
}

static double ideal_mean(const tw_dist *dist) {
  return dist->kind == TW_DIST_CYCLE ? dist->a : tw_dist_mean(dist);
}

double tw_ideal_cycle_s(const tw_line *line, tw_nominal *nominal, int32_t machine_i,
                        int32_t part_type) {
  TW_ASSERT(machine_i < line->n_machine && part_type >= 0 && part_type < line->n_part_type);
  int32_t of_cycle[CYCLE_SITES];
  find_cycle(line, machine_i, of_cycle);
  const int32_t place_i = line->machine[machine_i].node_i;
  const bool is_asked = nominal != NULL && tw_nominal_is_asked(tw_nominal_station(line, place_i));
  double sum_s = is_asked ? tw_nominal_process_s(nominal, place_i, part_type) : 0;
  for (int32_t k = 0; k < CYCLE_SITES; k++) {
    if (of_cycle[k] == TW_NONE) continue;
    const tw_site *site = &line->site[of_cycle[k]];
    const tw_dist *dist = site->by_part != NULL ? site->by_part[part_type] : site->dist;
    if (dist != NULL) sum_s += ideal_mean(dist);
  }
  return sum_s;
}

bool tw_ideal_is_one(const tw_line *line, int32_t place_i) {
  const tw_place *place = &line->place[place_i];
  if (place->n_machine == 0) return true;
  if (tw_nominal_is_asked(tw_nominal_station(line, place_i))) return false;
  const double first_s = tw_ideal_cycle_s(line, NULL, place->first_machine, 0);
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    for (int32_t type = 0; type < line->n_part_type; type++)
      if (tw_ideal_cycle_s(line, NULL, i, type) != first_s) return false;
  return true;
}

double tw_ideal_mix_s(const tw_line *line, tw_nominal *nominal, int32_t place_i, const int64_t *n) {
  const tw_place *place = &line->place[place_i];
  double sum_s = 0, sum_n = 0, plain_s = 0, plain_n = 0;
  for (int32_t i = place->first_machine; i < place->first_machine + place->n_machine; i++)
    for (int32_t type = 0; type < line->n_part_type; type++) {
      const double cycle_s = tw_ideal_cycle_s(line, nominal, i, type);
      const double made = (double)n[(int64_t)i * line->n_part_type + type];
      if (made > 0) sum_s += made * cycle_s;
      sum_n += made;
      if (!(cycle_s > 0)) continue;
      plain_s += cycle_s;
      plain_n++;
    }
  if (sum_n > 0) return isnan(sum_s) ? 0 : sum_s / sum_n;
  return plain_n > 0 ? plain_s / plain_n : 0;
}

double tw_ideal_shift_s(const tw_line *line, int32_t place_i) {
  TW_ASSERT(place_i >= 0 && place_i < line->n_place);
  const double shift_s = line->place[place_i].shift_s;  // 0: nothing works there
  return shift_s > 0 ? shift_s : TW_PLAIN_SHIFT_S;
}
