/* cpu.h - processors. */
#ifndef COMMON_CPU_H
#define COMMON_CPU_H

/* cpu_pin - runs the calling thread on processor idx only.  0 or -errno (-EINVAL: there is none such, or
 * it is not ours). */
int cpu_pin(unsigned idx);

#endif
