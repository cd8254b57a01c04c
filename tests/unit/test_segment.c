/* Making a ring: names, permissions, no room, many at once; never half made, and what a failure leaves.
 * (What is found under a name: test_segment_open.c.  Its memory: test_segment_map.c) */
#include "shm_help.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>

#define SKIPPED 77 /* a child's exit status */

static char ring[TR_RING_NAME_MAX + 1];
static const struct tr_segment_options SMALL = {.slot_cnt = 4, .mode = 0600, .gid = (gid_t)-1};

static int make_name(void **state)
{
    (void)state;
    help_ring_name(ring, "seg");
    return 0;
}

static struct stat stat_of(const char *name)
{
    char path[HELP_PATH_MAX];
    struct stat st;
    help_shm_path(path, name);
    assert_int_equal(lstat(path, &st), 0);
    return st;
}

static int open_fd_cnt(void)
{
    int cnt = 0;
    for (int fd = 0; fd < 256; fd++)
        cnt += fcntl(fd, F_GETFD) >= 0;
    return cnt;
}

/* --- Names -------------------------------------------------------------------------------------- */

static void ring_names(void **state)
{
    static const char *const good[] = {"a",     "Z9",     "_",     "-",
                                       "ticks", "a.b",    "a..b",  "ab.",
                                       "sem",   "semi.x", "-sem.", "abcdefghijklmnopqrstuvwxyz0"};
    static const char *const bad[] = {"",
                                      ".",
                                      "..",
                                      ".a",
                                      "sem.",
                                      "sem.x",
                                      "/a",
                                      "a/b",
                                      "../x",
                                      "a b",
                                      "a\n",
                                      "a\x1b",
                                      "\xc3\xa4",
                                      "a\x7f",
                                      "a:",
                                      "a@b",
                                      "abcdefghijklmnopqrstuvwxyz01"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(tr_ring_name_check(good[i]), 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(tr_ring_name_check(bad[i]), -EINVAL);
}

static void place_names(void **state)
{
    static const char *const good[] = {
        "a", ".", "..", ".a", "sem.x", "feed", "a.b-c_d", "1", "abcdefghijklmnopqrstuvwxyz01234"};
    static const char *const bad[] = {"",    "a b",  "/",   "a/b", "a\x1b[2J",
                                      "a\n", "\xff", "a,b", "a\"", "abcdefghijklmnopqrstuvwxyz012345"};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_int_equal(tr_place_name_check(good[i]), 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(tr_place_name_check(bad[i]), -EINVAL);
}

/* Each byte there is, alone and as the second one. */
static void letters_of_names(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        char text[3] = {(char)c, '\0', '\0'};
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'
                      || c == '-';
        assert_int_equal(tr_ring_name_check(text) == 0, letter);
        assert_int_equal(tr_place_name_check(text) == 0, letter || c == '.');
        text[1] = text[0];
        text[0] = 'x';
        assert_int_equal(tr_ring_name_check(text) == 0, letter || c == '.');
    }
}

/* --- Creation ----------------------------------------------------------------------------------- */

static void made_whole(void **state)
{
    struct tr_segment made;
    struct tr_segment found;
    (void)state;
    assert_int_equal(tr_segment_create(&made, ring, &SMALL), 0);
    assert_non_null(made.base);
    assert_int_equal(tr_segment_open(&found, ring, false), 0);
    assert_memory_equal(&found.header, &made.header, sizeof made.header);
    assert_memory_equal(&found.map, &made.map, sizeof made.map);
    assert_string_equal(found.name, ring);
    assert_int_equal(made.header.slot_cnt, 4);
    assert_int_equal(made.header.creator_uid, geteuid());
    assert_true(stat_of(ring).st_size == (off_t)made.map.total_len);
    assert_int_equal(stat_of(ring).st_nlink, 1);
    assert_true(fcntl(made.fd, F_GETFD) & FD_CLOEXEC); /* its locks must not live on in a child */
    assert_true(fcntl(found.fd, F_GETFD) & FD_CLOEXEC);
    tr_segment_close(&found);
    help_remove_ring(&made);
    assert_int_equal(help_leftovers(false), 0);
}

/* The control pages have their memory, the rest has none yet. */
static void only_control_pages_take_memory(void **state)
{
    struct tr_segment seg;
    const struct tr_segment_options large = {.slot_cnt = TR_SLOT_CNT_MAX, .mode = 0600, .gid = (gid_t)-1};
    (void)state;
    assert_int_equal(tr_segment_create(&seg, ring, &large), 0);
    struct stat st = stat_of(ring);
    assert_in_range((uint64_t)st.st_blocks * 512, seg.map.control_end,
                    seg.map.control_end + seg.map.page_len);
    assert_int_equal(tr_segment_map(&seg), 0); /* terabytes of holes can be mapped */
    help_remove_ring(&seg);
}

static void instances_differ(void **state)
{
    uint64_t instance[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct tr_segment seg;
        assert_int_equal(tr_segment_create(&seg, ring, &SMALL), 0);
        instance[i] = seg.header.instance;
        help_remove_ring(&seg);
    }
    assert_true(instance[0] != instance[1]);
}

static void check_refused(const char *name, const struct tr_segment_options *opt, int rc)
{
    struct tr_segment seg;
    int fd_cnt = open_fd_cnt();
    int leftover_cnt = help_leftovers(false);
    assert_int_equal(tr_segment_create(&seg, name, opt), rc);
    assert_int_equal(seg.fd, -1);
    tr_segment_close(&seg); /* closed already: does nothing */
    assert_int_equal(open_fd_cnt(), fd_cnt);
    assert_int_equal(help_leftovers(false), leftover_cnt);
}

static void bad_names_and_geometry(void **state)
{
    static const uint64_t bad[] = {0, 1, 2, 3, 5, 65535, TR_SLOT_CNT_MAX * 2, UINT64_MAX};
    (void)state;
    check_refused("", &SMALL, -EINVAL);
    check_refused("a/b", &SMALL, -EINVAL);
    check_refused("sem.x", &SMALL, -EINVAL);
    check_refused("abcdefghijklmnopqrstuvwxyz01", &SMALL, -EINVAL);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct tr_segment_options opt = SMALL;
        opt.slot_cnt = bad[i];
        check_refused(ring, &opt, -EINVAL);
    }
}

static void name_taken(void **state)
{
    struct tr_segment seg;
    char path[HELP_PATH_MAX];
    (void)state;
    assert_int_equal(tr_segment_create(&seg, ring, &SMALL), 0);
    ino_t ino = stat_of(ring).st_ino;
    check_refused(ring, &SMALL, -EEXIST);
    assert_true(stat_of(ring).st_ino == ino);
    assert_true(tr_segment_is_named(&seg));
    help_remove_ring(&seg);
    help_shm_path(path, ring);
    assert_int_equal(symlink("/nowhere/at-all", path), 0); /* whatever has the name: it is taken */
    check_refused(ring, &SMALL, -EEXIST);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    check_refused(ring, &SMALL, -EEXIST);
}

static void mode_is_not_cut_by_the_umask(void **state)
{
    static const mode_t mode[] = {0600, 0640, 0660, 0644, 0666, 0400};
    (void)state;
    mode_t before = umask(077);
    for (size_t i = 0; i < sizeof mode / sizeof *mode; i++) {
        struct tr_segment_options opt = SMALL;
        struct tr_segment seg;
        opt.mode = mode[i];
        assert_int_equal(tr_segment_create(&seg, ring, &opt), 0);
        assert_int_equal(stat_of(ring).st_mode & 07777, mode[i]);
        help_remove_ring(&seg);
    }
    umask(before);
}

static void create_for_a_group_not_ours(void *arg)
{
    struct tr_segment_options opt = SMALL;
    struct tr_segment seg;
    (void)arg;
    help_become_nobody();
    opt.gid = 0;
    help_check(tr_segment_create(&seg, ring, &opt) == -EPERM);
    help_check(tr_segment_open(&seg, ring, false) == -ENOENT);
}

static void group_as_asked(void **state)
{
    struct tr_segment_options opt = SMALL;
    struct tr_segment seg;
    mode_t mode;
    gid_t gid;
    (void)state;
    if (geteuid() != 0)
        help_skip("only root gives files to any group");
    opt.gid = 1;
    opt.mode = 0660;
    assert_int_equal(tr_segment_create(&seg, ring, &opt), 0);
    assert_int_equal(stat_of(ring).st_gid, 1);
    tr_segment_access(&seg, &mode, &gid);
    assert_int_equal(mode, 0660);
    assert_int_equal(gid, 1);
    help_remove_ring(&seg);
    assert_int_equal(help_in_child(create_for_a_group_not_ours, NULL), 0);
    assert_int_equal(help_leftovers(false), 0);
}

static void access_of_our_own_group(void **state)
{
    struct tr_segment seg;
    mode_t mode;
    gid_t gid;
    (void)state;
    assert_int_equal(tr_segment_create(&seg, ring, &SMALL), 0);
    tr_segment_access(&seg, &mode, &gid);
    assert_int_equal(mode, 0600);
    assert_true(gid == (gid_t)-1);
    help_remove_ring(&seg);
}

/* --- No room ------------------------------------------------------------------------------------ */

static int file_cnt(void)
{
    int cnt = 0;
    DIR *dir = opendir(TR_SHM_DIR);
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        cnt += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(dir);
    return cnt;
}

/* A /dev/shm of every size from nothing to enough. */
static void create_in_little_room(void *arg)
{
    (void)arg;
    int failed_cnt = 0;
    for (unsigned kib = 4;; kib += 20) {
        struct tr_segment seg;
        char options[32];
        snprintf(options, sizeof options, "size=%uk", kib);
        if (!help_private_shm(options))
            _exit(SKIPPED);
        int rc = tr_segment_create(&seg, ring, &SMALL);
        help_check(rc == 0 || rc == -ENOSPC);
        help_check(file_cnt() == (rc == 0));
        if (rc == 0)
            break;
        failed_cnt++;
        help_check(seg.fd == -1 && kib < 1024);
    }
    help_check(failed_cnt > 3);
}

static void create_without_inodes(void *arg)
{
    struct tr_segment seg;
    (void)arg;
    if (!help_private_shm("size=16m,nr_inodes=1"))
        _exit(SKIPPED);
    help_check(tr_segment_create(&seg, ring, &SMALL) == -ENOSPC);
    help_check(file_cnt() == 0);
}

/* Slots without room: an error when they are taken, not a SIGBUS at the first tick. */
static void allocate_in_little_room(void *arg)
{
    struct tr_segment seg;
    (void)arg;
    if (!help_private_shm("size=8m"))
        _exit(SKIPPED);
    help_check(tr_segment_create(&seg, ring, &SMALL) == 0);
    help_check(tr_segment_allocate(&seg, tr_segment_data_off(&seg, 0), seg.map.data_len) == 0);
    help_check(tr_segment_allocate(&seg, tr_segment_data_off(&seg, 1), seg.map.data_len) == -ENOSPC);
    help_check(tr_segment_allocate(&seg, tr_segment_stats_off(&seg, 0), seg.map.stats_len) == 0);
    help_check(tr_segment_is_whole(&seg));
}

/* No /proc: a nameless file cannot be linked, a temporary name does. */
static void create_without_proc(void *arg)
{
    struct tr_segment seg;
    struct tr_segment second;
    (void)arg;
    if (!help_private_shm("size=16m") || mount("tmpfs", "/proc", "tmpfs", 0, "size=4k") != 0)
        _exit(SKIPPED);
    umask(077);
    help_check(tr_segment_create(&seg, ring,
                                 &(struct tr_segment_options){.slot_cnt = 4, .mode = 0640, .gid = (gid_t)-1})
               == 0);
    help_check(file_cnt() == 1);
    help_check(tr_segment_create(&second, ring, &SMALL) == -EEXIST);
    help_check(file_cnt() == 1);
    help_check(tr_segment_open(&second, ring, true) == 0);
    help_check(second.header.instance == seg.header.instance);
    struct stat st;
    help_check(fstat(second.fd, &st) == 0 && (st.st_mode & 07777) == 0640 && st.st_nlink == 1);
    if (!help_private_shm("size=64k"))
        _exit(SKIPPED);
    help_check(tr_segment_create(&second, ring, &SMALL) == -ENOSPC);
    help_check(file_cnt() == 0);
}

static void in_a_shm_of_its_own(void (*fn)(void *))
{
    int status = help_in_child(fn, NULL);
    if (status == SKIPPED)
        help_skip("no permission to mount a small /dev/shm");
    assert_int_equal(status, 0);
}

static void no_room_for_the_ring(void **state)
{
    (void)state;
    in_a_shm_of_its_own(create_in_little_room);
}

static void no_room_for_a_file(void **state)
{
    (void)state;
    in_a_shm_of_its_own(create_without_inodes);
}

static void no_room_for_a_part(void **state)
{
    (void)state;
    in_a_shm_of_its_own(allocate_in_little_room);
}

static void no_nameless_file(void **state)
{
    (void)state;
    in_a_shm_of_its_own(create_without_proc);
}

static void ignore(int number)
{
    (void)number;
}

/* Signals interrupt the kernel while it finds memory: an allocation goes on. */
static void allocate_under_signals(void *arg)
{
    const struct sigaction action = {.sa_handler = ignore};
    const struct itimerval often = {.it_value.tv_usec = 500, .it_interval.tv_usec = 500};
    (void)arg;
    help_check(sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &often, NULL) == 0);
    for (int i = 0; i < 30; i++) {
        struct tr_segment seg;
        help_check(tr_segment_create(&seg, ring, &SMALL) == 0);
        help_check(tr_segment_allocate(&seg, tr_segment_stats_off(&seg, 0), 32 * seg.map.stats_len) == 0);
        help_check(tr_segment_unlink(&seg) == 0);
        tr_segment_close(&seg);
    }
}

static void signals_while_allocating(void **state)
{
    (void)state;
    assert_int_equal(help_in_child(allocate_under_signals, NULL), 0);
}

/* --- Many at once ------------------------------------------------------------------------------- */

#define CREATOR_CNT 20
#define ROUND_CNT 10

struct race {
    struct help_gate begin;
    struct help_gate end;
    _Atomic unsigned won;
    _Atomic uint64_t instance;
};

static void create_at_once(struct race *race)
{
    struct tr_segment seg;
    help_gate_wait(&race->begin, CREATOR_CNT);
    int rc = tr_segment_create(&seg, ring, &SMALL);
    help_check(rc == 0 || rc == -EEXIST);
    if (rc == 0) {
        atomic_fetch_add(&race->won, 1);
        atomic_store(&race->instance, seg.header.instance);
    } else {
        help_check(tr_segment_open(&seg, ring, true) == 0); /* whole at once */
    }
    help_gate_wait(&race->end, CREATOR_CNT);
    help_check(seg.header.instance == atomic_load(&race->instance));
    help_check(tr_segment_is_named(&seg));
}

static void one_creator_of_many_wins(void **state)
{
    struct race *race = help_shared(ROUND_CNT * sizeof *race);
    char path[HELP_PATH_MAX];
    (void)state;
    help_shm_path(path, ring);
    for (int round = 0; round < ROUND_CNT; round++) {
        pid_t pid[CREATOR_CNT];
        for (int i = 0; i < CREATOR_CNT; i++) {
            pid[i] = help_fork();
            if (pid[i] == 0) {
                create_at_once(&race[round]);
                _exit(0);
            }
        }
        for (int i = 0; i < CREATOR_CNT; i++)
            assert_int_equal(help_wait(pid[i]), 0);
        assert_int_equal(race[round].won, 1);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(help_leftovers(false), 0);
    munmap(race, ROUND_CNT * sizeof *race);
}

static void create_and_remove(void *arg)
{
    (void)arg;
    for (int i = 0; i < 1000; i++) {
        struct tr_segment seg;
        help_check(tr_segment_create(&seg, ring, &SMALL) == 0);
        help_check(tr_segment_unlink(&seg) == 0);
        tr_segment_close(&seg);
    }
}

/* Whoever looks sees a whole ring or none, whenever he looks. */
static void never_seen_half_made(void **state)
{
    unsigned seen[2] = {0, 0};
    (void)state;
    pid_t pid = help_fork();
    if (pid == 0) {
        for (;;)
            create_and_remove(NULL);
    }
    while (seen[0] < 1000 || seen[1] < 200) {
        struct tr_segment seg;
        int rc = tr_segment_open(&seg, ring, false);
        assert_true(rc == 0 || rc == -ENOENT);
        seen[rc == 0]++;
        if (rc == 0)
            tr_segment_close(&seg);
        assert_int_equal(waitpid(pid, NULL, WNOHANG), 0); /* it bounds the time as well */
    }
    kill(pid, SIGKILL);
    assert_int_equal(help_wait(pid), 128 + SIGKILL);
}

/* Killed while it creates: nothing, or a whole ring. */
static void killed_while_creating(void **state)
{
    uint64_t random = help_seed();
    (void)state;
    for (int i = 0; i < 60; i++) {
        struct tr_segment seg;
        pid_t pid = help_fork();
        if (pid == 0) {
            create_and_remove(NULL);
            _exit(0);
        }
        usleep((useconds_t)(help_random(&random) % 1500));
        kill(pid, SIGKILL);
        help_wait(pid);
        int rc = tr_segment_open(&seg, ring, true);
        assert_true(rc == 0 || rc == -ENOENT);
        assert_int_equal(help_leftovers(false), rc == 0);
        if (rc == 0)
            help_remove_ring(&seg);
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, make_name, help_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(ring_names),
        TEST(place_names),
        TEST(letters_of_names),
        TEST(made_whole),
        TEST(only_control_pages_take_memory),
        TEST(instances_differ),
        TEST(bad_names_and_geometry),
        TEST(name_taken),
        TEST(mode_is_not_cut_by_the_umask),
        TEST(group_as_asked),
        TEST(access_of_our_own_group),
        TEST(no_room_for_the_ring),
        TEST(no_room_for_a_file),
        TEST(no_room_for_a_part),
        TEST(no_nameless_file),
        TEST(signals_while_allocating),
        TEST(one_creator_of_many_wins),
        TEST(never_seen_half_made),
        TEST(killed_while_creating),
    };
    return cmocka_run_group_tests_name("segment", tests, NULL, NULL);
}
