/* audit_report.h - what --validate found out, for people and for programs. */
#ifndef FEED_AUDIT_REPORT_H
#define FEED_AUDIT_REPORT_H

#include "feed/audit.h"
#include "feed/replay.h"
#include "json.h"
#include "out.h"

/* audit_json - the member "audit" of the report. */
void audit_json(struct json *j, const struct audit *audit, const struct replay_counts *counts);

/* audit_text - lines of the report. */
void audit_text(struct out *out, const struct audit *audit, const struct replay_counts *counts);

#endif
