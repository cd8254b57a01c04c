/* talk_help.h - what a program says on standard error, kept for a test to look at. */
#ifndef TESTS_TALK_HELP_H
#define TESTS_TALK_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "part_help.h"

struct talk {
    int target; /* the descriptor that is kept */
    int saved;
    int fd;
    char text[32768];
};

/* From here on what is written to target is kept.  No assertion may fail before talk_end. */
static inline void talk_begin_on(struct talk *talk, int target)
{
    fflush(NULL);
    talk->target = target;
    talk->saved = dup(target);
    talk->fd = memfd_create("talk", MFD_CLOEXEC);
    assert_true(talk->saved >= 0 && talk->fd >= 0);
    dup2(talk->fd, target);
}

static inline void talk_begin(struct talk *talk)
{
    talk_begin_on(talk, STDERR_FILENO);
}

/* Gives the descriptor back; talk->text is what was written, with a NUL. */
static inline const char *talk_end(struct talk *talk)
{
    fflush(NULL);
    dup2(talk->saved, talk->target);
    close(talk->saved);
    ssize_t len = pread(talk->fd, talk->text, sizeof talk->text - 1, 0);
    close(talk->fd);
    assert_true(len >= 0);
    talk->text[len] = '\0';
    return talk->text;
}

#endif
