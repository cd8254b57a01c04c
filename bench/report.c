#include "bench/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is compared with what.  A rate is divided by a rate, a round trip by a round trip. */
static const struct {
    const char *ours;
    const char *other;
    bool is_rtt;
} ratio_table[] = {
    {"publish1_poll", "limit", false},
    {"publish1_read1", "limit", false},
    {"batch32", "limit", false},
    {"batch256", "limit", false},
    {"publish1_poll", "ck", false},
    {"publish1_read1", "ck", false},
    {"publish1_poll", "textbook", false},
    {"publish1_poll", "pipe", false},
    {"publish1_poll", "mq", false},
    {"rtt", "raw_rtt", true},
    {"rtt", "ck", true},
};

#define RATIO_CNT (sizeof ratio_table / sizeof ratio_table[0])

int bench_by_value(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

void bench_report_sort(struct bench_report *rep)
{
    for (unsigned i = 0; i < rep->case_cnt; i++)
        qsort(rep->result[i].value, rep->round_cnt, sizeof rep->result[i].value[0], bench_by_value);
}

static double median(const struct bench_report *rep, const struct bench_result *r)
{
    return r->value[rep->round_cnt / 2];
}

static const struct bench_result *find(const struct bench_report *rep, const char *key, bool is_rtt)
{
    for (unsigned i = 0; i < rep->case_cnt; i++) {
        const struct bench_result *r = &rep->result[i];
        if (r->c->is_rtt == is_rtt && strcmp(r->c->key, key) == 0)
            return r;
    }
    return NULL;
}

/* Ratio i, or a negative number where one of the two was not measured. */
static double ratio(const struct bench_report *rep, size_t i)
{
    const struct bench_result *ours = find(rep, ratio_table[i].ours, ratio_table[i].is_rtt);
    const struct bench_result *other = find(rep, ratio_table[i].other, ratio_table[i].is_rtt);
    return ours != NULL && other != NULL ? median(rep, ours) / median(rep, other) : -1;
}

static void print_rows(const struct bench_report *rep, bool is_rtt)
{
    for (unsigned i = 0; i < rep->case_cnt; i++) {
        const struct bench_result *r = &rep->result[i];
        if (r->c->is_rtt == is_rtt)
            printf("%-48s %10.2f  %10.2f %10.2f\n", r->c->label, median(rep, r), r->value[0],
                   r->value[rep->round_cnt - 1]);
    }
}

void bench_report_table(const struct bench_report *rep)
{
    printf("%-48s %10s  %10s %10s   (%u rounds)\n", "million records a second", "median", "least", "most",
           rep->round_cnt);
    print_rows(rep, false);
    printf("\n%-48s %10s  %10s %10s\n", "round trip, ns (p50 of a round)", "median", "least", "most");
    print_rows(rep, true);
    printf("\nratio of the medians\n");
    for (size_t i = 0; i < RATIO_CNT; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s / %s%s", ratio_table[i].ours, ratio_table[i].other,
                 ratio_table[i].is_rtt && strstr(ratio_table[i].other, "rtt") == NULL ? " rtt" : "");
        if (ratio(rep, i) >= 0)
            printf("%-48s %10.3f\n", name, ratio(rep, i));
    }
}

/* "limit_mps":1.2 or "rtt_p50_ns":120; a peer's keys do not carry its name. */
static void json_value(const struct bench_report *rep, const struct bench_result *r, bool named)
{
    if (r->c->is_rtt)
        printf("\"%s%srtt_p50_ns\":%.0f", named && strcmp(r->c->key, "rtt") != 0 ? "raw" : "",
               named && strcmp(r->c->key, "rtt") != 0 ? "_" : "", median(rep, r));
    else
        printf("\"%s%smps\":%.3f", named ? r->c->key : "", named ? "_" : "", median(rep, r));
}

static void json_peers(const struct bench_report *rep)
{
    const char *comma = "";
    for (unsigned i = 0; i < rep->case_cnt; i++) {
        const struct bench_result *rate = &rep->result[i];
        if (!rate->c->is_peer || rate->c->is_rtt)
            continue;
        const struct bench_result *rtt = find(rep, rate->c->key, true);
        printf("%s\"%s\":{", comma, rate->c->key);
        json_value(rep, rate, false);
        if (rtt != NULL) {
            printf(",");
            json_value(rep, rtt, false);
        }
        printf("}");
        comma = ",";
    }
}

void bench_report_json(const struct bench_report *rep)
{
    printf("{\"rounds\":%u", rep->round_cnt);
    for (unsigned i = 0; i < rep->case_cnt; i++) {
        if (!rep->result[i].c->is_peer) {
            printf(",");
            json_value(rep, &rep->result[i], true);
        }
    }
    printf(",\"peers\":{");
    json_peers(rep);
    printf("},\"ratios\":{");
    const char *comma = "";
    for (size_t i = 0; i < RATIO_CNT; i++) {
        if (ratio(rep, i) < 0)
            continue;
        bool peer_rtt = ratio_table[i].is_rtt && strcmp(ratio_table[i].other, "raw_rtt") != 0;
        printf("%s\"%s/%s%s\":%.4f", comma, ratio_table[i].ours, ratio_table[i].other, peer_rtt ? "_rtt" : "",
               ratio(rep, i));
        comma = ",";
    }
    printf("}}\n");
}
