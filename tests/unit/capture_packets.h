/* capture_packets.h - reading captures of tests packet by packet. */
#ifndef TESTS_CAPTURE_PACKETS_H
#define TESTS_CAPTURE_PACKETS_H

#include "packet_help.h"

#include "feed/capture/capture.h"

static struct opened o;
static struct capture capture;
static struct capture_packet packet;

static inline int open_packets(const struct bytes *b)
{
    o = (struct opened){0};
    capture = (struct capture){.is_ng = false};
    give_bytes(&o, b);
    return capture_open(&capture, &o.src);
}

static inline void close_packets(void)
{
    input_close(&o.src.input);
}

static inline enum source_result next_packet(void)
{
    enum source_result result = capture_next(&capture, &o.src, &packet);
    if (result == SOURCE_OK) {
        assert_non_null(packet.bytes);
        assert_true(packet.len <= CAPTURE_PACKET_MAX);
        assert_true(packet.offset + packet.len <= o.src.counts.bytes_read + capture.held_len);
    }
    return result;
}

static inline void expect_packet(const char *bytes, int64_t ts_ns, uint64_t offset)
{
    enum source_result result = next_packet();
    if (result != SOURCE_OK)
        print_error("%s\n", o.src.error);
    assert_int_equal(result, SOURCE_OK);
    assert_int_equal(packet.len, strlen(bytes));
    assert_memory_equal(packet.bytes, bytes, packet.len);
    assert_int_equal(packet.ts_ns, ts_ns);
    assert_int_equal(packet.offset, offset);
}

static inline void expect_end(void)
{
    assert_int_equal(next_packet(), SOURCE_END);
    assert_int_equal(next_packet(), SOURCE_END);
    assert_int_equal(o.src.counts.bytes_read, o.src.input.size);
}

static inline void expect_broken(const char *place, const char *part)
{
    assert_int_equal(next_packet(), SOURCE_FATAL);
    expect_error(&o, place, part);
    assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
}

/* Files whose records are `whole` bytes each or less: of any beginning of the file all whole packets come, then
 * the end if it is at a record's end (cnt of them, in end[]), else the error of a cut file. */
static inline void expect_cuts(const struct bytes *b, const size_t *end, size_t cnt)
{
    static struct bytes begin;
    for (size_t len = end[0]; len <= b->len; len++) {
        begin = *b;
        begin.len = len;
        assert_int_equal(open_packets(&begin), 0);
        size_t whole_cnt = 0;
        while (whole_cnt + 1 < cnt && end[whole_cnt + 1] <= len)
            whole_cnt++;
        for (size_t i = 0; i < whole_cnt; i++)
            assert_int_equal(next_packet(), SOURCE_OK);
        assert_int_equal(next_packet(), end[whole_cnt] == len ? SOURCE_END : SOURCE_FATAL);
        if (end[whole_cnt] != len) {
            char place[32];
            snprintf(place, sizeof(place), "@%zu: ", end[whole_cnt]);
            expect_error(&o, place, "is cut: ");
            assert_int_equal(o.src.exit_code, EXIT_CODE_DATA);
        }
        close_packets();
    }
}

/* One bit of the file after the other is another: the reader ends, with packets that lie in the file. */
static inline void expect_flips_end(const struct bytes *b)
{
    static struct bytes flipped;
    for (size_t bit = 0; bit < b->len * 8; bit++) {
        flipped = *b;
        flipped.at[bit / 8] ^= (unsigned char)(1 << bit % 8);
        size_t cnt = 0;
        enum source_result result = SOURCE_FATAL;
        if (open_packets(&flipped) == 0) {
            while ((result = next_packet()) == SOURCE_OK || result == SOURCE_BAD)
                assert_true(++cnt <= b->len);
        }
        assert_true(result == SOURCE_END || (result == SOURCE_FATAL && o.src.exit_code == EXIT_CODE_DATA));
        close_packets();
    }
}

#endif
