/* capture_help.h - what the code under test writes: to standard error, and through struct out. */
#ifndef TESTS_CAPTURE_HELP_H
#define TESTS_CAPTURE_HELP_H

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "out.h"
#include "part_help.h"

#define CAPTURE_MAX 65536

static char capture_text[CAPTURE_MAX]; /* what was captured last, NUL terminated */

static inline int capture_file(void)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);
    assert_true(fd >= 0);
    return fd;
}

/* All that was written to fd, which is closed. */
static inline const char *capture_read(int fd)
{
    ssize_t n = pread(fd, capture_text, sizeof capture_text - 1, 0);
    assert_true(n >= 0);
    capture_text[n] = '\0';
    close(fd);
    return capture_text;
}

struct capture {
    int target; /* a descriptor that is replaced for a while */
    int saved;
    int file;
};

static inline struct capture capture_begin(int target)
{
    struct capture c = {.target = target, .saved = fcntl(target, F_DUPFD_CLOEXEC, 3), .file = capture_file()};
    assert_true(c.saved >= 0);
    assert_true(dup2(c.file, target) == target);
    return c;
}

static inline const char *capture_end(struct capture *c)
{
    assert_true(dup2(c->saved, c->target) == c->target);
    close(c->saved);
    return capture_read(c->file);
}

/* Keeps what was captured last, as the next capture overwrites it. */
static inline void capture_keep(char *to, size_t size)
{
    size_t len = strlen(capture_text);
    assert_true(len < size);
    memcpy(to, capture_text, len + 1);
}

/* An output whose text capture_out_end returns. */
static inline struct out *capture_out(void)
{
    static struct out out;
    out_init(&out, capture_file());
    return &out;
}

static inline const char *capture_out_end(struct out *out)
{
    assert_int_equal(out_flush(out), 0);
    return capture_read(out->fd);
}

/* A child of a test: the exit code, or minus the signal that ended it. */
static inline int capture_wait(pid_t pid)
{
    int status;
    assert_true(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

#endif
