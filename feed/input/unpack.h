/* unpack.h - what an unpacker of compressed bytes is.  One unpacker is one file and one line in unpack_table
 * (unpack.c).
 *
 * Packed bytes come in, in pieces of any size; the bytes that were packed go out.  Nothing is sought, and
 * memory is bounded whatever the packed bytes say.  What is unpacked is handed out at once, although the check
 * that covers it (CRC-32 and the like) stands behind it: where the check fails, that is told in place of the
 * end, never passed over. */
#ifndef FEED_UNPACK_H
#define FEED_UNPACK_H

#include "input.h"

#define UNPACK_HELD_MAX (1 << 16) /* packed bytes held: no unpacker looks further ahead */
#define UNPACK_WINDOW_LOG 27 /* of the largest window in bytes: as much as zstd(1) takes unasked */
#define UNPACK_WINDOW_MIB (1 << (UNPACK_WINDOW_LOG - 20))

enum unpack_match {
    UNPACK_NO,
    UNPACK_MAYBE, /* not told by so few bytes */
    UNPACK_YES,
};

enum unpack_result {
    UNPACK_OK, /* some bytes were unpacked; next: a member begins */
    UNPACK_MORE, /* nothing was unpacked, for want of more packed bytes; if there are none, the data is cut */
    UNPACK_END, /* what was packed is over, and whole; next: there are no more members */
    UNPACK_DAMAGED, /* why says how */
    UNPACK_NO_MEMORY,
};

struct unpack_ops;

/* One file in the course of being unpacked. */
struct unpack {
    const struct unpack_ops *ops;
    struct unpack *below; /* what hands out the packed bytes; NULL: the file itself */
    void *state; /* the unpacker's own */
    const char *member; /* of an archive, its name, while it is unpacked; else NULL */
    size_t begin; /* packed[begin, end): held, not yet used */
    size_t end;
    uint64_t offset; /* of packed[begin] in the packed data */
    bool has_all; /* no packed bytes come behind packed[end) */
    const char *odd; /* what is no error, but worth telling: a constant text; else NULL */
    enum unpack_result result; /* of the last call; END and the errors are final */
    char why[INPUT_DAMAGE_MAX];
    unsigned char packed[UNPACK_HELD_MAX];
};

struct unpack_ops {
    const char *name; /* gzip, zstd ... */
    const char *advice; /* for a build that lacks the unpacker: what the file is, and what helps */
    enum unpack_match (*detect)(const unsigned char *bytes, size_t len);
    /* Takes what it needs.  False: no memory.  NULL: not in this build, as are the others below. */
    bool (*open)(struct unpack *u);
    /* Unpacks into out[0, room), room > 0; *n bytes came out, which are good also where the result is not OK. */
    enum unpack_result (*run)(struct unpack *u, void *out, size_t room, size_t *n);
    /* An archive: steps to the next member, from the beginning or from the end of one, and sets u->member.
     * NULL: no archive. */
    enum unpack_result (*next)(struct unpack *u);
    void (*close)(struct unpack *u); /* releases what open took */
};

extern const struct unpack_ops unpack_gzip;
extern const struct unpack_ops unpack_zstd;
extern const struct unpack_ops unpack_xz;
extern const struct unpack_ops unpack_lzma;
extern const struct unpack_ops unpack_zip;

/* For unpackers. */

static inline size_t unpack_held(const struct unpack *u)
{
    return u->end - u->begin;
}

/* unpack_take - n of the held bytes are used. */
static inline void unpack_take(struct unpack *u, size_t n)
{
    u->begin += n;
    u->offset += n;
}

/* unpack_bytes - the next packed bytes, at least len of them (up to UNPACK_HELD_MAX); NULL: fewer are
 * held, which is UNPACK_MORE. */
static inline const unsigned char *unpack_bytes(const struct unpack *u, size_t len)
{
    return unpack_held(u) >= len ? u->packed + u->begin : NULL;
}

/* unpack_damaged - stores why.  Returns UNPACK_DAMAGED. */
enum unpack_result unpack_damaged(struct unpack *u, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* unpack_magic - whether bytes begin with this magic. */
enum unpack_match unpack_magic(const unsigned char *bytes, size_t len, const void *magic, size_t magic_len);

/* For input.c, with the uppermost unpacker of in, in->unpack. */

/* unpack_detect - whose packed bytes begin so; *ops is set for YES. */
enum unpack_match unpack_detect(const unsigned char *bytes, size_t len, const struct unpack_ops **ops);

/* unpack_push - from here on in is unpacked by ops; the first len (of at most UNPACK_HELD_MAX) of its bytes
 * have been read already.  INPUT_OK; INPUT_DAMAGED: it cannot be unpacked here; INPUT_FAILED: no memory. */
enum input_result unpack_push(struct input *in, const struct unpack_ops *ops, const void *bytes, size_t len);

/* unpack_pop - ends and releases the uppermost unpacker. */
void unpack_pop(struct input *in);

/* unpack_read - *n unpacked bytes, 1 to room, from u; NULL: from the file itself.  Begins the first member of
 * an archive.  INPUT_OK, else *n is 0: INPUT_END (of a member), AGAIN, FAILED, DAMAGED. */
enum input_result unpack_read(struct input *in, struct unpack *u, void *out, size_t room, size_t *n);

/* unpack_leave - goes to the end of the archive's member.  out[0, room) is room for what nobody wants.
 * INPUT_END, AGAIN, FAILED, DAMAGED. */
enum input_result unpack_leave(struct input *in, struct unpack *archive, void *out, size_t room);

/* unpack_enter - begins the archive's next member and sets in->member.
 * INPUT_OK; INPUT_END: there are no more; AGAIN, FAILED, DAMAGED. */
enum input_result unpack_enter(struct input *in, struct unpack *archive);

#endif
