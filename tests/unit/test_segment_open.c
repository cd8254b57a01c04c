/* What is found under a ring's name: nothing, something else, short, long, corrupt, hostile.  All of it is
 * refused with a reason, and nothing of it is mapped.  (Making a ring: test_segment.c) */
#include "shm_help.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "crc32c.h"

static char ring[TR_RING_NAME_MAX + 1];
static char path[HELP_PATH_MAX];
static struct tr_segment whole; /* the ring under test, as it was made */

static int make_name(void **state)
{
    (void)state;
    help_shm_path(path, help_ring_name(ring, "open"));
    return 0;
}

static int make_whole(void **state)
{
    const struct tr_segment_options opt = {.slot_cnt = 4, .mode = 0600, .gid = (gid_t)-1};
    make_name(state);
    return tr_segment_create(&whole, ring, &opt);
}

static int remove_whole(void **state)
{
    tr_segment_close(&whole);
    return help_teardown(state);
}

/* Opens for reading and for writing; both must say the same. */
static int open_result(void)
{
    struct tr_segment seg;
    int rc[2];
    for (int write = 0; write < 2; write++) {
        rc[write] = tr_segment_open(&seg, ring, write);
        assert_int_equal(seg.fd >= 0, rc[write] == 0);
        assert_null(seg.base);
        tr_segment_close(&seg);
    }
    assert_int_equal(rc[0], rc[1]);
    return rc[0];
}

static void put_header(const struct tr_header *h)
{
    assert_int_equal(pwrite(whole.fd, h, sizeof *h, 0), sizeof *h);
}

/* A header that somebody made with care: its checksum is right. */
static void put_checked(struct tr_header *h)
{
    const uint8_t *bytes = (const uint8_t *)h;
    size_t from = offsetof(struct tr_header, version_major);
    h->crc = tr_crc32c(0, bytes + from, offsetof(struct tr_header, crc) - from);
    put_header(h);
}

/* --- Something else has the name ---------------------------------------------------------------- */

static void nothing_there(void **state)
{
    struct tr_segment seg;
    (void)state;
    assert_int_equal(open_result(), -ENOENT);
    assert_int_equal(tr_segment_open(&seg, "", false), -EINVAL);
    assert_int_equal(tr_segment_open(&seg, "../x", true), -EINVAL);
    assert_int_equal(tr_segment_open(&seg, "sem.x", false), -EINVAL);
    assert_int_equal(seg.fd, -1);
}

static void open_fifo(void *arg)
{
    (void)arg;
    alarm(2); /* waiting for the other end of it would be for ever */
    for (int write = 0; write < 2; write++) {
        struct tr_segment seg;
        help_check(tr_segment_open(&seg, ring, write) == -EPERM && seg.fd == -1);
    }
}

static void fifo(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path, 0666), 0);
    assert_int_equal(help_in_child(open_fifo, NULL), 0);
}

static void symbolic_link(void **state)
{
    struct tr_segment seg;
    char other[TR_RING_NAME_MAX + 1];
    (void)state;
    assert_int_equal(symlink("/nowhere/at-all", path), 0);
    assert_int_equal(open_result(), -EPERM);
    unlink(path);
    help_make_ring(&seg, help_ring_name(other, "other"), 4);
    assert_int_equal(symlink(other, path), 0); /* even to a sound ring */
    assert_int_equal(open_result(), -EPERM);
    help_remove_ring(&seg);
}

static void directory(void **state)
{
    (void)state;
    assert_int_equal(mkdir(path, 0777), 0);
    assert_int_equal(open_result(), -EPERM);
}

static void local_socket(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    (void)state;
    snprintf(address.sun_path, sizeof address.sun_path, "%.100s", path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(open_result(), -EPERM);
    close(fd);
}

static void device(void **state)
{
    (void)state;
    if (mknod(path, S_IFCHR | 0666, (1 << 8) + 5) != 0) /* /dev/zero */
        help_skip("only root makes devices");
    int rc = open_result();
    assert_true(rc == -EPERM || rc == -EACCES); /* mounted nodev: not even opened */
}

/* --- Whose it is -------------------------------------------------------------------------------- */

static void need_root(void)
{
    if (geteuid() != 0)
        help_skip("only root gives files away");
}

static void open_as_nobody(void *arg)
{
    const int *expected = arg;
    struct tr_segment seg;
    help_become_nobody();
    help_check(tr_segment_open(&seg, ring, false) == expected[0]);
    tr_segment_close(&seg);
    help_check(tr_segment_open(&seg, ring, true) == expected[1]);
    tr_segment_close(&seg);
}

static void check_as_nobody(mode_t mode, uid_t owner, int for_reading, int for_writing)
{
    int expected[2] = {for_reading, for_writing};
    assert_int_equal(fchmod(whole.fd, mode), 0);
    assert_int_equal(fchown(whole.fd, owner, (gid_t)-1), 0);
    assert_int_equal(help_in_child(open_as_nobody, expected), 0);
}

static void no_permission(void **state)
{
    (void)state;
    need_root();
    check_as_nobody(0600, 0, -EACCES, -EACCES);
    check_as_nobody(0644, 0, 0, -EACCES);
}

/* Open to all: only of root or our own.  Somebody else could have put it there to be trusted. */
static void open_to_all(void **state)
{
    (void)state;
    need_root();
    check_as_nobody(0666, 0, 0, 0);
    check_as_nobody(0666, 65534, 0, 0);
    check_as_nobody(0666, 12345, -EPERM, -EPERM);
    check_as_nobody(0644, 12345, 0, -EACCES);
    assert_int_equal(fchmod(whole.fd, 0666), 0);
    assert_int_equal(open_result(), -EPERM); /* not even root trusts it */
    assert_int_equal(fchmod(whole.fd, 0660), 0);
    assert_int_equal(open_result(), 0);
}

/* --- Length ------------------------------------------------------------------------------------- */

static void empty_and_short_files(void **state)
{
    (void)state;
    for (off_t len = 0; len < 200; len++) {
        assert_int_equal(ftruncate(whole.fd, len), 0);
        assert_int_equal(open_result(), -EBADMSG);
    }
}

/* Any file of zeros, or of whatever. */
static void other_files(void **state)
{
    uint64_t random = help_seed();
    uint8_t page[4096];
    (void)state;
    for (int i = 0; i < 200; i++) {
        for (size_t k = 0; k < sizeof page; k++)
            page[k] = (uint8_t)help_random(&random);
        assert_int_equal(pwrite(whole.fd, page, sizeof page, 0), sizeof page);
        assert_int_equal(open_result(), -EBADMSG);
    }
    assert_int_equal(ftruncate(whole.fd, 0), 0);
    assert_int_equal(ftruncate(whole.fd, (off_t)whole.map.total_len), 0);
    assert_int_equal(open_result(), -EBADMSG);
}

static void cut_at_every_page(void **state)
{
    (void)state;
    assert_int_equal(open_result(), 0);
    for (off_t len = (off_t)(whole.map.total_len - whole.map.page_len); len > 0;
         len -= (off_t)whole.map.page_len) {
        struct tr_segment seg;
        assert_int_equal(ftruncate(whole.fd, len), 0);
        assert_int_equal(tr_segment_open(&seg, ring, len % 2 == 0), -EBADMSG);
    }
}

static void a_byte_too_long_or_short(void **state)
{
    off_t total = (off_t)whole.map.total_len;
    const off_t bad[] = {total - 1, total + 1, total + 4096, total * 2, INT64_C(1) << 50};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(ftruncate(whole.fd, bad[i]), 0);
        assert_int_equal(open_result(), -EBADMSG);
    }
    assert_int_equal(ftruncate(whole.fd, total), 0);
    assert_int_equal(open_result(), 0);
}

/* --- The header --------------------------------------------------------------------------------- */

static void every_bit_flipped(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 8 * sizeof whole.header; bit++) {
        struct tr_header h = whole.header;
        ((uint8_t *)&h)[bit / 8] ^= (uint8_t)(1U << bit % 8);
        put_header(&h);
        bool version = bit / 32 == offsetof(struct tr_header, version_major) / 4;
        assert_int_equal(open_result(), version ? -EPROTONOSUPPORT : -EBADMSG);
    }
    put_header(&whole.header);
    assert_int_equal(open_result(), 0);
}

static void another_version_is_told(void **state)
{
    struct tr_header h = whole.header;
    struct tr_segment seg;
    (void)state;
    h.version_major = TR_VERSION_MAJOR + 1;
    h.version_minor = 5;
    h.page_len = 0; /* what it means there is not our business */
    put_header(&h);
    assert_int_equal(tr_segment_open(&seg, ring, false), -EPROTONOSUPPORT);
    assert_int_equal(seg.header.version_major, TR_VERSION_MAJOR + 1);
    assert_int_equal(seg.header.version_minor, 5);
    h = whole.header;
    h.version_minor = TR_VERSION_MINOR + 7; /* a newer minor is readable */
    put_checked(&h);
    assert_int_equal(open_result(), 0);
}

static void other_byte_order(void **state)
{
    struct tr_header h = whole.header;
    (void)state;
    tr_store_rlx(&h.magic, __builtin_bswap64(TR_MAGIC));
    h.version_major = __builtin_bswap32(h.version_major);
    put_checked(&h);
    assert_int_equal(open_result(), -EBADMSG);
}

static void check_hostile(struct tr_header h, int expected)
{
    put_checked(&h);
    assert_int_equal(open_result(), expected);
}

/* The checksum is right, the numbers are not. */
static void hostile_geometry(void **state)
{
    static const uint64_t num[] = {0,
                                   1,
                                   2,
                                   3,
                                   5,
                                   7,
                                   63,
                                   65,
                                   127,
                                   4095,
                                   4097,
                                   12288,
                                   UINT64_C(1) << 21,
                                   UINT64_C(1) << 31,
                                   UINT32_MAX,
                                   UINT64_C(1) << 33,
                                   UINT64_C(1) << 57,
                                   UINT64_C(1) << 58,
                                   UINT64_C(1) << 63,
                                   UINT64_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof num / sizeof *num; i++) {
        struct tr_header h = whole.header;
        h.slot_cnt = num[i];
        check_hostile(h, -EBADMSG);
        h = whole.header;
        h.total_len = num[i];
        check_hostile(h, -EBADMSG);
        h = whole.header;
        h.page_len = (uint32_t)num[i];
        check_hostile(h, -EBADMSG);
        h = whole.header;
        h.header_len = (uint32_t)num[i];
        check_hostile(h, -EBADMSG);
        h = whole.header;
        h.record_len = (uint32_t)num[i];
        check_hostile(h, -EPROTONOSUPPORT);
        h = whole.header;
        h.lane_cnt = (uint32_t)num[i];
        check_hostile(h, -EPROTONOSUPPORT);
        h = whole.header;
        h.consumer_cnt = (uint32_t)num[i];
        check_hostile(h, -EPROTONOSUPPORT);
    }
    check_hostile(whole.header, 0);
}

/* Sound geometry, but not that of this file. */
static void other_geometry(void **state)
{
    (void)state;
    for (uint64_t slot_cnt = 8; slot_cnt <= TR_SLOT_CNT_MAX; slot_cnt *= 2) {
        struct tr_header h = whole.header;
        struct tr_map map;
        h.slot_cnt = slot_cnt;
        assert_int_equal(tr_map_compute(&map, h.page_len, slot_cnt), 0);
        bool same_len = map.total_len == whole.map.total_len;
        check_hostile(h, same_len ? 0 : -EBADMSG);
        h.total_len = map.total_len;
        check_hostile(h, same_len ? 0 : -EBADMSG);
    }
}

/* A ring made where pages are larger: its parts lie on our pages too. */
static void larger_pages(void **state)
{
    (void)state;
    for (uint32_t page_len = whole.header.page_len; page_len <= 1 << 20; page_len *= 2) {
        struct tr_header h = whole.header;
        struct tr_segment seg;
        struct tr_map map;
        assert_int_equal(tr_map_compute(&map, page_len, 64), 0);
        h.page_len = page_len;
        h.slot_cnt = 64;
        h.total_len = map.total_len;
        assert_int_equal(ftruncate(whole.fd, (off_t)map.total_len), 0);
        put_checked(&h);
        assert_int_equal(tr_segment_open(&seg, ring, true), 0);
        assert_memory_equal(&seg.map, &map, sizeof map);
        tr_segment_close(&seg);
    }
}

/* Random headers with a right checksum: refused or sound, never a crash.  (They are mapped if sound.) */
static void random_headers(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < 20000; i++) {
        struct tr_header h = whole.header;
        uint32_t *word = (uint32_t *)(void *)&h;
        for (uint64_t n = 1 + help_random(&random) % 3; n > 0; n--) {
            size_t at = 2 + help_random(&random) % (sizeof h / 4 - 2);
            word[at] = help_random(&random) % 2 ? UINT32_C(1) << help_random(&random) % 32
                                                : (uint32_t)help_random(&random);
        }
        put_checked(&h);
        struct tr_segment seg;
        int rc = tr_segment_open(&seg, ring, false);
        assert_true(rc == 0 || rc == -EBADMSG || rc == -EPROTONOSUPPORT);
        if (rc == 0) {
            assert_int_equal(tr_segment_map(&seg), 0);
            assert_true(seg.map.total_len == whole.map.total_len);
        }
        tr_segment_close(&seg);
    }
}

/* Only the copy that was checked is used: what the header says afterwards means nothing. */
static void header_changed_after_the_check(void **state)
{
    struct tr_segment seg;
    struct tr_header h = whole.header;
    (void)state;
    assert_int_equal(tr_segment_open(&seg, ring, false), 0);
    h.slot_cnt = h.total_len = UINT64_MAX;
    put_checked(&h);
    assert_int_equal(tr_segment_map(&seg), 0);
    assert_true(seg.map.total_len == whole.map.total_len && seg.map.slot_cnt == 4);
    assert_memory_equal(&seg.header, &whole.header, sizeof whole.header);
    tr_segment_close(&seg);
}

static void flip_for_ever(void *arg)
{
    struct tr_header bad = whole.header;
    (void)arg;
    bad.slot_cnt = UINT64_C(1) << 40;
    bad.page_len = 3;
    for (int i = 0; i < 200000; i++)
        help_check(pwrite(whole.fd, i % 2 == 0 ? &bad : &whole.header, sizeof bad, 0) == sizeof bad);
}

/* A header that changes under us: what is accepted is whole. */
static void header_changing_during_the_check(void **state)
{
    int status;
    (void)state;
    pid_t pid = help_fork();
    if (pid == 0) {
        flip_for_ever(NULL);
        _exit(0);
    }
    while (waitpid(pid, &status, WNOHANG) == 0) {
        struct tr_segment seg;
        int rc = tr_segment_open(&seg, ring, false);
        assert_true(rc == 0 || rc == -EBADMSG);
        if (rc == 0)
            assert_memory_equal(&seg.header, &whole.header, sizeof whole.header);
        tr_segment_close(&seg);
    }
    assert_int_equal(status, 0);
}

static void nothing_stays_open(void **state)
{
    int next = dup(0);
    (void)state;
    close(next);
    assert_int_equal(ftruncate(whole.fd, 10), 0);
    for (int i = 0; i < 10; i++)
        assert_int_equal(open_result(), -EBADMSG);
    int after = dup(0);
    close(after);
    assert_int_equal(after, next);
}

#define NAMED(test) cmocka_unit_test_setup_teardown(test, make_name, help_teardown)
#define WHOLE(test) cmocka_unit_test_setup_teardown(test, make_whole, remove_whole)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NAMED(nothing_there),
        NAMED(fifo),
        NAMED(symbolic_link),
        NAMED(directory),
        NAMED(local_socket),
        NAMED(device),
        WHOLE(no_permission),
        WHOLE(open_to_all),
        WHOLE(empty_and_short_files),
        WHOLE(other_files),
        WHOLE(cut_at_every_page),
        WHOLE(a_byte_too_long_or_short),
        WHOLE(every_bit_flipped),
        WHOLE(another_version_is_told),
        WHOLE(other_byte_order),
        WHOLE(hostile_geometry),
        WHOLE(other_geometry),
        WHOLE(larger_pages),
        WHOLE(random_headers),
        WHOLE(header_changed_after_the_check),
        WHOLE(header_changing_during_the_check),
        WHOLE(nothing_stays_open),
    };
    return cmocka_run_group_tests_name("segment_open", tests, NULL, NULL);
}
