// api_record.c - recorders: one writer, one recorder, at most one run attached.

#include "api/api.h"
#include "base/assert.h"
#include "core/math.h"
#include "core/ticks.h"
#include "io/run_file.h"

struct twin_recorder {
  tw_line *line;
  tw_record_words *words;
  tw_run_writer *writer;
  tw_recorder *recorder;
  bool has_begun;
  bool has_told;  // of a flush that failed
  bool has_losses;  // the file has their table
};

void twin_recorder_options_init(twin_recorder_options *options) {
  if (options == NULL) return;
  *options = (twin_recorder_options){.struct_size = sizeof *options,
                                     .states = -1,
                                     .parts = -1,
                                     .events = -1,
                                     .signals = -1,
                                     .flush_s = 0.5};
}

bool tw_recorder_options_take(twin_recorder_options *own, const twin_recorder_options *given) {
  twin_recorder_options_init(own);
  return tw_options_take(own, sizeof *own, given) && own->compression <= 9 && own->flush_s >= 0;
}

tw_record_what tw_record_what_of(const tw_line *line, const twin_recorder_options *options) {
  const tw_record_def *def = &line->doc.record;
  return (tw_record_what){.has_states = options->states < 0 ? def->states : options->states != 0,
                          .has_parts = options->parts < 0 ? def->parts : options->parts != 0,
                          .has_events = options->events < 0 ? def->events : options->events != 0,
                          .signals = options->signals < 0    ? TW_RECORD_OWN_SIGNALS
                                     : options->signals != 0 ? TW_RECORD_ALL_SIGNALS
                                                             : TW_RECORD_NO_SIGNALS};
}

// Rows of the attached run go to the writer.
static twin_status write_rows(void *self, int32_t table, const tw_rows *rows) {
  return tw_run_writer_write(((twin_recorder *)self)->writer, table, rows);
}

// Everything but the file.
static twin_recorder *new_recorder(tw_line *line, const tw_record_what *what) {
  twin_recorder *recorder = tw_memory_zeroed(tw_line_memory(line), 1, sizeof *recorder);
  if (recorder == NULL) return NULL;
  recorder->line = tw_line_ref(line);
  recorder->words = tw_record_words_new(line);
  if (recorder->words != NULL)
    recorder->recorder =
        tw_recorder_new(line, recorder->words, what, (tw_rows_sink){recorder, write_rows});
  return recorder;
}

static void free_recorder(twin_recorder *recorder) {
  tw_recorder_free(recorder->recorder);
  tw_record_words_free(recorder->words);
  tw_line *line = recorder->line;
  tw_memory_free(tw_line_memory(line), recorder);
  tw_line_unref(line);
}

static twin_status open_file(twin_recorder *recorder, const char *path, const tw_record_what *what,
                             const twin_recorder_options *options, twin_problems *problems) {
  tw_text json = {.memory = tw_line_memory(recorder->line)};
  tw_doc_dump(&recorder->line->doc, &json);
  if (json.is_out_of_memory || json.at == NULL || recorder->recorder == NULL) {
    tw_text_free(&json);
    return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a recorder");
  }
  tw_run_writer_setup setup = {.path = path,
                               .line_json = json.at,
                               .line_name = recorder->line->doc.name,
                               .line_file = recorder->line->doc.file,
                               .line_hash = recorder->line->hash,
                               .text_hash = recorder->line->text_hash,
                               .math_fingerprint = tw_math_fingerprint(),
                               .words = recorder->words,
                               .host = &recorder->line->host,
                               .compression = options->compression,
                               .flush_s = options->flush_s,
                               .has_sync = options->has_sync != 0};
  tw_recorder_tables(recorder->line, what, setup.has_table);
  const twin_status status = tw_run_writer_open(&recorder->writer, &setup, problems);
  tw_text_free(&json);
  return status;
}

twin_status twin_recorder_open(twin_recorder **recorder, const char *path, twin_line *line,
                               const twin_recorder_options *options, twin_problems *problems) {
  twin_recorder_options own;
  if (recorder == NULL || path == NULL || line == NULL || !tw_recorder_options_take(&own, options))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "recorder, path, line or options are missing");
  const tw_record_what what = tw_record_what_of(tw_line_of(line), &own);
  twin_recorder *made = new_recorder(tw_line_of(line), &what);
  if (made == NULL) return tw_fail(problems, TWIN_ERR_MEMORY, "no memory for a recorder");
  const twin_status status = open_file(made, path, &what, &own, problems);
  if (status == TWIN_OK)
    *recorder = made;
  else
    free_recorder(made);
  return status;
}

twin_status twin_recorder_attach(twin_recorder *recorder, twin_run *run, uint32_t replication,
                                 twin_problems *problems) {
  if (recorder == NULL || run == NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "recorder or run are missing");
  tw_run *own = tw_run_of(run);
  if (own->line != recorder->line)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the run is of another line than the recorder");
  if (own->recorder != NULL || tw_recorder_run(recorder->recorder) != NULL)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the %s is attached already",
                   own->recorder != NULL ? "run" : "recorder");
  if (replication > INT32_MAX)
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "replication %u: the last number is %d",
                   (unsigned)replication, (int)INT32_MAX);
  if (!recorder->has_begun) {
    const tw_run_terms terms = {.seed = own->head->seed,
                                .warmup_s = tw_seconds(own->head->warmup_us),
                                .horizon_s = tw_seconds(own->head->horizon_us),
                                .has_losses = own->losses != NULL};
    const twin_status status = tw_run_writer_begin(recorder->writer, &terms, problems);
    if (status != TWIN_OK) return status;
    recorder->has_begun = true;
    recorder->has_losses = terms.has_losses;
  }
  const twin_status status = tw_recorder_attach(recorder->recorder, own, replication);
  if (status != TWIN_OK) return status;
  own->recorder = recorder;
  own->ended = TWIN_OK;  // what was before is not in the record
  return TWIN_OK;
}

static twin_status put_losses(twin_recorder *recorder, const tw_run *run) {
  if (!recorder->has_losses || run->losses == NULL) return TWIN_OK;
  tw_loss_table losses;
  const twin_status status = tw_losses_read(run->losses, &losses);
  if (status == TWIN_OK) tw_recorder_put_losses(recorder->recorder, &losses);
  tw_loss_table_free(&losses);
  return status;
}

// Closes what is open at the run's instant; what goes wrong in the file is said by a flush.
static twin_status detach(twin_recorder *recorder) {
  tw_run *run = tw_recorder_run(recorder->recorder);
  TW_ASSERT(run != NULL && run->recorder == recorder);
  run->recorder = NULL;
  const twin_status poison = (twin_status)run->head->poison;
  const twin_status status = put_losses(recorder, run);
  const twin_status recorded =
      tw_recorder_detach(recorder->recorder, poison != TWIN_OK ? poison : run->ended);
  return recorded != TWIN_OK ? recorded : status;
}

twin_status twin_recorder_detach(twin_recorder *recorder, twin_run *run, twin_problems *problems) {
  if (recorder == NULL || run == NULL || tw_recorder_run(recorder->recorder) != tw_run_of(run))
    return tw_fail(problems, TWIN_ERR_ARGUMENT, "the run is not attached to this recorder");
  const twin_status status = detach(recorder);
  const twin_status flushed = tw_run_writer_flush(recorder->writer, problems);
  return status != TWIN_OK ? status : flushed;
}

twin_status twin_recorder_flush(twin_recorder *recorder, twin_problems *problems) {
  if (recorder == NULL) return tw_fail(problems, TWIN_ERR_ARGUMENT, "recorder is missing");
  twin_status status = TWIN_OK;
  if (tw_recorder_run(recorder->recorder) != NULL)
    status = tw_recorder_hand_over(recorder->recorder);
  const twin_status flushed = tw_run_writer_flush(recorder->writer, problems);
  return status != TWIN_OK ? status : flushed;
}

twin_status twin_recorder_close(twin_recorder *recorder, twin_problems *problems) {
  if (recorder == NULL) return TWIN_OK;
  twin_status status = TWIN_OK;
  if (tw_recorder_run(recorder->recorder) != NULL) status = detach(recorder);
  const twin_status closed = tw_run_writer_close(recorder->writer, true, problems);
  free_recorder(recorder);
  return status != TWIN_OK ? status : closed;
}

void tw_api_recorder_tick(void *self) {
  twin_recorder *recorder = self;
  // rows may also have failed between two ticks, when their columns were full
  if (tw_run_writer_is_due(recorder->writer)) tw_recorder_hand_over(recorder->recorder);
  const twin_status status = tw_run_writer_tick(recorder->writer);
  if (status != TWIN_OK && !recorder->has_told)
    tw_notice(&recorder->line->host, TWIN_ERROR, status, "N-FLUSH",
              "rows did not reach the run file, and no more are written; closing it says why");
  recorder->has_told |= status != TWIN_OK;
}

void tw_api_recorder_forget(void *self) { detach(self); }
