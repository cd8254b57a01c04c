/* textfile.h - a whole file at once. */
#ifndef TESTS_TEXTFILE_H
#define TESTS_TEXTFILE_H

/* textfile_read - the bytes of a file and a NUL, to be freed; fails the test if it cannot be read. */
char *textfile_read(const char *path);

#endif
