/* page.h - the page for people, as it is in page.html. */
#ifndef MONITOR_SERVE_PAGE_H
#define MONITOR_SERVE_PAGE_H

extern const char page_begin[] __attribute__((visibility("hidden")));
extern const char page_end[] __attribute__((visibility("hidden"))); /* behind its last byte */

#endif
