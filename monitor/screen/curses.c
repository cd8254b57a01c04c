#include "monitor/screen/curses.h"

#include <errno.h>

#ifdef HAVE_NCURSESW

#include <langinfo.h>
#include <locale.h>
#include <ncursesw/ncurses.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "monitor/screen/terminal.h"
#include "monitor/screen/ui.h"
#include "sig.h"

#define ESCAPE_MS 25 /* after ESC a key that is no sequence is a key of its own */

static SCREEN *screen;
static bool colored;
static struct termios before; /* as the terminal was */

/* In a signal handler: no curses, only what was prepared. */
static void restore(void)
{
    static const char normal[] = "\033[m\033[?25h\033[?1049l";
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    if (write(STDOUT_FILENO, normal, sizeof normal - 1) < 0)
        return;
}

static void begin_color(void)
{
    static const short color[STYLE_CNT] = {
        [STYLE_GOOD] = COLOR_GREEN, [STYLE_WARN] = COLOR_YELLOW, [STYLE_CRIT] = COLOR_RED};
    if (start_color() != OK || use_default_colors() != OK)
        return;
    for (short style = STYLE_GOOD; style < STYLE_CNT; style++)
        init_pair(style, color[style], -1);
    colored = true;
}

int curses_begin(bool color)
{
    setlocale(LC_CTYPE, "");
    if (tcgetattr(STDIN_FILENO, &before) != 0 || !isatty(STDOUT_FILENO) || !terminal_can_place())
        return -ENOTTY;
    screen = newterm(NULL, stdout, stdin);
    if (screen == NULL)
        return -ENOTTY;
    sig_before_exit(restore);
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    set_escdelay(ESCAPE_MS);
    curs_set(0);
    colored = false;
    if (color && has_colors())
        begin_color();
    return 0;
}

void curses_end(void)
{
    endwin();
    sig_before_exit(NULL);
    delscreen(screen);
    screen = NULL;
}

bool curses_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void curses_size(unsigned *rows, unsigned *columns)
{
    *rows = (unsigned)LINES;
    *columns = (unsigned)COLS;
}

static attr_t attributes_of(unsigned style)
{
    static const attr_t plain[STYLE_CNT] = {
        [STYLE_HEAD] = A_BOLD, [STYLE_DIM] = A_DIM, [STYLE_WARN] = A_BOLD, [STYLE_CRIT] = A_BOLD};
    unsigned base = style & (STYLE_SELECTED - 1U);
    attr_t attr = plain[base];
    if (colored && base >= STYLE_GOOD)
        attr |= (attr_t)COLOR_PAIR((int)base);
    return (style & STYLE_SELECTED) != 0 ? attr | A_REVERSE : attr;
}

void curses_show(const struct canvas *canvas)
{
    for (unsigned row = 0; row < canvas->rows; row++) {
        const struct cell *cell = &canvas->cell[(size_t)row * canvas->columns];
        move((int)row, 0);
        for (unsigned i = 0; i < canvas->columns; i++) {
            attrset((int)attributes_of(cell[i].style));
            addstr(cell[i].text);
        }
    }
    attrset((int)A_NORMAL);
    refresh();
}

static int key_of(int c)
{
    static const struct {
        int curses;
        int key;
    } known[] = {{KEY_UP, UI_UP},
                 {KEY_DOWN, UI_DOWN},
                 {KEY_LEFT, UI_LEFT},
                 {KEY_RIGHT, UI_RIGHT},
                 {KEY_PPAGE, UI_PAGE_UP},
                 {KEY_NPAGE, UI_PAGE_DOWN},
                 {KEY_HOME, UI_HOME},
                 {KEY_END, UI_END},
                 {KEY_ENTER, UI_ENTER},
                 {'\r', UI_ENTER},
                 {'\n', UI_ENTER},
                 {27, UI_ESCAPE},
                 {KEY_BACKSPACE, UI_BACKSPACE},
                 {127, UI_BACKSPACE},
                 {'\b', UI_BACKSPACE},
                 {'\t', UI_TAB},
                 {KEY_F(1), UI_HELP_KEY}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].curses == c)
            return known[i].key;
    }
    return c >= ' ' && c < 127 ? c : CURSES_NOTHING;
}

static bool is_closed(void)
{
    struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
    return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

int curses_key(int wait_ms)
{
    timeout(wait_ms);
    int c = getch();
    if (c == ERR)
        return is_closed() ? CURSES_GONE : CURSES_NOTHING;
    return key_of(c);
}

#else

int curses_begin(bool color)
{
    (void)color;
    return -ENOSYS;
}

void curses_end(void)
{
}

bool curses_is_utf8(void)
{
    return false;
}

void curses_size(unsigned *rows, unsigned *columns)
{
    *rows = *columns = 0;
}

void curses_show(const struct canvas *canvas)
{
    (void)canvas;
}

int curses_key(int wait_ms)
{
    (void)wait_ms;
    return CURSES_GONE;
}

#endif
