// embedded_kind.cpp - a station kind from C++17: tables filled by functions instead of designated
// initialisers, lambdas without captures as callbacks, an object behind `user`. Run by
// installed.sh.

#include <twin/kind.h>
#include <twin/twin.h>

#include <cstdio>
#include <cstring>

int own_kind();

namespace {

// A press that needs `presses` strokes of `stroke` for each part.
class press {
public:
  enum field { STROKES, STROKE };
  enum state { DONE };
  static const twin_kind &kind();

private:
  static twin_kind_field key(const char *name, twin_kind_field_type type, const char *unit);
  static void settle(twin_place *place) noexcept;
};

twin_kind_field press::key(const char *name, twin_kind_field_type type, const char *unit) {
  twin_kind_field made{};
  made.name = name;
  made.type = type;
  made.flags = TWIN_REQUIRED | TWIN_ABOVE_MIN;
  made.unit = unit;
  made.min = 0;
  made.max = 1000;
  return made;
}

void press::settle(twin_place *place) noexcept {
  if (twin_place_status(place, 0) == TWIN_POSITION_HOLDS) twin_place_release(place, 0, -1);
  if (!twin_place_offered(place, 0, nullptr)) return;
  twin_place_take(place, 0);
  const double strokes = twin_place_param(place, STROKES);
  twin_place_run(place, 0, TWIN_PROCESSING, strokes * twin_place_param(place, STROKE));
}

const twin_kind &press::kind() {
  static const twin_kind_field fields[] = {key("strokes", TWIN_FIELD_COUNT, nullptr),
                                           key("stroke", TWIN_FIELD_QUANTITY, "s")};
  static const twin_kind_state states[] = {
      {"done", TWIN_STATE_WHOLE, 1, TWIN_STATISTIC, nullptr, 0, 0}};
  static const twin_kind_figure figures[] = {{"strokes", "1"}};
  static const int one = 1;
  static const twin_kind made = [] {
    twin_kind is{};
    is.struct_size = sizeof is;
    is.abi = TWIN_KIND_ABI;
    is.name = "stroke-press";
    is.user = &one;
    is.n_position = 1;
    is.n_field = 2;
    is.fields = fields;
    is.n_state = 1;
    is.states = states;
    is.n_figure = 1;
    is.figures = figures;
    is.settle = settle;
    is.ended = [](twin_place *place, int32_t) noexcept {
      const int64_t by = *static_cast<const int *>(twin_place_user(place));
      twin_place_whole_set(place, DONE, 0, twin_place_whole(place, DONE, 0) + by);
    };
    is.figure = [](const twin_place *place, int32_t) noexcept {
      return static_cast<double>(twin_place_whole(place, DONE, 0)) *
             twin_place_param(place, STROKES);
    };
    return is;
  }();
  return made;
}

constexpr char text[] = R"({"libtwin": "1.0", "run": {"horizon": "1 h"}, "parts": {"hub": {}},
  "sources": {"blanks": {"sequence": ["1 hub"], "repeat": true}},
  "stations": {"press": {"type": "stroke-press", "strokes": 3, "stroke": "4 s"}},
  "flow": [["blanks", "press", "out"]]})";

}  // namespace

int own_kind() {
  const twin_kind *const kinds[] = {&press::kind(), nullptr};
  twin_line_options options;
  twin_line_options_init(&options);
  options.kinds = kinds;
  twin_problems *problems = twin_problems_new();
  twin_line *line = nullptr;
  twin_run *run = nullptr;
  uint64_t quantity = 0;
  double strokes = 0;
  const bool is_good =
      twin_line_parse(&line, text, sizeof text - 1, &options, problems) == TWIN_OK &&
      twin_run_new(&run, line, nullptr, problems) == TWIN_OK &&
      twin_run_until(run, 3600, problems) == TWIN_OK &&
      twin_line_quantity(line, "stations/press/strokes", &quantity, problems) == TWIN_OK &&
      twin_run_value(run, quantity, &strokes) == TWIN_OK && strokes == 900;
  for (size_t i = 0; i < twin_problems_count(problems, -1); i++)
    std::fprintf(stderr, "%s\n", twin_problems_text(problems, i));
  twin_run_free(run);
  twin_line_unref(line);
  twin_problems_free(problems);
  return is_good ? 0 : 1;
}
