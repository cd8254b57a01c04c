#!/bin/sh
# quick.sh - the part of the models' configurations that `make test` has time for (see run.sh).
TICKRING_MODEL_CFLAGS=-O0 exec "$(dirname "$0")/run.sh" quick
