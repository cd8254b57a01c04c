#include "feed/identity.h"

#include <string.h>
#include <sys/stat.h>

#include "feed/source/filename.h"

#define IDENTITY_VERSION 3

/* Gathers numbers and texts in order; each is told apart from its neighbours by its length. */
struct gather {
    uint64_t hash;
};

static void add_u64(struct gather *g, uint64_t value)
{
    char bytes[16];
    memcpy(bytes, &g->hash, 8);
    memcpy(bytes + 8, &value, 8);
    g->hash = tr_digest_name(bytes, sizeof bytes);
}

static void add_text(struct gather *g, const char *text)
{
    add_u64(g, text == NULL ? 0 : tr_digest_name(text, strlen(text)));
}

static void add_source(struct gather *g, const struct feed_file *file)
{
    add_text(g, file->format);
    add_text(g, file->opt.symbol);
    add_text(g, file->opt.venue);
    add_text(g, file->opt.date);
    add_text(g, file->opt.map);
    add_text(g, file->opt.symbols);
    add_u64(g, file->opt.seed);
    add_u64(g, (uint64_t)file->opt.time_unit_ns);
}

/* The options that decide which ticks there are.  Not count and pace: they only say how many now, how fast.
 */
static uint64_t hash_options(const struct feed_options *opt, unsigned ring_idx)
{
    struct gather g = {IDENTITY_VERSION};
    add_text(&g, opt->generate);
    add_text(&g, opt->select.symbols);
    add_u64(&g, (uint64_t)opt->select.only_trades | (uint64_t)opt->select.only_quotes << 1);
    add_u64(&g, opt->select.skip_cnt);
    add_u64(&g, (uint64_t)opt->select.from_ns);
    add_u64(&g, (uint64_t)opt->select.to_ns);
    add_u64(&g, (uint64_t)opt->on_bad);
    add_u64(&g, (uint64_t)opt->merge_by);
    add_u64(&g, opt->split_cnt);
    add_u64(&g, ring_idx);
    for (unsigned i = 0; i < opt->file_cnt; i++)
        add_source(&g, &opt->file[i]);
    return g.hash;
}

/* What the name of a file tells its source: under another name the same bytes are other ticks. */
static void add_name(struct gather *g, const char *path)
{
    char symbol[FILENAME_SYMBOL_MAX + 1] = "";
    int64_t day_ns = 0;
    int64_t hour_ns = 0;
    filename_symbol(path, NULL, symbol);
    filename_day(path, NULL, &day_ns);
    filename_hour(path, NULL, &hour_ns);
    add_text(g, symbol);
    add_u64(g, (uint64_t)day_ns);
    add_u64(g, (uint64_t)hour_ns);
}

static bool add_file(struct gather *g, uint64_t *size, const char *path)
{
    struct stat st;
    if (strcmp(path, "-") == 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    add_name(g, path);
    add_u64(g, (uint64_t)st.st_dev);
    add_u64(g, (uint64_t)st.st_ino);
    add_u64(g, (uint64_t)st.st_mtim.tv_sec);
    add_u64(g, (uint64_t)st.st_mtim.tv_nsec);
    *size += (uint64_t)st.st_size;
    return true;
}

struct tr_input_id identity_of(const struct feed_options *opt, unsigned ring_idx)
{
    struct tr_input_id id = {{0}};
    struct gather files = {IDENTITY_VERSION};
    uint64_t size = 0;
    if (opt->policy == PUBLISH_DROP_NEW || opt->resume == 1)
        return id;
    for (unsigned i = 0; opt->generate == NULL && i < opt->file_cnt; i++) {
        if (!add_file(&files, &size, opt->file[i].path))
            return id;
    }
    id.word[0] = IDENTITY_VERSION;
    id.word[1] = files.hash;
    id.word[2] = size;
    id.word[3] = hash_options(opt, ring_idx);
    return id;
}
