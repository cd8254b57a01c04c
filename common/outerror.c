#include "outerror.h"

#include <errno.h>
#include <string.h>

#include "exitcode.h"
#include "log.h"

int outerror_tell(int rc)
{
    if (rc == 0 || rc == -EPIPE)
        return 0;
    if (rc == -ENOMEM) { /* a line that was not whole */
        log_error("memory", "none left");
        return EXIT_CODE_FAILED;
    }
    log_error("output", "%s, free space or write elsewhere", strerror(-rc));
    return EXIT_CODE_IO;
}
