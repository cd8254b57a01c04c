/* tickring.h - the library: one include for producers, consumers and monitors.
 *
 * Words, each for one thing everywhere:
 *   ring       a shared-memory segment with up to 16 lanes and 64 consumers
 *   producer   the one writer of a lane           consumer  a reader with a cursor; sees every tick
 *   lane       one producer's slots               slot      64 bytes: a tick and its sequence
 *   sequence   a tick's number in its lane, from 0, never used twice
 *   cursor     the next sequence a consumer will read
 *   gate       a lane may not lap the slowest reliable consumer
 *   reliable   gates the producer                 lossy     may be overrun, and counts it
 *   lag        published and not yet read: the depth of the queue
 *   place      a lane or consumer that is taken: its name, held by a lock the kernel drops at death
 *   hold       how long a reliable consumer's place gates after its death
 *   epoch      how often a place was taken
 */
#ifndef TICKRING_H
#define TICKRING_H

#include "base.h"
#include "checkpoint.h"
#include "clock.h"
#include "consumer.h"
#include "digest.h"
#include "hist.h"
#include "observe.h"
#include "producer.h"
#include "tick.h"

#endif
