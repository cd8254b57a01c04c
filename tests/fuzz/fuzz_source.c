/* fuzz_source.c - libFuzzer's entry to all sources; TICKRING_FUZZ_FORMAT says which (auto: the detected
 * one).  See run.sh. */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);
const char *__asan_default_options(void);

/* Without these, remembering where freed memory came from takes most of the time of a short input. */
const char *__asan_default_options(void)
{
    return "quarantine_size_mb=4:malloc_context_size=2:detect_leaks=1";
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    const char *format = getenv("TICKRING_FUZZ_FORMAT");
    const char *fault = check_source(format != NULL ? format : "auto", 0, bytes, len);
    if (fault != NULL) {
        fprintf(stderr, "fuzz_source: %s\n", fault);
        abort();
    }
    return 0;
}
