#include "ringerror.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "exitcode.h"
#include "log.h"

static const struct {
    int error;
    int code;
    const char *text;
} meaning[] = {
    {ENOENT, EXIT_CODE_UNAVAILABLE, "no such ring, start a feed; shmmon list shows what there is"},
    {EDOM, EXIT_CODE_CANTCREATE,
     "the ring is there with another number of slots, leave out --slots or use -n"},
    {ENOSPC, EXIT_CODE_CANTCREATE,
     "/dev/shm is full, use fewer --slots, or remove what is stale: shmmon clean"},
    {ENOMEM, EXIT_CODE_CANTCREATE, "memory is out, use fewer --slots"},
    {EUSERS, EXIT_CODE_TEMPFAIL, "no free place (16 lanes, 64 consumers), end one: shmmon shows them"},
    {EAGAIN, EXIT_CODE_TEMPFAIL, "the ring is being removed all the time, try again"},
    {ENOTUNIQ, EXIT_CODE_CANTCREATE,
     "this name was here with other --symbols or --shard, use --id or --from=oldest"},
    {ESPIPE, EXIT_CODE_USAGE, "--from=SEQ works on a ring of one lane, this one has several"},
    {EPROTONOSUPPORT, EXIT_CODE_PROTOCOL,
     "a ring of another version, use its own programs or another name (-n)"},
    {EBADMSG, EXIT_CODE_PROTOCOL, "no ring, or corrupt: remove it by hand if it is yours"},
    {EACCES, EXIT_CODE_NOPERM, "no permission, ask its owner for --mode and --group"},
    {EPERM, EXIT_CODE_NOPERM, "the name is taken by something that is no ring of ours, use another (-n)"},
    {EMFILE, EXIT_CODE_FAILED, "too many open files, raise ulimit -n"},
    {EIO, EXIT_CODE_IO, "an I/O error, or the segment was truncated: remove it and start again"},
};

const char *ringerror_text(int rc)
{
    for (size_t i = 0; i < sizeof meaning / sizeof meaning[0]; i++) {
        if (meaning[i].error == -rc)
            return meaning[i].text;
    }
    return strerror(-rc);
}

int ringerror_code(int rc)
{
    for (size_t i = 0; i < sizeof meaning / sizeof meaning[0]; i++) {
        if (meaning[i].error == -rc)
            return meaning[i].code;
    }
    return EXIT_CODE_FAILED;
}

int ringerror_tell(const char *ring, const char *place, int rc)
{
    if (rc == -EBUSY) {
        log_error(place, "a live process has this name on ring %s, use another (feed --producer, consumer --id)", ring);
        return EXIT_CODE_CANTCREATE;
    }
    log_error(ring, "%s", ringerror_text(rc));
    return ringerror_code(rc);
}
