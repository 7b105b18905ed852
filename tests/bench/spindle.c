// spindle.c - see spindle.h.

#include "bench/spindle.h"

#include <stdio.h>
#include <stdlib.h>

#include "api/api.h"
#include "core/math.h"

static const char *const linear_1 =
    "\"dynamics\": {\"heat\": {\"model\": \"equations\", \"states\": {\"T\": \"20 degC\"},"
    " \"parameters\": {\"P\": \"1200 W\", \"R\": \"60 W/K\", \"C\": \"9 kJ/K\", \"Ta\": \"20 degC\"},"
    " \"equations\": {\"dT/dt\": \"(if(processing, P, 0 W) - R*(T - Ta))/C\"},"
    " \"events\": {\"hot\": {\"when\": \"T >= 35 degC\", \"hysteresis\": \"1 K\"}}}}";

static const char *const linear_2 =
    "\"dynamics\": {\"heat\": {\"model\": \"equations\", \"states\": {\"T\": \"20 degC\", \"H\": \"20 degC\"},"
    " \"parameters\": {\"P\": \"1200 W\", \"R\": \"60 W/K\", \"C\": \"9 kJ/K\", \"Rh\": \"25 W/K\","
    " \"Ch\": \"40 kJ/K\", \"Ta\": \"20 degC\"},"
    " \"equations\": {\"dT/dt\": \"(if(processing, P, 0 W) - R*(T - H))/C\","
    " \"dH/dt\": \"(R*(T - H) - Rh*(H - Ta))/Ch\"},"
    " \"events\": {\"hot\": {\"when\": \"T >= 65 degC\", \"hysteresis\": \"2 K\"}}}}";

static const char *const spindle =
    "\"dynamics\": {\"spindle\": {\"model\": \"equations\", \"rtol\": %g,"
    " \"states\": {\"T\": \"20 degC\", \"H\": \"20 degC\", \"wear\": 0, \"energy\": \"0 J\"},"
    " \"nominal\": {\"T\": \"100 K\", \"H\": \"100 K\"},"
    " \"parameters\": {\"P\": \"if(processing, 4 kW, 0 W)\", \"Pi\": \"350 W\", \"R\": \"60 W/K\","
    " \"C\": \"0.5 kJ/K\", \"Rh\": \"25 W/K\", \"Ch\": \"5 kJ/K\", \"Ta\": \"20 degC\","
    " \"k\": \"if(processing, 0.002 1/s, 0 1/s)\"},"
    " \"equations\": {"
    "\"dT/dt\": \"(0.3*P*(1 + 0.1*wear) - R*(T - H))/C\","
    " \"dH/dt\": \"(R*(T - H) - Rh*(H - Ta))/Ch\","
    " \"dwear/dt\": \"k*exp(0.02*(T - Ta)/(1 K))*(1 + wear)\","
    " \"denergy/dt\": \"Pi + P*(1 + 0.1*wear)/0.85\"},"
    " \"events\": {\"hot\": {\"when\": \"T >= 58 degC\", \"hysteresis\": \"2 K\"%s},"
    " \"worn\": {\"when\": \"wear >= 1\"%s}}}}";

static const char *const stops =
    ", \"failures\": {\"stop\": {\"clock\": \"processing\", \"mtbf\": {\"exponential\": {\"mean\": \"200 s\"}},"
    " \"repair\": {\"uniform\": {\"min\": \"20 s\", \"max\": \"90 s\"}}}},"
    " \"maintenance\": {\"cool\": {\"trigger\": \"request\", \"duration\": \"1 min\"},"
    " \"change\": {\"trigger\": \"request\", \"duration\": {\"uniform\": {\"min\": \"10 s\", \"max\": \"30 s\"}},"
    " \"set\": {\"spindle.wear\": 0}}}";

void spindle_right_side(bool is_processing, const double *y, double *dy) {
  const double power = is_processing ? 4000.0 : 0, rate = is_processing ? 0.002 : 0;
  const double use = power * (1 + 0.1 * y[SPINDLE_WEAR]);
  const double to_housing = 60.0 * (y[SPINDLE_T] - y[SPINDLE_HOUSING]);
  dy[SPINDLE_T] = (0.3 * use - to_housing) / 500.0;
  dy[SPINDLE_HOUSING] = (to_housing - 25.0 * (y[SPINDLE_HOUSING] - 293.15)) / 5e3;
  dy[SPINDLE_WEAR] = rate * tw_exp(0.02 * (y[SPINDLE_T] - 293.15)) * (1 + y[SPINDLE_WEAR]);
  dy[SPINDLE_ENERGY] = 350.0 + use / 0.85;
}

static void print_model(FILE *out, const spindle_options *options) {
  switch (options->model) {
  case SPINDLE_NONE: return;
  case SPINDLE_LINEAR_1: fprintf(out, ", %s", linear_1); return;
  case SPINDLE_LINEAR_2: fprintf(out, ", %s", linear_2); return;
  case SPINDLE_4:
    fputs(", ", out);
    fprintf(out, spindle, options->rtol, options->has_stops ? ", \"request\": \"cool\"" : "",
            options->has_stops ? ", \"request\": \"change\"" : ", \"set\": {\"wear\": 0}");
    if (options->has_stops) fputs(stops, out);
    return;
  }
}

twin_line *spindle_line(const spindle_options *options) {
  char *text = NULL;
  size_t n_bytes = 0;
  const int n_station = options->n_machine / SPINDLE_AT_STATION;
  FILE *out = open_memstream(&text, &n_bytes);
  if (out == NULL) exit(1);
  fprintf(out, "{\"libtwin\": \"1.0\", \"name\": \"spindles\", \"parts\": {\"part\": {}},\n\"sources\": {");
  for (int i = 0; i < n_station; i++)
    fprintf(out, "%s\"r%d\": {\"sequence\": [\"1 part\"], \"repeat\": true}", i > 0 ? "," : "", i);
  fprintf(out, "},\n\"stations\": {");
  for (int i = 0; i < n_station; i++) {
    fprintf(out, "%s\"m%d\": {\"type\": \"machine\", \"machines\": %d, \"load\": {\"time\": {\"uniform\": {\"min\": \"2 s\", "
                 "\"max\": \"20 s\"}}}, \"time\": {\"uniform\": {\"min\": \"20 s\", \"max\": \"60 s\"}}",
            i > 0 ? ",\n" : "", i, SPINDLE_AT_STATION);
    print_model(out, options);
    fprintf(out, "}");
  }
  fprintf(out, "},\n\"flow\": [");
  for (int i = 0; i < n_station; i++)
    fprintf(out, "%s[\"r%d\", \"m%d\", \"out\"]", i > 0 ? "," : "", i, i);
  fprintf(out, "]}\n");
  if (fclose(out) != 0 || text == NULL) exit(1);
  twin_line *line = bench_parse(text, n_bytes);
  free(text);
  return line;
}

twin_run *spindle_run(const spindle_options *options) {
  twin_line *line = spindle_line(options);
  twin_run *run = bench_run(line, !options->has_no_statistics);
  twin_line_unref(line);
  return run;
}

int64_t spindle_n_switch(twin_run *run) {
  const tw_run *of = tw_run_of(run);
  int64_t n = 0;
  for (int32_t b = 0; b < of->line->n_body; b++) n += of->body[b].n_segment;
  return n;
}

int64_t spindle_n_step(twin_run *run) {
  const tw_run *of = tw_run_of(run);
  int64_t n = 0;
  for (int32_t b = 0; b < of->line->n_body; b++) n += of->body[b].n_step;
  return n;
}
