#include "monitor/serve/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define BACKLOG 64

/* One to five digits, up to 65535. */
static bool port_parse(const char *text, uint16_t *port)
{
    size_t len = strspn(text, "0123456789");
    unsigned value = 0;
    if (len == 0 || len > 5 || text[len] != '\0')
        return false;
    for (size_t i = 0; i < len; i++)
        value = value * 10 + (unsigned)(text[i] - '0');
    *port = (uint16_t)value;
    return value <= UINT16_MAX;
}

static bool host_parse(const char *text, size_t len, struct address *address)
{
    struct in6_addr ignored;
    bool in_brackets = len > 2 && text[0] == '[' && text[len - 1] == ']';
    if (in_brackets) {
        text++;
        len -= 2;
    }
    if (len == 0 || len > ADDRESS_HOST_MAX || memchr(text, '[', len) != NULL)
        return false;
    memcpy(address->host, text, len);
    address->host[len] = '\0';
    address->is_v6_literal = in_brackets;
    if (in_brackets)
        return inet_pton(AF_INET6, address->host, &ignored) == 1;
    return strpbrk(address->host, ":] \t") == NULL;
}

int address_parse(const char *text, struct address *address)
{
    struct address found = {0};
    const char *colon = strrchr(text, ':');
    if (colon == NULL || !port_parse(colon + 1, &found.port)
        || !host_parse(text, (size_t)(colon - text), &found))
        return -EINVAL;
    *address = found;
    return 0;
}

static bool is_loopback(const struct sockaddr *addr)
{
    if (addr->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)(const void *)addr)->sin_addr.s_addr) >> 24 == 127;
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)(const void *)addr)->sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(v6) || (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == 127);
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage addr = {0};
    socklen_t len = sizeof addr;
    getsockname(fd, (struct sockaddr *)&addr, &len);
    if (addr.ss_family == AF_INET)
        return ntohs(((const struct sockaddr_in *)(const void *)&addr)->sin_port);
    return ntohs(((const struct sockaddr_in6 *)(const void *)&addr)->sin6_port);
}

static int listen_at(const struct addrinfo *at)
{
    int on = 1;
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    /* Connections of the one who served before may still be closing. */
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
        && bind(fd, at->ai_addr, at->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int rc = -errno;
    close(fd);
    return rc;
}

int address_listen(struct address *address)
{
    const struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    char port[8];
    snprintf(port, sizeof port, "%u", address->port);
    if (getaddrinfo(address->host, port, &hints, &list) != 0)
        return -EINVAL;
    int fd = -EINVAL;
    for (const struct addrinfo *at = list; at != NULL && fd < 0; at = at->ai_next) {
        fd = listen_at(at);
        address->is_loopback = is_loopback(at->ai_addr);
    }
    freeaddrinfo(list);
    if (fd >= 0)
        address->port = port_of(fd);
    return fd;
}

/* Without the port and the brackets; 0: that is no host. */
static size_t host_part(const char **host, const char *header)
{
    if (header[0] == '[') {
        *host = header + 1;
        const char *end = strchr(header, ']');
        bool whole = end != NULL && (end[1] == '\0' || end[1] == ':');
        return whole ? (size_t)(end - *host) : 0;
    }
    *host = header;
    return strcspn(header, ":");
}

static bool is_name(const char *name, const char *host, size_t len)
{
    return strlen(name) == len && strncasecmp(name, host, len) == 0;
}

bool address_is_host(const struct address *address, const char *header)
{
    static const char *const own[] = {"localhost", "127.0.0.1", "::1"};
    const char *host;
    size_t len = host_part(&host, header);
    if (!address->is_loopback || is_name(address->host, host, len))
        return true;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (is_name(own[i], host, len))
            return true;
    }
    return false;
}

char *address_url(const struct address *address, char text[ADDRESS_URL_MAX])
{
    const char *open = address->is_v6_literal ? "[" : "";
    const char *close = address->is_v6_literal ? "]" : "";
    snprintf(text, ADDRESS_URL_MAX, "http://%s%s%s:%u/", open, address->host, close, address->port);
    return text;
}
