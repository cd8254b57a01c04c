/* descriptors.h - the three that every program has. */
#ifndef COMMON_DESCRIPTORS_H
#define COMMON_DESCRIPTORS_H

/* descriptors_fill - before anything is opened: where standard input, output or error are closed, puts something
 * there that cannot be written to.  Else a ring would be opened as one of them, and output written over it. */
void descriptors_fill(void);

#endif
