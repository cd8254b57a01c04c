/* exitcode.h - how the three programs end (a contract: the man pages list them).  The numbers from 64 on
 * are those of sysexits.h. */
#ifndef COMMON_EXITCODE_H
#define COMMON_EXITCODE_H

enum exit_code {
    EXIT_CODE_OK = 0, /* done; also an orderly stop by a signal */
    EXIT_CODE_FAILED = 1,
    EXIT_CODE_LOST = 3, /* finished, but this consumer lost ticks */
    EXIT_CODE_USAGE = 64,
    EXIT_CODE_DATA = 65, /* malformed input */
    EXIT_CODE_NOINPUT = 66,
    EXIT_CODE_UNAVAILABLE = 69, /* the ring was taken away, or its feed died for good */
    EXIT_CODE_CANTCREATE = 73, /* no space, name in use, other geometry */
    EXIT_CODE_IO = 74,
    EXIT_CODE_TEMPFAIL = 75, /* timed out, or no free place */
    EXIT_CODE_PROTOCOL = 76, /* segment of another version, or corrupt */
    EXIT_CODE_NOPERM = 77,
};

#endif
