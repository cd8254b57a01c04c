#include "monitor/serve/page.h"

/* The assembler reads the file as it is (the path is from where make runs; the Makefile knows what depends on it). */
__asm__(".pushsection .rodata\n"
        ".global page_begin, page_end\n"
        ".hidden page_begin\n"
        ".hidden page_end\n"
        "page_begin:\n"
        ".incbin \"monitor/serve/page.html\"\n"
        "page_end:\n"
        ".byte 0\n"
        ".popsection\n");
