// embedded.cpp - the library inside a C++17 service, with nothing but the installed tree: handles
// that free themselves, a line from memory, a worker thread that is cancelled, forecasts on a pool,
// memory of the host's, states and logs, a study, a run file that another process reads while it
// grows. Run by installed.sh.
//
//   embedded line.json folder

#include <twin/twin.h>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

int own_kind();  // embedded_kind.cpp

namespace {

// ---- handles -----------------------------------------------------------------------------------

template <auto End> struct ends {
  template <typename T> void operator()(T *it) const noexcept { End(it); }
};
void close_recorder(twin_recorder *recorder) { twin_recorder_close(recorder, nullptr); }

using line_ptr = std::unique_ptr<twin_line, ends<twin_line_unref>>;
using run_ptr = std::unique_ptr<twin_run, ends<twin_run_free>>;
using study_ptr = std::unique_ptr<twin_study, ends<twin_study_free>>;
using table_ptr = std::unique_ptr<twin_table, ends<twin_table_unref>>;
using file_ptr = std::unique_ptr<twin_file, ends<twin_file_close>>;
using log_ptr = std::unique_ptr<twin_log, ends<twin_log_free>>;
using recorder_ptr = std::unique_ptr<twin_recorder, ends<close_recorder>>;
using text_ptr = std::unique_ptr<char, ends<twin_text_free>>;
using problems_ptr = std::unique_ptr<twin_problems, ends<twin_problems_free>>;

void must(bool is_so, const std::string &what) {
  if (!is_so) throw std::runtime_error(what);
}

void must(twin_status status, const problems_ptr &problems) {
  if (status == TWIN_OK) return;
  std::string text = twin_status_text(status);
  for (size_t i = 0; i < twin_problems_count(problems.get(), TWIN_ERROR); i++)
    text += std::string("\n  ") + twin_problems_text(problems.get(), i);
  throw std::runtime_error(text);
}

// Calls what gives a handle by its first argument, and owns it.
template <typename Ptr, typename Call, typename... Arguments>
Ptr made(Call call, Arguments... arguments) {
  const problems_ptr problems(twin_problems_new());
  typename Ptr::pointer it = nullptr;
  must(call(&it, arguments..., problems.get()), problems);
  return Ptr(it);
}

double value(const run_ptr &run, const char *path) {
  const problems_ptr problems(twin_problems_new());
  uint64_t quantity = 0;
  double is = 0;
  must(twin_line_quantity(twin_run_line(run.get()), path, &quantity, problems.get()), problems);
  must(twin_run_value(run.get(), quantity, &is), problems);
  return is;
}

void until(const run_ptr &run, double time_s) {
  const problems_ptr problems(twin_problems_new());
  must(twin_run_until(run.get(), time_s, problems.get()), problems);
}

run_ptr fork_of(const run_ptr &run) {
  twin_run *copy = nullptr;
  must(twin_run_fork(&copy, run.get()) == TWIN_OK, "a fork");
  return run_ptr(copy);
}

// ---- the host's memory and ear -----------------------------------------------------------------

struct host_service {
  std::atomic<long> n_piece{0};
  std::mutex lock;
  std::vector<std::string> notices;

  twin_host host() {
    twin_host lent;
    twin_host_init(&lent);
    lent.user = this;
    lent.allocate = [](size_t n_bytes, void *user) -> void * {
      void *memory = std::malloc(n_bytes);
      if (memory != nullptr) static_cast<host_service *>(user)->n_piece++;
      return memory;
    };
    lent.resize = [](void *memory, size_t n_bytes, void *) {
      return std::realloc(memory, n_bytes);
    };
    lent.release = [](void *memory, void *user) {
      static_cast<host_service *>(user)->n_piece--;
      std::free(memory);
    };
    // Nothing may be thrown through the library: what a push_back throws ends here.
    lent.on_notice = [](const twin_notice *notice, void *user) noexcept {
      auto *service = static_cast<host_service *>(user);
      try {
        const std::lock_guard<std::mutex> hold(service->lock);
        service->notices.emplace_back(notice->code);
      } catch (...) {
      }
    };
    return lent;
  }
};

// ---- a worker thread that is watched and cancelled ----------------------------------------------

struct worker {
  std::atomic<bool> wants_stop{false};
  std::atomic<int> n_call{0};
  std::atomic<double> time_s{0};
  std::exception_ptr thrown;

  static int on_progress(const twin_progress *progress, void *user) noexcept {
    auto *self = static_cast<worker *>(user);
    try {
      self->time_s = progress->time_s;
      if (++self->n_call == 3) throw std::runtime_error("thrown in a callback");
    } catch (...) {
      self->thrown = std::current_exception();
      return 1;
    }
    return self->wants_stop ? 1 : 0;
  }
};

void cancelled_from_another_thread(const line_ptr &line) {
  worker watched;
  twin_run_options options;
  twin_run_options_init(&options);
  options.on_progress = worker::on_progress;
  options.user = &watched;
  options.horizon_s = 9e8;
  const auto run = made<run_ptr>(twin_run_new, line.get(), &options);
  const auto work = [&] { return twin_run_until(run.get(), 9e8, nullptr); };

  twin_status status = TWIN_OK;
  std::thread thread([&] { status = work(); });
  while (watched.n_call == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  watched.wants_stop = true;
  thread.join();
  must(status == TWIN_CANCELLED, "cancelled");
  watched.wants_stop = false;
  must(work() == TWIN_CANCELLED && watched.thrown, "what a callback throws waits until it is back");
  const double at_s = twin_run_time_s(run.get());
  until(run, at_s + 3600);

  options.on_progress = nullptr;
  const auto straight = made<run_ptr>(twin_run_new, line.get(), &options);
  until(straight, at_s + 3600);
  char difference[200] = "";
  twin_run_difference(run.get(), straight.get(), difference, sizeof difference);
  must(twin_run_full_hash(run.get()) == twin_run_full_hash(straight.get()), difference);
}

// ---- tables, by the Arrow C interface, into vectors
// ----------------------------------------------

struct columns {
  std::map<std::string, std::vector<double>> numbers;
  std::map<std::string, std::vector<std::string>> names;
};

std::string text_of(const ArrowArray &texts, int32_t i) {
  const auto *ends_at = static_cast<const int32_t *>(texts.buffers[1]) + texts.offset;
  const auto *bytes = static_cast<const char *>(texts.buffers[2]);
  return {bytes + ends_at[i], bytes + ends_at[i + 1]};
}

void append(columns &to, const ArrowSchema &schema, const ArrowArray &array) {
  for (int64_t row = array.offset; row < array.offset + array.length; row++) {
    const auto *valid = static_cast<const uint8_t *>(array.buffers[0]);
    const bool is_null = valid != nullptr && (valid[row / 8] >> (row % 8) & 1) == 0;
    if (schema.dictionary != nullptr) {
      const auto *index = static_cast<const int32_t *>(array.buffers[1]);
      to.names[schema.name].push_back(is_null ? "" : text_of(*array.dictionary, index[row]));
    } else {
      double number = std::numeric_limits<double>::quiet_NaN();
      switch (is_null ? 0 : schema.format[0]) {
        case 'g': number = static_cast<const double *>(array.buffers[1])[row]; break;
        case 'l':
          number = static_cast<double>(static_cast<const int64_t *>(array.buffers[1])[row]);
          break;
        case 'i': number = static_cast<const int32_t *>(array.buffers[1])[row]; break;
        default: must(is_null, std::string("format ") + schema.format);
      }
      to.numbers[schema.name].push_back(number);
    }
  }
}

// The schema goes first, then the stream, then the children one by one, then what is left.
columns drained(ArrowArrayStream stream) {
  columns to;
  ArrowSchema schema{};
  std::vector<ArrowArray> pieces;
  must(stream.get_schema(&stream, &schema) == 0, "a schema");
  for (;;) {
    ArrowArray piece{};
    must(stream.get_next(&stream, &piece) == 0, "a batch");
    if (piece.release == nullptr) break;
    pieces.push_back(piece);
  }
  stream.release(&stream);
  for (auto &piece : pieces) {
    for (int64_t i = 0; i < piece.n_children; i++)
      append(to, *schema.children[i], *piece.children[i]);
    if (piece.n_children > 0) {
      ArrowArray moved = *piece.children[0];
      piece.children[0]->release = nullptr;
      piece.release(&piece);
      moved.release(&moved);
    }
  }
  schema.release(&schema);
  return to;
}

void tables_become_vectors(const line_ptr &line) {
  auto run = made<run_ptr>(twin_run_new, line.get(), nullptr);
  until(run, 2 * 86400);
  const double shipped = value(run, "line/shipped");
  must(shipped > 0, "something is shipped");
  twin_table *kpi = nullptr;
  must(twin_run_table(run.get(), "kpi", &kpi, nullptr) == TWIN_OK, "the kpi table");
  table_ptr table(kpi);
  ArrowArrayStream stream{};
  must(twin_table_arrow(table.get(), &stream) == TWIN_OK, "a stream");
  table.reset();
  run.reset();
  const columns is = drained(stream);
  const auto &paths = is.names.at("quantity");
  must(paths.size() == static_cast<size_t>(twin_line_quantity_count(line.get())), "every quantity");
  bool is_found = false;
  for (size_t i = 0; i < paths.size(); i++)
    if (paths[i] == "line/shipped") is_found = is.numbers.at("value")[i] == shipped;
  must(is_found, "the table has what the path has");
}

// ---- forecasts on a pool
// -------------------------------------------------------------------------

std::vector<double> forecasts(const run_ptr &now, size_t n, unsigned n_thread) {
  std::vector<double> shipped(n);
  std::vector<std::exception_ptr> thrown(n_thread);
  std::atomic<size_t> next{0};
  std::vector<std::thread> pool;
  for (unsigned t = 0; t < n_thread; t++) {
    pool.emplace_back([&, t] {
      try {
        const auto future = fork_of(now);  // several threads fork what none of them changes
        for (size_t i = next++; i < n; i = next++) {
          must(twin_run_copy(future.get(), now.get()) == TWIN_OK, "a copy");
          must(twin_run_reseed(future.get(), i + 1, nullptr, nullptr) == TWIN_OK, "other random numbers");
          until(future, twin_run_time_s(now.get()) + 8 * 3600);
          shipped[i] = value(future, "line/shipped");
        }
      } catch (...) {
        thrown[t] = std::current_exception();
      }
    });
  }
  for (auto &thread : pool) thread.join();
  for (const auto &it : thrown)
    if (it) std::rethrow_exception(it);
  return shipped;
}

void forecasts_do_not_depend_on_threads(const line_ptr &line) {
  const auto now = made<run_ptr>(twin_run_new, line.get(), nullptr);
  until(now, 2 * 86400);
  const uint64_t before = twin_run_full_hash(now.get());
  const auto many = forecasts(now, 1000, 4);
  must(many == forecasts(now, 1000, 1), "1,000 forecasts on 4 threads and on 1");
  must(twin_run_full_hash(now.get()) == before, "forecasts leave the present alone");
}

// ---- states, logs, adoption
// ----------------------------------------------------------------------

std::string replaced(std::string text, const std::string &old_part, const std::string &new_part) {
  const size_t at = text.find(old_part);
  must(at != std::string::npos, "nothing to replace");
  return text.replace(at, old_part.size(), new_part);
}

line_ptr parsed(const std::string &text, const twin_line_options *options = nullptr) {
  return made<line_ptr>(twin_line_parse, text.data(), text.size(), options);
}

void state_goes_out_and_in(const line_ptr &line, const std::string &text) {
  const problems_ptr problems(twin_problems_new());
  const auto run = made<run_ptr>(twin_run_new, line.get(), nullptr);
  until(run, 2 * 86400);
  char *json = nullptr;
  must(twin_run_state_json(run.get(), &json), problems);
  const text_ptr state(json);
  const auto twin = made<run_ptr>(twin_run_new, line.get(), nullptr);
  must(twin_run_state_json_set(twin.get(), json, std::strlen(json), problems.get()), problems);
  must(twin_run_full_hash(twin.get()) == twin_run_full_hash(run.get()), "the state as JSON");

  const auto wider = parsed(replaced(text, "\"capacity\": 12", "\"capacity\": 20"));
  const auto changed = made<run_ptr>(twin_run_new, wider.get(), nullptr);
  must(twin_run_adopt(changed.get(), run.get(), nullptr, problems.get()), problems);
  until(changed, 3 * 86400);
  must(value(changed, "line/shipped") > value(run, "line/shipped"), "the changed line goes on");
}

void operations_are_replayed(const line_ptr &line) {
  const problems_ptr problems(twin_problems_new());
  const auto run = made<run_ptr>(twin_run_new, line.get(), nullptr);
  until(run, 3600);
  const auto again = fork_of(run);
  twin_log *noted = nullptr;
  must(twin_log_new(&noted, run.get()), problems);
  const log_ptr log(noted);
  int32_t machine = -1;
  must(twin_line_find(line.get(), TWIN_MACHINE, "restrike[1]", &machine), problems);
  must(twin_run_machine_down(run.get(), machine, problems.get()), problems);
  must(twin_run_machine_state(run.get(), machine) == TWIN_FAILED_WAITING, "it is down");
  until(run, 5400);
  must(twin_run_machine_up(run.get(), machine, problems.get()), problems);
  twin_order order;
  twin_order_init(&order);
  order.place = "b1";
  order.part = "door";
  must(twin_run_order_add(run.get(), &order, problems.get()), problems);
  until(run, 7200);
  char *lines = nullptr;
  must(twin_log_text(log.get(), &lines), problems);
  const text_ptr owned(lines);
  const auto read = made<log_ptr>(twin_log_read, line.get(), lines, std::strlen(lines));
  twin_replay replay{};
  replay.struct_size = sizeof replay;
  must(twin_log_replay(read.get(), again.get(), &replay, problems.get()), problems);
  must(replay.has_diverged == 0 && replay.n_same == twin_log_count(log.get()), "a faithful replay");
  must(twin_run_hash(again.get()) == twin_run_hash(run.get()), "the same state");
}

// ---- a study, inside a thread of the host's
// ------------------------------------------------------

double studied(const line_ptr &line, uint32_t n_thread) {
  twin_study_options options;
  twin_study_options_init(&options);
  options.n_thread = n_thread;
  options.n_replication = 6;
  const auto study = made<study_ptr>(twin_study_new, line.get(), &options);
  const problems_ptr problems(twin_problems_new());
  must(twin_study_run(study.get(), problems.get()), problems);
  uint64_t quantity = 0;
  must(twin_line_quantity(line.get(), "line/throughput", &quantity, problems.get()), problems);
  twin_estimate estimate{};
  estimate.struct_size = sizeof estimate;
  must(twin_study_estimate(study.get(), quantity, &estimate), problems);
  must(estimate.n == 6 && estimate.half_width > 0, "an interval");
  return estimate.mean;
}

void studies_run_in_threads(const line_ptr &line) {
  double mean[2] = {0, 0};
  std::thread first([&] { mean[0] = studied(line, 2); });
  std::thread second([&] { mean[1] = studied(line, 3); });
  first.join();
  second.join();
  must(mean[0] == mean[1] && mean[0] == studied(line, 1), "one result on any number of threads");
}

// ---- a run file that grows
// -----------------------------------------------------------------------

int64_t intervals_of(const std::string &path, bool is_complete) {
  const auto file = made<file_ptr>(twin_file_open, path.c_str());
  must((twin_file_is_complete(file.get()) != 0) == is_complete, "complete or not");
  const int64_t n = twin_file_rows(file.get(), "intervals");
  ArrowArrayStream stream{};
  must(twin_file_arrow(file.get(), "intervals", -1, 100, &stream, nullptr) == TWIN_OK, "a stream");
  must(static_cast<int64_t>(drained(stream).names.at("state").size()) == n, "all rows");
  return n;
}

// The writer is a process of its own, which dies with its recorder open.
int write_and_die(const line_ptr &line, const std::string &path, int told, int heard) {
  twin_recorder_options options;
  twin_recorder_options_init(&options);
  options.states = 1;
  const auto run = made<run_ptr>(twin_run_new, line.get(), nullptr);
  auto recorder = made<recorder_ptr>(twin_recorder_open, path.c_str(), line.get(), &options);
  must(twin_recorder_attach(recorder.get(), run.get(), 0, NULL) == TWIN_OK, "attached");
  char letter = 0;
  for (int day = 1; day <= 2; day++) {
    until(run, 86400.0 * day);
    must(twin_recorder_flush(recorder.get(), nullptr) == TWIN_OK, "flushed");
    must(write(told, "+", 1) == 1 && read(heard, &letter, 1) == 1, "told");
  }
  std::_Exit(9);
}

void another_process_reads_along(const line_ptr &line, const std::string &folder) {
  const std::string path = folder + "/grows.h5", part = path + ".part";
  int told[2], heard[2];
  must(pipe(told) == 0 && pipe(heard) == 0, "pipes");
  const pid_t child = fork();
  if (child == 0) {
    try {
      write_and_die(line, path, told[1], heard[0]);
    } catch (const std::exception &problem) {
      std::fprintf(stderr, "writer: %s\n", problem.what());
    }
    std::_Exit(1);
  }
  close(told[1]);
  char letter = 0;
  must(read(told[0], &letter, 1) == 1, "the writer's first day");
  const int64_t first = intervals_of(part, false);
  must(twin_file_recover(part.c_str(), nullptr, nullptr) == TWIN_ERR_FILE, "it is still written");
  must(write(heard[1], "+", 1) == 1 && read(told[0], &letter, 1) == 1, "the second day");
  const int64_t second = intervals_of(part, false);
  must(0 < first && first < second, "the file has grown");
  must(write(heard[1], "+", 1) == 1, "the end");
  int ended = 0;
  must(waitpid(child, &ended, 0) == child && WIFEXITED(ended) && WEXITSTATUS(ended) == 9, "died");
  for (const int end : {told[0], heard[0], heard[1]}) close(end);
  const problems_ptr problems(twin_problems_new());
  must(twin_file_recover(part.c_str(), nullptr, problems.get()), problems);
  must(intervals_of(path, false) == second, "what was flushed is there");
}

}  // namespace

int main(int n_argument, char **arguments) {
  try {
    must(n_argument == 3, "embedded line.json folder");
    std::ifstream file(arguments[1]);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    host_service service;
    const twin_host host = service.host();
    {
      twin_line_options options;
      twin_line_options_init(&options);
      options.host = &host;
      options.file = arguments[1];
      const line_ptr line = parsed(text, &options);
      another_process_reads_along(line, arguments[2]);
      cancelled_from_another_thread(line);
      tables_become_vectors(line);
      forecasts_do_not_depend_on_threads(line);
      state_goes_out_and_in(line, text);
      operations_are_replayed(line);
      studies_run_in_threads(line);
    }
    must(service.n_piece == 0, "the host has all its memory back");
    must(!service.notices.empty() && service.notices[0] == "N-STUDY-BEGIN", "notices were heard");
    return own_kind();
  } catch (const std::exception &problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
  }
}
