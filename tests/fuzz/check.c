#include "check.h"

#include <string.h>

#define RESULT_MAX (1 << 17) /* of one input: more is more of the same */
#define PIECE_MAX 7 /* bytes of a read in pieces */

/* One reading of an input. */
struct reading {
    struct source src;
    const struct source_ops *ops; /* of the format; NULL: it could not be opened */
    bool in_pieces;
    uint64_t random; /* for the length of pieces and for interruptions */
    uint64_t interrupted_cnt;
    uint64_t result_cnt;
    uint64_t hash; /* of all that was handed out */
    bool is_archive;
};

static uint64_t hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0xD6E8FEB86659FD93);
    return hash ^ hash >> 32;
}

static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;
    size_t left = len;
    uint64_t word;
    for (; left >= sizeof(word); left -= sizeof(word), at += sizeof(word)) {
        memcpy(&word, at, sizeof(word));
        hash = hash_word(hash, word);
    }
    word = 0;
    memcpy(&word, at, left);
    return hash_word(hash_word(hash, word), len);
}

static uint64_t hash_text(uint64_t hash, const char *text)
{
    return hash_bytes(hash, text, strlen(text));
}

static uint64_t draw(uint64_t *random)
{
    *random = *random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *random >> 33;
}

static ssize_t read_piece(struct input *in, void *buf, size_t len)
{
    struct reading *reading = in->before_read_arg;
    size_t n = 1 + draw(&reading->random) % PIECE_MAX;
    n = n < len ? n : len;
    n = n < in->bytes_len ? n : in->bytes_len;
    memcpy(buf, in->bytes, n);
    in->bytes += n;
    in->bytes_len -= n;
    return (ssize_t)n;
}

/* To find its format the first part of an input was read at once: it comes again, in pieces too.  Not so from
 * behind what unpacks it. */
static void give_back(struct input *in)
{
    size_t len = in->end - in->begin;
    if (in->read != read_piece || in->unpack != NULL)
        return;
    in->bytes -= len;
    in->bytes_len += len;
    in->end = in->searched = in->begin;
    in->ended = false;
}

static bool interrupt_some(struct input *in, void *arg)
{
    struct reading *reading = arg;
    (void)in;
    if (draw(&reading->random) % 4 != 0)
        return true;
    reading->interrupted_cnt++;
    return false;
}

/* What the command line and the name of the file would say.  Mostly it is the command line, for speed: names
 * are searched for patterns. */
static void choose_options(struct source *src, const char *format, uint64_t choice)
{
    static const char hour_path[] = "EURUSD/2012/11/03/10h_ticks.bi5";
    static const char *const path[] = {
        "-",
        "input",
        "BTCUSDT-trades-2024-08-08.csv",
        "data/forex/oanda/tick/eurusd/20140501_quote.csv",
        hour_path,
        "AAPL_2012-06-21_34200000_57600000_message_1.csv",
        "07302019.NASDAQ_ITCH50",
        "a\nb\x80",
    };
    static const int64_t unit_ns[] = {1, 1000, 1000000, 1000000000};
    bool by_name = (choice >> 28 & 127) == 0;
    src->path = by_name ? path[choice >> 4 & 7] : strcmp(format, "dukascopy") == 0 ? hour_path : "-";
    src->opt.symbol = by_name || (choice >> 7 & 7) == 0 ? NULL : "SYM";
    src->opt.date = by_name || (choice >> 35 & 63) == 0 ? NULL : "2024-08-08";
    src->opt.venue = choice >> 14 & 1 ? "venue" : NULL;
    src->opt.time_unit_ns = (choice >> 15 & 7) == 0 ? unit_ns[choice >> 18 & 3] : 0;
    src->opt.map = (choice >> 20 & 15) == 0 ? "ts=a,symbol=b,price=c,size=d" : NULL;
    src->opt.only_trades = (choice >> 24 & 7) == 0;
    src->opt.only_quotes = (choice >> 24 & 7) == 1;
}

static bool open_bytes(struct reading *reading, const char *format, uint64_t choice, const uint8_t *bytes,
                       size_t len)
{
    struct source *src = &reading->src;
    choose_options(src, format, choice);
    if (input_open_bytes(&src->input, src->path, bytes, len) != 0)
        return false;
    src->input.is_looked_at = strcmp(format, "auto") != 0; /* a format is tried on bytes as they are */
    if (reading->in_pieces) {
        src->input.read = read_piece;
        src->input.before_read = interrupt_some;
        src->input.before_read_arg = reading;
        reading->random = choice;
    }
    return true;
}

static const char *side_fault(bool absent, int64_t px, int64_t qty)
{
    if (absent)
        return px != 0 || qty != 0 ? "an absent side has a price or size" : NULL;
    return px == 0 ? "a side that is there has no price" : qty < 0 ? "a negative size" : NULL;
}

static const char *quote_fault(const struct tr_tick *tick)
{
    const char *fault = side_fault(tick->flags & TR_TICK_NO_BID, tick->bid_px, tick->bid_qty);
    if (fault == NULL)
        fault = side_fault(tick->flags & TR_TICK_NO_ASK, tick->ask_px, tick->ask_qty);
    if (fault == NULL && (tick->flags & ~(TR_TICK_NO_BID | TR_TICK_NO_ASK | TR_TICK_SIZE_MILLI)) != 0)
        fault = "flags that no quote has";
    return fault == NULL && tick->side != TR_SIDE_NONE ? "a quote with a side" : fault;
}

static const char *trade_fault(const struct source_record *rec)
{
    const struct tr_tick *tick = &rec->tick;
    if ((tick->flags & ~(TR_TICK_SIZE_MILLI | TR_TICK_HAS_RECV)) != 0)
        return "flags that no trade has";
    if (tick->ts_recv_ns != (tick->flags & TR_TICK_HAS_RECV ? rec->ts_recv_ns : 0))
        return "the receive time of a trade and its flag differ";
    if (tick->side > TR_SIDE_SELL)
        return "an unknown side";
    return tick->price_px == 0 ? "a trade without a price" : tick->size_qty < 0 ? "a negative size" : NULL;
}

const char *check_record(const struct source_record *rec)
{
    const struct tr_tick *tick = &rec->tick;
    if (!source_name_ok(rec->symbol, rec->symbol_len))
        return "a symbol that is none";
    if (rec->venue_len != 0 && !source_name_ok(rec->venue, rec->venue_len))
        return "a venue that is none";
    if (tick->symbol != 0 || tick->venue != 0 || tick->ts_pub_ns != 0)
        return "fields of the tick that are not the source's";
    if (tick->ts_event_ns < 0 || rec->ts_recv_ns < 0)
        return "a time before 1970";
    if (tick->kind == TR_TICK_QUOTE)
        return quote_fault(tick);
    return tick->kind == TR_TICK_TRADE ? trade_fault(rec) : "neither trade nor quote";
}

static const char *error_fault(const struct source *src, bool fatal)
{
    if (memchr(src->error, '\0', sizeof(src->error)) == NULL || src->error[0] == '\0')
        return "no error text";
    for (const char *c = src->error; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            return "an error text with control characters";
    return fatal && src->exit_code == 0 ? "no exit code" : NULL;
}

static void hash_record(struct reading *reading, const struct source_record *rec)
{
    uint64_t hash = hash_bytes(reading->hash, &rec->tick, sizeof(rec->tick));
    hash = hash_bytes(hash, &rec->ts_recv_ns, sizeof(rec->ts_recv_ns));
    hash = hash_bytes(hash, rec->symbol, rec->symbol_len);
    reading->hash = hash_bytes(hash, rec->venue, rec->venue_len);
}

static void hash_tallies(struct reading *reading, const struct source_tally *tally)
{
    for (int i = 0; i < SOURCE_TALLY_MAX && tally[i].kind != NULL; i++) {
        reading->hash = hash_text(reading->hash, tally[i].kind);
        reading->hash = hash_bytes(reading->hash, &tally[i].cnt, sizeof(tally[i].cnt));
        reading->hash = hash_bytes(reading->hash, &tally[i].first, sizeof(tally[i].first));
    }
}

static void hash_end(struct reading *reading, enum source_result result)
{
    const struct source *src = &reading->src;
    const uint64_t ended[] = {result, (uint64_t)src->exit_code, src->counts.rounded_cnt,
                              src->counts.skipped_cnt};
    reading->hash = hash_bytes(reading->hash, ended, sizeof(ended));
    hash_tallies(reading, src->bad);
    hash_tallies(reading, src->note);
}

/* Every result costs bytes of the input: a source that makes them of nothing never ends. */
static const char *count_fault(const struct reading *reading, uint64_t again_cnt)
{
    const struct input *in = &reading->src.input;
    uint64_t bound = 2 * (in->buf_offset + in->end) + 64;
    if (reading->result_cnt > bound || again_cnt > bound + reading->interrupted_cnt)
        return "more results than the input has room for";
    return NULL;
}

/* Looks at one result; `result` then says how the reading ended unless it goes on. */
static const char *result_fault(struct reading *reading, enum source_result result,
                                const struct source_record *rec)
{
    const char *fault = NULL;
    reading->result_cnt++;
    if (result == SOURCE_OK) {
        fault = check_record(rec);
        if (fault == NULL)
            hash_record(reading, rec);
    } else if (result == SOURCE_BAD || result == SOURCE_FATAL) {
        fault = error_fault(&reading->src, result == SOURCE_FATAL);
        /* Where an unpacker notices damage depends on how much it was given; what it made before does not. */
        if (fault == NULL && reading->src.input.damage[0] == '\0')
            reading->hash = hash_text(reading->hash, reading->src.error);
    }
    return fault;
}

static const char *read_records(struct reading *reading)
{
    const char *fault = NULL;
    uint64_t again_cnt = 0;
    enum source_result result = SOURCE_OK;
    while (fault == NULL && result != SOURCE_END && result != SOURCE_FATAL
           && reading->result_cnt < RESULT_MAX) {
        struct source_record rec;
        memset(&rec, 0xA5, sizeof(rec)); /* what a source does not set shows */
        result = source_next(&reading->src, &rec);
        if (result == SOURCE_AGAIN)
            again_cnt++;
        else
            fault = result_fault(reading, result, &rec);
        if (fault == NULL)
            fault = count_fault(reading, again_cnt);
    }
    if (fault == NULL && reading->result_cnt < RESULT_MAX)
        hash_end(reading, result);
    return fault;
}

static const char *read_all(struct reading *reading, const char *format)
{
    const struct source_ops *ops = strcmp(format, "auto") == 0 ? NULL : source_find(format, false);
    const char *fault = NULL;
    enum source_result result;
    uint64_t again_cnt = 0;
    do
        result = source_open(&reading->src, ops);
    while (result == SOURCE_AGAIN && again_cnt++ <= reading->interrupted_cnt);
    reading->ops = reading->src.ops;
    reading->is_archive = reading->src.input.member != NULL;
    if (result == SOURCE_OK) {
        give_back(&reading->src.input);
        fault = read_records(reading);
    } else if (result == SOURCE_BAD || result == SOURCE_AGAIN) {
        fault = "opening has no end";
    } else {
        fault = result_fault(reading, result, NULL);
    }
    source_close(&reading->src);
    return fault;
}

const char *check_source(const char *format, uint64_t salt, const uint8_t *bytes, size_t len)
{
    uint64_t choice = hash_word(hash_bytes(salt, bytes, len), salt);
    struct reading whole = {.hash = 0};
    if (!open_bytes(&whole, format, choice, bytes, len))
        return NULL;
    const char *fault = read_all(&whole, format);
    if (fault != NULL || (choice >> 60 & 3) != 0)
        return fault;
    struct reading pieces = {.in_pieces = true};
    if (!open_bytes(&pieces, format, choice, bytes, len))
        return NULL;
    fault = read_all(&pieces, format);
    bool is_auto = strcmp(format, "auto") == 0;
    if (is_auto && (whole.ops == NULL || whole.ops != pieces.ops || whole.is_archive))
        return fault; /* which format it, or a member, is, is told by what has come first: a line at least */
    return fault == NULL && pieces.hash != whole.hash ? "reading in pieces gives something else" : fault;
}
