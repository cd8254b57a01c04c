#include "monitor/screen/ui.h"

#include <string.h>

#include "monitor/sort.h"

#define BACK_STEP_NS (30 * TR_NS_PER_S)
#define BACK_MAX_NS (600 * TR_NS_PER_S)
#define PAGE_STEP 10

/* What < and > go through: a JSON key of consumers; "": as they came. */
static const char *const sort_key[] = {"lag",  "lag_ns",     "lag_market_ns", "rate",       "delivered",
                                       "lost", "latency_ns", "service_ns",    "high_water", "id",
                                       ""};

#define SORT_CNT (unsigned)(sizeof sort_key / sizeof sort_key[0])

static const int64_t delay_step_ns[] = {100 * TR_NS_PER_MS, 200 * TR_NS_PER_MS, 500 * TR_NS_PER_MS,
                                        TR_NS_PER_S,        2 * TR_NS_PER_S,    5 * TR_NS_PER_S,
                                        10 * TR_NS_PER_S,   30 * TR_NS_PER_S,   60 * TR_NS_PER_S};

#define DELAY_CNT (sizeof delay_step_ns / sizeof delay_step_ns[0])

void ui_init(struct ui *ui, int64_t delay_ns)
{
    *ui = (struct ui){.page = UI_OVERVIEW, .delay_ns = delay_ns};
}

const struct metric *ui_sort(const struct ui *ui)
{
    return sort_find(sort_key[ui->sort]);
}

void ui_sort_by(struct ui *ui, const struct metric *key)
{
    for (unsigned i = 0; i < SORT_CNT; i++) {
        if (strcmp(sort_key[i], key != NULL ? key->key : "") == 0)
            ui->sort = i;
    }
}

unsigned ui_rows(const struct ui *ui, const struct snapshot *snap, unsigned member_idx[TR_CONSUMER_MAX])
{
    unsigned all[TR_CONSUMER_MAX];
    unsigned all_cnt = sort_members(snap, ui_sort(ui), all);
    unsigned cnt = 0;
    for (unsigned i = 0; i < all_cnt; i++) {
        if (strstr(snap->view.member[all[i]].name, ui->filter) != NULL)
            member_idx[cnt++] = all[i];
    }
    return cnt;
}

/* The row of the cursor, of those that are shown; 0 if the consumer that it stood on is gone. */
static unsigned row_of(const struct ui *ui, const struct snapshot *snap, const unsigned *member_idx,
                       unsigned cnt)
{
    for (unsigned i = 0; i < cnt; i++) {
        if (strcmp(snap->view.member[member_idx[i]].name, ui->selected) == 0)
            return i;
    }
    return 0;
}

int ui_selected(const struct ui *ui, const struct snapshot *snap)
{
    unsigned member_idx[TR_CONSUMER_MAX];
    unsigned cnt = ui_rows(ui, snap, member_idx);
    return cnt > 0 ? (int)member_idx[row_of(ui, snap, member_idx, cnt)] : -1;
}

static void select_row(struct ui *ui, const struct snapshot *snap, int step)
{
    unsigned member_idx[TR_CONSUMER_MAX];
    unsigned cnt = ui_rows(ui, snap, member_idx);
    if (cnt == 0)
        return;
    int row = (int)row_of(ui, snap, member_idx, cnt) + step;
    row = row < 0 ? 0 : row;
    row = row >= (int)cnt ? (int)cnt - 1 : row;
    strcpy(ui->selected, snap->view.member[member_idx[row]].name);
}

static void scroll(struct ui *ui, int step)
{
    if (step < 0 && ui->top < (unsigned)-step)
        ui->top = 0;
    else
        ui->top += (unsigned)step;
    ui->top = ui->top > UI_TOP_MAX ? UI_TOP_MAX : ui->top;
}

/* The cursor moves over consumers, on other pages the text moves. */
static void move(struct ui *ui, const struct snapshot *snap, int step)
{
    if (ui->page == UI_OVERVIEW)
        select_row(ui, snap, step);
    else
        scroll(ui, step);
}

/* What is looked at stays the same one, however the table is sorted meanwhile. */
static void keep_selected(struct ui *ui, const struct snapshot *snap)
{
    int selected = ui_selected(ui, snap);
    if (selected >= 0)
        strcpy(ui->selected, snap->view.member[selected].name);
}

static void go_to(struct ui *ui, enum ui_page page)
{
    if (page == UI_HELP && ui->page != UI_HELP)
        ui->before_help = ui->page;
    ui->page = page;
    ui->top = 0;
}

static void go_back(struct ui *ui)
{
    if (ui->page == UI_HELP)
        go_to(ui, ui->before_help);
    else if (ui->page != UI_OVERVIEW)
        go_to(ui, UI_OVERVIEW);
    else
        ui->filter[0] = '\0';
}

static void next_page(struct ui *ui, const struct snapshot *snap)
{
    static const enum ui_page next[] = {UI_EVENTS, UI_DETAIL, UI_OVERVIEW, UI_OVERVIEW};
    if (next[ui->page] == UI_DETAIL)
        keep_selected(ui, snap);
    go_to(ui, next[ui->page]);
}

static void change_delay(struct ui *ui, bool longer)
{
    for (unsigned i = 0; longer && i < DELAY_CNT; i++) {
        if (delay_step_ns[i] > ui->delay_ns) {
            ui->delay_ns = delay_step_ns[i];
            return;
        }
    }
    for (unsigned i = DELAY_CNT; !longer && i-- > 0;) {
        if (delay_step_ns[i] < ui->delay_ns) {
            ui->delay_ns = delay_step_ns[i];
            return;
        }
    }
}

static void look_back(struct ui *ui, int64_t step_ns)
{
    int64_t back_ns = ui->back_ns + step_ns;
    back_ns = back_ns < 0 ? 0 : back_ns;
    ui->back_ns = back_ns > BACK_MAX_NS ? BACK_MAX_NS : back_ns;
}

static void end_filter(struct ui *ui)
{
    ui->filtering = false;
    ui->filter[0] = '\0';
}

/* The filter's line: printable ASCII is all that a name may hold. */
static bool type_filter(struct ui *ui, int key)
{
    size_t len = strlen(ui->filter);
    if (key == UI_ENTER)
        ui->filtering = false;
    else if (key == UI_ESCAPE)
        end_filter(ui);
    else if (key == UI_BACKSPACE && len > 0)
        ui->filter[len - 1] = '\0';
    else if (key > ' ' && key < 0x7f && len < UI_FILTER_MAX)
        memcpy(ui->filter + len, (char[]){(char)key, '\0'}, 2);
    else
        return false;
    return true;
}

static bool press_move(struct ui *ui, int key, const struct snapshot *snap)
{
    switch (key) {
    case UI_UP:
    case 'k':
        move(ui, snap, -1);
        return true;
    case UI_DOWN:
    case 'j':
        move(ui, snap, 1);
        return true;
    case UI_PAGE_UP:
        move(ui, snap, -PAGE_STEP);
        return true;
    case UI_PAGE_DOWN:
        move(ui, snap, PAGE_STEP);
        return true;
    case UI_HOME:
        move(ui, snap, -UI_TOP_MAX);
        return true;
    case UI_END:
        move(ui, snap, UI_TOP_MAX);
        return true;
    default:
        return false;
    }
}

static bool press_page(struct ui *ui, int key, const struct snapshot *snap)
{
    switch (key) {
    case 'q':
        ui->quit = true;
        return true;
    case 'h':
    case '?':
    case UI_HELP_KEY:
        if (ui->page == UI_HELP)
            go_back(ui);
        else
            go_to(ui, UI_HELP);
        return true;
    case UI_ENTER:
        if (ui->page != UI_HELP && ui->page != UI_DETAIL)
            keep_selected(ui, snap);
        go_to(ui, ui->page == UI_HELP ? ui->before_help : UI_DETAIL);
        return true;
    case UI_ESCAPE:
    case UI_BACKSPACE:
        go_back(ui);
        return true;
    case UI_TAB:
        next_page(ui, snap);
        return true;
    default:
        return false;
    }
}

static bool press_choice(struct ui *ui, int key)
{
    switch (key) {
    case ' ':
        ui->paused = !ui->paused;
        return true;
    case '+':
    case '=': /* the same key without shift */
        change_delay(ui, true);
        return true;
    case '-':
        change_delay(ui, false);
        return true;
    case '>':
        ui->sort = (ui->sort + 1) % SORT_CNT;
        return true;
    case '<':
        ui->sort = (ui->sort + SORT_CNT - 1) % SORT_CNT;
        return true;
    case '/':
        ui->filtering = true;
        go_to(ui, UI_OVERVIEW);
        return true;
    case '0':
        ui->since = !ui->since;
        return true;
    case 'e':
        ui->exact = !ui->exact;
        return true;
    case 'p':
    case UI_LEFT:
        look_back(ui, BACK_STEP_NS);
        return true;
    case 'P':
    case UI_RIGHT:
        look_back(ui, -BACK_STEP_NS);
        return true;
    default:
        return false;
    }
}

bool ui_press(struct ui *ui, int key, const struct snapshot *snap)
{
    if (ui->filtering)
        return type_filter(ui, key) || (key >= UI_UP && press_move(ui, key, snap));
    return press_move(ui, key, snap) || press_page(ui, key, snap) || press_choice(ui, key);
}
