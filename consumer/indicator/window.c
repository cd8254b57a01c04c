#include "consumer/indicator/window.h"

#include <errno.h>
#include <string.h>

#include "decimal.h"
#include "num.h"

#define NS_DECIMALS 9 /* of a second */

int window_parse(const char *text, size_t len, struct sma_window *window)
{
    char number[WINDOW_TEXT_MAX];
    struct sma_window read = {0};
    if (len >= sizeof number)
        return -EINVAL;
    memcpy(number, text, len);
    number[len] = '\0';
    if (num_u64(number, 1, SMA_HISTORY_MAX, &read.tick_cnt) != 0
        && (num_duration_ns(number, &read.span_ns) != 0 || read.span_ns == 0))
        return -EINVAL;
    *window = read;
    return 0;
}

size_t window_name(char text[WINDOW_TEXT_MAX], const struct sma_window *window)
{
    if (window->span_ns == 0)
        return decimal_text(text, (int64_t)window->tick_cnt, 0);
    size_t len = decimal_text(text, window->span_ns, NS_DECIMALS);
    text[len] = 's';
    text[len + 1] = '\0';
    return len + 1;
}
