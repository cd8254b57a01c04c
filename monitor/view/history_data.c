/* history_data.c - the past of a ring as JSON and CSV, sample by sample.  (Declared in history.h.) */
#include <string.h>

#include "json.h"
#include "monitor/view/history.h"

/* A number of a sample: what it is called of a producer and of a consumer; NULL: it has none. */
struct field {
    const char *producer_key;
    const char *consumer_key;
    size_t offset;
};

#define FIELD(producer_key, consumer_key, field)                                                             \
    {                                                                                                        \
        producer_key, consumer_key, offsetof(struct tr_sample, field)                                        \
    }

static const struct field field_table[] = {
    FIELD("published", "delivered", passed_cnt),
    FIELD("dropped", "lost", lost_cnt),
    FIELD("stalls", "evicted", event_cnt),
    FIELD("held_by_ns", NULL, holder_ns),
    FIELD("blocked_ns", "blocked_ns", blocked_ns),
    FIELD(NULL, "lag", lag),
    FIELD(NULL, "lag_max", lag_max),
    FIELD(NULL, "busy_ns", busy_ns),
    FIELD(NULL, "idle_ns", idle_ns),
    FIELD(NULL, "p50_ns", p50_ns),
    FIELD(NULL, "p99_ns", p99_ns),
    FIELD(NULL, "p999_ns", p999_ns),
    FIELD(NULL, "max_ns", max_ns),
};

#define FIELD_CNT (sizeof field_table / sizeof field_table[0])

/* A producer or consumer, and what part of its past is told. */
struct subject {
    const struct snapshot *snap;
    const struct past_track *track;
    const char *name;
    bool is_producer;
    int64_t from_ns;
    int64_t to_ns;
};

/* Calls each for every producer or every consumer. */
static void for_each(const struct snapshot *snap, bool is_producer, int64_t from_ns, int64_t to_ns,
                     void (*each)(void *arg, const struct subject *sub), void *arg)
{
    struct subject sub = {.snap = snap, .is_producer = is_producer, .from_ns = from_ns, .to_ns = to_ns};
    for (unsigned i = 0; i < (is_producer ? TR_LANE_MAX : TR_CONSUMER_MAX); i++) {
        if (!(is_producer ? snap->view.lane[i].used : snap->view.member[i].used))
            continue;
        sub.track = is_producer ? &snap->past->lane[i] : &snap->past->member[i];
        sub.name = is_producer ? snap->view.lane[i].name : snap->view.member[i].name;
        each(arg, &sub);
    }
}

/* The number of the first sample that is told; those up to to_ns follow. */
static unsigned first_sample(const struct subject *sub)
{
    unsigned i = 0;
    while (i < sub->track->cnt && past_sample(sub->track, i)->at_ns < sub->from_ns)
        i++;
    return i;
}

static bool is_told(const struct subject *sub, unsigned i)
{
    return i < sub->track->cnt && past_sample(sub->track, i)->at_ns <= sub->to_ns;
}

static const char *sample_name(uint32_t kind)
{
    static const char *const name[] = {
        [TR_SAMPLE_JOIN] = "join", [TR_SAMPLE_SECOND] = "second", [TR_SAMPLE_LEAVE] = "leave"};
    return kind >= TR_SAMPLE_JOIN && kind <= TR_SAMPLE_LEAVE ? name[kind] : "unknown";
}

/* Who held the feed longest in the second; "": nobody did. */
static const char *holder_name(const struct subject *sub, const struct tr_sample *s)
{
    if (!sub->is_producer || s->holder < 1 || s->holder > TR_CONSUMER_MAX)
        return "";
    return sub->snap->view.member[s->holder - 1].name;
}

static const char *key_of(const struct field *field, bool is_producer)
{
    return is_producer ? field->producer_key : field->consumer_key;
}

static uint64_t value_of(const struct field *field, const struct tr_sample *s)
{
    uint64_t value;
    memcpy(&value, (const char *)s + field->offset, sizeof value);
    return value;
}

/* --- JSON --------------------------------------------------------------------------------------- */

static void text(struct json *j, const char *key, const char *value)
{
    json_text(j, key, value, strlen(value));
}

static void json_sample(struct json *j, const struct subject *sub, const struct tr_sample *s)
{
    json_open_object(j, NULL);
    json_i64(j, "at_ns", snapshot_wall_ns(sub->snap, s->at_ns));
    text(j, "sample", sample_name(s->kind));
    json_u64(j, "pid", s->pid);
    for (unsigned f = 0; f < FIELD_CNT; f++) {
        const char *key = key_of(&field_table[f], sub->is_producer);
        if (key != NULL)
            json_u64(j, key, value_of(&field_table[f], s));
    }
    if (sub->is_producer)
        text(j, "held_by", holder_name(sub, s));
    json_close_object(j);
}

static void json_subject(void *arg, const struct subject *sub)
{
    struct json *j = arg;
    json_open_object(j, NULL);
    text(j, sub->is_producer ? "name" : "id", sub->name);
    json_open_array(j, "samples");
    for (unsigned i = first_sample(sub); is_told(sub, i); i++)
        json_sample(j, sub, past_sample(sub->track, i));
    json_close_array(j);
    json_close_object(j);
}

static void json_events(struct json *j, const struct snapshot *snap, int64_t from_ns)
{
    const struct event *event;
    json_open_array(j, "events");
    for (unsigned i = history_events(snap, from_ns, &event); i-- > 0;) {
        json_open_object(j, NULL);
        json_i64(j, "at_ns", snapshot_wall_ns(snap, event[i].at_ns));
        text(j, "kind", event_kind_name(event[i].kind));
        text(j, "level", level_name(event[i].level));
        text(j, "name", event[i].name);
        text(j, "text", event[i].text);
        json_close_object(j);
    }
    json_close_array(j);
}

static void write_json(struct json *j, const struct snapshot *snap, int64_t back_ns)
{
    int64_t from_ns;
    int64_t to_ns;
    (void)history_span(snap, back_ns, &from_ns, &to_ns);
    json_open_object(j, NULL);
    text(j, "ring", snap->view.ring);
    json_u64(j, "slots", snap->view.slot_cnt);
    json_i64(j, "from_ns", snapshot_wall_ns(snap, from_ns));
    json_i64(j, "to_ns", snapshot_wall_ns(snap, to_ns));
    json_open_array(j, "producers");
    for_each(snap, true, from_ns, to_ns, json_subject, j);
    json_close_array(j);
    json_open_array(j, "consumers");
    for_each(snap, false, from_ns, to_ns, json_subject, j);
    json_close_array(j);
    json_events(j, snap, from_ns);
    json_close_object(j);
}

void history_json(struct out *out, const struct snapshot *snap, int64_t back_ns)
{
    struct json j = {0};
    write_json(&j, snap, back_ns);
    out_json_line(out, &j);
    json_free(&j);
}

/* --- CSV ---------------------------------------------------------------------------------------- */

/* The cell of a column of one of the two; both have it if it is called the same. */
static void csv_cell(struct out *out, const struct subject *sub, const struct tr_sample *s,
                     const struct field *field, const char *head)
{
    const char *key = key_of(field, sub->is_producer);
    out_text(out, ",");
    if (key != NULL && strcmp(key, head) == 0)
        out_u64(out, value_of(field, s));
}

/* Whether the consumer's column is the producer's. */
static bool is_shared(const struct field *field)
{
    return field->producer_key != NULL && field->consumer_key != NULL
           && strcmp(field->producer_key, field->consumer_key) == 0;
}

static void csv_sample(struct out *out, const struct subject *sub, const struct tr_sample *s)
{
    const char *holder = holder_name(sub, s);
    out_format(out, "%lld,%s,", (long long)snapshot_wall_ns(sub->snap, s->at_ns),
               sub->is_producer ? "producer" : "consumer");
    out_csv(out, sub->snap->view.ring, strlen(sub->snap->view.ring));
    out_text(out, ",");
    out_csv(out, sub->name, strlen(sub->name));
    out_format(out, ",%s,%u,", sample_name(s->kind), s->pid);
    out_csv(out, holder, strlen(holder));
    for (unsigned f = 0; f < FIELD_CNT; f++) {
        const struct field *field = &field_table[f];
        if (field->producer_key != NULL)
            csv_cell(out, sub, s, field, field->producer_key);
        if (field->consumer_key != NULL && !is_shared(field))
            csv_cell(out, sub, s, field, field->consumer_key);
    }
    out_text(out, "\n");
}

static void csv_subject(void *arg, const struct subject *sub)
{
    for (unsigned i = first_sample(sub); is_told(sub, i); i++)
        csv_sample(arg, sub, past_sample(sub->track, i));
}

void history_csv(struct out *out, const struct snapshot *snap, int64_t back_ns)
{
    int64_t from_ns;
    int64_t to_ns;
    out_text(out, "time_ns,kind,ring,name,sample,pid,held_by");
    for (unsigned f = 0; f < FIELD_CNT; f++) {
        const struct field *field = &field_table[f];
        if (field->producer_key != NULL)
            out_format(out, ",%s", field->producer_key);
        if (field->consumer_key != NULL && !is_shared(field))
            out_format(out, ",%s", field->consumer_key);
    }
    out_text(out, "\n");
    (void)history_span(snap, back_ns, &from_ns, &to_ns);
    for_each(snap, true, from_ns, to_ns, csv_subject, out);
    for_each(snap, false, from_ns, to_ns, csv_subject, out);
}
