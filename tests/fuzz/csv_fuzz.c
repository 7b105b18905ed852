// csv_fuzz.c - feeds any bytes as a CSV file to the reader of columns. The first byte chooses
// separator, decimal sign, header and unit. Values that come out are finite; otherwise there is a
// problem.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/json.h"
#include "model/field.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char *const texts[] = {
    "{\"csv\": \"%s\", \"column\": \"t\", \"unit\": \"min\"}",
    "{\"csv\": \"%s\", \"column\": \"t\"}",
    "{\"csv\": \"%s\", \"column\": \"2\", \"header\": false, \"unit\": \"s\"}",
    "{\"csv\": \"%s\", \"column\": \"b\", \"separator\": \";\", \"decimal\": \",\"}",
};

static void demand(bool is_so, const char *what) {
  if (is_so) return;
  fprintf(stderr, "%s\n", what);
  abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
  static char name[64], text[200];
  if (n == 0) return -1;
  snprintf(name, sizeof name, "csv_fuzz_%ld.csv", (long)getpid());
  FILE *file = fopen(name, "wb");
  demand(file != NULL && fwrite(data + 1, 1, n - 1, file) == n - 1, "a file");
  fclose(file);
  const int n_text = snprintf(text, sizeof text, texts[data[0] % 4], name);
  tw_arena arena;
  tw_arena_init(&arena);
  twin_problems *problems = twin_problems_new();
  const tw_node *csv = tw_json_read(text, (size_t)n_text, "f", &arena, problems);
  const tw_reader reader = {.file = "f", .arena = &arena, .problems = problems};
  double *values = NULL;
  int32_t n_value = 0;
  const bool is_good = tw_csv_read_column(&reader, csv, TW_DIM_TIME, &values, &n_value);
  demand(is_good == (twin_problems_count(problems, TWIN_ERROR) == 0), "good or not");
  for (int32_t i = 0; is_good && i < n_value; i++) demand(isfinite(values[i]), "a value");
  twin_problems_free(problems);
  tw_arena_free(&arena);
  remove(name);
  return 0;
}
