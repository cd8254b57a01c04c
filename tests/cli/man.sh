#!/bin/sh
# man.sh - the manual pages say what the programs do: options and their values, stages, formats and verbs are
# those of --help, exit codes those of common/exitcode.h, keys and columns those in the sources that write
# them; in both directions where both list them.  Reads the pages' source (mdoc), needs no formatter.
. "${0%/*}/lib/help.sh"
cd "$root" || exit 1

programs='feed consumer shmmon'

page_of() {
    case $1 in
    tickring) echo man/tickring.7 ;;
    tickring-formats) echo man/tickring-formats.5 ;;
    *) echo "man/$1.1" ;;
    esac
}

# --- Two lists of lines, in any order ---------------------------------------------------------------

# all_in WHAT FILE IN: each line of FILE is in IN, and FILE is not empty (else it was not read right).
all_in() {
    checks=$((checks + 1))
    sort -u "$2" >"$tmp/part"
    sort -u "$3" >"$tmp/whole"
    missing=$(comm -23 "$tmp/part" "$tmp/whole" | tr '\n' ';')
    [ -s "$2" ] || fail "$1: found none at all"
    [ -z "$missing" ] || fail "$1: $missing"
}

# --- What --help says -------------------------------------------------------------------------------

# "  -n, --name=NAME   text" becomes "-n --name=NAME", "      --id=NAME" becomes "--id=NAME".
help_options() {
    sed -n 's/^  \(-[^ ]\), \(--[^ ]*\).*/\1 \2/p; s/^      \(--[^ ]*\).*/\1/p' "$1"
}

# The names under the head of that line, up to a blank line.
help_names() {
    awk -v head="$1" '$0 == head { on = 1; next } /^$/ { on = 0 } on && /^  [a-z]/ { print $1 }' "$2"
}

# "       shmmon list      text": a verb is what stands before a wide gap or an operand.
help_verbs() {
    sed -n 's/^       shmmon \([a-z]*\) .*/\1/p' "$1"
}

# --- What a page says -------------------------------------------------------------------------------

# "-n --name=NAME" of each ".It Fl n , Fl -name Ns = Ns Ar NAME".
page_options() {
    sed -n 's/^\.It Fl //p' "$1" | sed 's/ Ns = Ns Ar /=/; s/ , Fl / -/; s/^/-/'
}

# Every option that is named anywhere in a page: after Fl, and spelled out in examples and quotations.
page_mentions() {
    awk '
        /^\.\\"/ { next }
        /^\./ {
            fl = 0
            for (i = 1; i <= NF; i++) {
                if ($i == "Fl" || $i == ".Fl") { fl = 1; continue }
                if (!fl || $i == ",") continue
                if ($i ~ /^[A-Z][a-z]$/) { fl = 0; continue }
                if ($i ~ /^(-[a-z]|[A-Za-z0-9]$)/) print "-" $i; else if ($i !~ /^[.;:)]$/) fl = 0
            }
        }
        {
            n = split($0, word, /[^-A-Za-z0-9=]+/)
            for (i = 1; i <= n; i++) if (word[i] ~ /^--[a-z]/) { sub(/=.*/, "", word[i]); print word[i] }
        }' "$1"
}

# Names of ".It Cm NAME".
page_names() {
    sed -n 's/^\.It Cm //p' "$1" | tr -d ',' | tr ' ' '\n' | grep .
}

# Numbers of ".It N" in the section EXIT STATUS.
page_codes() {
    awk '/^\.Sh / { on = $0 == ".Sh EXIT STATUS" } on && /^\.It [0-9]+$/ { print $2 }' "$1"
}

# Words marked as a key or a value: each argument of Va, and of Cm.
page_words() {
    awk '/^\./ {
        mark = 0
        for (i = 1; i <= NF; i++) {
            if ($i ~ /^\.?(Va|Cm)$/) mark = 1
            else if ($i ~ /^[A-Z][a-z]$/ && $i != "Va") mark = 0
            else if (mark && $i != ",") print $i
        }
    }' "$1"
}

# Heads of columns: the rest of ".It Sy HEAD", up to a comma.
page_heads() {
    sed -n 's/^\.It Sy \([^,]*[^, ]\).*/\1/p' "$1"
}

# --- The checks -------------------------------------------------------------------------------------

for prog in $programs; do
    expect 0 '' $prog --help
    cp "$tmp/out" "$tmp/$prog.help"
    help_options "$tmp/$prog.help" >"$tmp/$prog.options"
    tr ' ' '\n' <"$tmp/$prog.options" | sed 's/=.*//' >>"$tmp/options"
    page_options man/$prog.1 >"$tmp/$prog.documented"
    all_in "options of $prog that man/$prog.1 does not have (so)" "$tmp/$prog.options" "$tmp/$prog.documented"
    all_in "options in man/$prog.1 that $prog does not have (so)" "$tmp/$prog.documented" "$tmp/$prog.options"
    same "options that man/$prog.1 has twice" '' "$(sort "$tmp/$prog.documented" | uniq -d)"
done

grep -o 'EXIT_CODE_[A-Z]* = [0-9]*' common/exitcode.h | sed 's/.* //' >"$tmp/codes"
same "exit codes that were read" "$(grep -o 'EXIT_CODE_[A-Z]' common/exitcode.h | wc -l)" "$(wc -l <"$tmp/codes")"
for name in $programs tickring; do
    page=$(page_of $name)
    page_mentions "$page" >"$tmp/mentions"
    all_in "options that $page names and no program has" "$tmp/mentions" "$tmp/options"
    page_codes "$page" >"$tmp/$name.codes"
    all_in "exit codes that $page does not have" "$tmp/codes" "$tmp/$name.codes"
    all_in "exit codes in $page that there are not" "$tmp/$name.codes" "$tmp/codes"
    same "$page: title" ".Dt $(echo "$name" | tr a-z A-Z) ${page##*.}" "$(sed -n '/^\.Dt /p' "$page")"
done

help_names 'Formats and markets:' "$tmp/feed.help" >"$tmp/feed.names"
help_names 'Stages:' "$tmp/consumer.help" >"$tmp/consumer.names"
help_names 'Strategies of signals:' "$tmp/consumer.help" >>"$tmp/consumer.names"
help_verbs "$tmp/shmmon.help" >"$tmp/shmmon.names"
for prog in $programs; do
    page_names man/$prog.1 >"$tmp/names"
    [ $prog != feed ] || page_names man/tickring-formats.5 >>"$tmp/names"
    all_in "stages, formats or verbs of $prog that man/$prog.1 does not have" "$tmp/$prog.names" "$tmp/names"
    all_in "stages, formats or verbs in man/$prog.1 that $prog does not have" "$tmp/names" "$tmp/$prog.names"
done

# Keys of JSON: every literal in the sources that could be one.
keys() {
    cat "$@" | grep -v '^#include' | grep -o '"[a-z][a-z0-9_]*"' | tr -d '"'
}

keys feed/report.c feed/audit_report.c | grep -vx byte >"$tmp/feed.keys"
keys consumer/line.c consumer/summary.c consumer/stage/*.c consumer/indicator/*.c consumer/trade/reason.c \
    consumer/quotes/lines.c | grep -vxE 'memory|n|nk|nnn' >"$tmp/consumer.keys" # what an error is about; of a window
keys monitor/view/view_json.c | grep -vx json >"$tmp/shmmon.keys" # the name of that view
keys monitor/view/view_csv.c | grep -vx csv >>"$tmp/shmmon.keys"
for prog in $programs; do
    page_words man/$prog.1 >"$tmp/words"
    all_in "keys or values of $prog that man/$prog.1 does not tell" "$tmp/$prog.keys" "$tmp/words"
done

# Columns of the monitor's tables: {"HEAD", width of list; those of the plain table have the head of the metric with this key
# and what is shown of a histogram, or one of their own: {"latency_ns", "p50", "", width.
metric_heads() {
    awk -F '"' '/^METRIC\(/ && $4 != "" && $6 != "" { head[$4] = $6 }
        END { for (key in head) print key "\t" head[key] }' monitor/metrics.def
}
plain_heads() {
    grep -o '{"[^"]*", "[^"]*", "[^"]*", [0-9]' monitor/view/view_plain.c | awk -F '"' -v table="$1" '
        BEGIN { while ((getline line <table) > 0) { split(line, part, "\t"); head[part[1]] = part[2] } }
        { print $6 != "" ? $6 : head[$2] ($4 != "" ? " " $4 : "") }'
}
metric_heads >"$tmp/metrics"
plain_heads "$tmp/metrics" >"$tmp/heads"
grep -o '{"[A-Z][^"]*", [0-9]' monitor/verb_list.c | cut -d '"' -f 2 >>"$tmp/heads"
sed -n '/ head\[\] = /,/;/p' monitor/view/view_history.c | grep -o '"[A-Z][^"]*"' | tr -d '"' >>"$tmp/heads"
page_heads man/shmmon.1 >"$tmp/told"
all_in "columns of shmmon that man/shmmon.1 does not have" "$tmp/heads" "$tmp/told"
cut -f 2 "$tmp/metrics" >>"$tmp/heads" # of the screen
all_in "columns in man/shmmon.1 that shmmon does not have" "$tmp/told" "$tmp/heads"

if command -v mandoc >/dev/null 2>&1; then
    same "errors that mandoc finds" '' "$(mandoc -T lint -W error man/*.[1-9] 2>&1)"
fi

finish
