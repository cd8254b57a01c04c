#!/bin/sh
# quick.sh - the part of the models' configurations that `make test` has time for (see run.sh).
exec "$(dirname "$0")/run.sh" quick
