#include "cpu.h"

#include <errno.h>
#include <sched.h>

int cpu_pin(unsigned idx)
{
    cpu_set_t set;
    if (idx >= CPU_SETSIZE)
        return -EINVAL;
    CPU_ZERO(&set);
    CPU_SET(idx, &set);
    return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : -errno;
}
