#include "capture_read.h"

#include "exitcode.h"
#include "timetext.h"

#define MAGIC_US 0xA1B2C3D4u /* pcap, times with microseconds */
#define MAGIC_NS 0xA1B23C4Du
#define MAGIC_MODIFIED 0xA1B2CD34u /* longer packet headers, of an old patch of libpcap */
#define MAGIC_IXIA_HW 0x1C0001ACu
#define MAGIC_IXIA_SW 0x1C0001ABu

#define MAGIC_LEN 4
#define FILE_HEADER_LEN 24
#define RECORD_HEADER_LEN 16
#define VERSION_MAJOR 2
#define VERSION_MINOR 4

static bool is_read(uint32_t magic)
{
    return magic == MAGIC_US || magic == MAGIC_NS;
}

static bool is_variant(uint32_t magic)
{
    return magic == MAGIC_MODIFIED || magic == MAGIC_IXIA_HW || magic == MAGIC_IXIA_SW;
}

bool capture_detect(const char *text, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (len < MAGIC_LEN)
        return false;
    uint32_t little = wire_le32(bytes);
    uint32_t big = wire_be32(bytes);
    return is_read(little) || is_read(big) || is_variant(little) || is_variant(big)
           || pcapng_is_section(bytes, len);
}

static int open_pcap(struct capture *cap, struct source *src, const unsigned char *header)
{
    uint32_t magic = capture_get32(cap, header);
    uint16_t major = capture_get16(cap, header + 4);
    uint16_t minor = capture_get16(cap, header + 6);
    if (major != VERSION_MAJOR || minor != VERSION_MINOR)
        return source_fail(src, EXIT_CODE_DATA, "pcap of version %u.%u, only %d.%d is read", major, minor,
                           VERSION_MAJOR, VERSION_MINOR);
    cap->frac_ns = magic == MAGIC_NS ? 1 : 1000;
    cap->interface[0] = (struct capture_interface){.link = capture_get32(cap, header + 20) & 0xFFFF};
    cap->interface_cnt = 1;
    input_take(&src->input, FILE_HEADER_LEN);
    return 0;
}

static int open_magic(struct capture *cap, struct source *src, const unsigned char *bytes, size_t len)
{
    uint32_t little = len >= MAGIC_LEN ? wire_le32(bytes) : 0;
    uint32_t big = len >= MAGIC_LEN ? wire_be32(bytes) : 0;
    cap->is_ng = len >= MAGIC_LEN && pcapng_is_section(bytes, len);
    cap->is_big = is_read(big);
    if (cap->is_ng)
        return 0;
    if (is_variant(little) || is_variant(big))
        return source_fail(src, EXIT_CODE_DATA,
                           "a modified kind of pcap (magic %08x), which is not read: use editcap -F"
                           " pcapng FILE NEW",
                           is_variant(little) ? little : big);
    if (!is_read(little) && !is_read(big))
        return source_fail(src, EXIT_CODE_DATA, "neither pcap nor pcapng: no magic number at the beginning");
    if (len >= FILE_HEADER_LEN)
        return open_pcap(cap, src, bytes);
    source_fail_at(src, 0, "the header of the file is cut: %zu of %d bytes", len, FILE_HEADER_LEN);
    return -1;
}

int capture_open(struct capture *cap, struct source *src)
{
    const unsigned char *bytes;
    size_t len;
    switch (source_bytes(src, FILE_HEADER_LEN, &bytes, &len)) {
    case SOURCE_OK:
    case SOURCE_END:
        return open_magic(cap, src, bytes, len);
    case SOURCE_AGAIN:
        src->exit_code = 0;
        return -1;
    case SOURCE_BAD:
    case SOURCE_FATAL:
        break;
    }
    return -1;
}

static int64_t record_time(const struct capture *cap, struct source *src, const unsigned char *header)
{
    int64_t frac_ns = (int64_t)capture_get32(cap, header + 4) * cap->frac_ns;
    if (frac_ns >= TIME_NS_PER_S)
        source_note_at(src, "packet time with a fraction of a second or more", input_offset(&src->input));
    return capture_get32(cap, header) * TIME_NS_PER_S + frac_ns;
}

static enum source_result next_record(struct capture *cap, struct source *src, struct capture_packet *packet)
{
    const unsigned char *bytes;
    size_t len;
    input_take(&src->input, cap->held_len);
    cap->held_len = 0;
    enum source_result result = capture_bytes(src, RECORD_HEADER_LEN, &bytes, &len);
    if (result != SOURCE_OK)
        return result;
    uint32_t packet_len = capture_get32(cap, bytes + 8);
    if (packet_len > CAPTURE_PACKET_MAX)
        return capture_too_long(src, input_offset(&src->input) + 8, packet_len);
    size_t whole_len = RECORD_HEADER_LEN + packet_len;
    if (len < whole_len)
        result = capture_bytes(src, whole_len, &bytes, &len);
    if (result != SOURCE_OK)
        return result;
    *packet = (struct capture_packet){
        .bytes = bytes + RECORD_HEADER_LEN,
        .len = packet_len,
        .is_cut = capture_get32(cap, bytes + 12) > packet_len,
        .link = cap->interface[0].link,
        .ts_ns = record_time(cap, src, bytes),
        .offset = input_offset(&src->input) + RECORD_HEADER_LEN,
    };
    cap->held_len = whole_len;
    return SOURCE_OK;
}

enum source_result capture_next(struct capture *cap, struct source *src, struct capture_packet *packet)
{
    return cap->is_ng ? pcapng_next(cap, src, packet) : next_record(cap, src, packet);
}
