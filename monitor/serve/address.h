/* address.h - where to serve: ADDR:PORT, and whom a browser may believe to talk to there. */
#ifndef MONITOR_SERVE_ADDRESS_H
#define MONITOR_SERVE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define ADDRESS_HOST_MAX 253 /* the longest name that DNS has */

struct address {
    char host[ADDRESS_HOST_MAX + 1]; /* as given, without brackets */
    bool is_v6_literal; /* it stood in brackets */
    uint16_t port; /* 0: any */
    bool is_loopback; /* address_listen: only this machine gets there */
};

/* address_parse - "127.0.0.1:9464", "[::1]:9464", "localhost:0".  0, or -EINVAL and *address as it was. */
int address_parse(const char *text, struct address *address);

/* address_listen - a socket that listens there, non-blocking; port becomes the real one.  Returns the descriptor,
 * -errno, or -EINVAL: the name has no address. */
int address_listen(struct address *address);

/* address_is_host - whether a Host header (with or without a port) names what is served.  On the loopback that is this
 * machine alone: a page of a stranger, whose name was made to resolve to 127.0.0.1, is not let in.  Elsewhere the name
 * may be any. */
bool address_is_host(const struct address *address, const char *header);

/* address_url - "http://[::1]:9464/".  Returns text. */
#define ADDRESS_URL_MAX (ADDRESS_HOST_MAX + 24)
char *address_url(const struct address *address, char text[ADDRESS_URL_MAX]);

#endif
