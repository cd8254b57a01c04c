# tickring: make help tells what there is.

MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

# --- What is built, and how ---------------------------------------------------------------------

CC = gcc
AR = ar
# Variants go to folders of their own: make BUILD=build/thread SAN=thread, BUILD=build/clang CC=clang
SAN =
BUILD = build
PREFIX = /usr/local
VERSION = 0.1.0

WARN = -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
CFLAGS = -O2 -g
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DTICKRING_VERSION='"$(VERSION)"' -Ishm -Icommon -I. -fPIC $(WARN) $(CFLAGS)
LDLIBS = -pthread -lrt
ifneq ($(SAN),)
ALL_CFLAGS += -fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all
# The fences that the thread sanitizer cannot follow order relaxed atomics only: no race is hidden.
ALL_CFLAGS += $(if $(filter thread,$(SAN)),$(if $(findstring gcc,$(CC)),-Wno-tsan))
endif

Q = $(if $(V),,@)
say = $(if $(V),@:,@printf '  %-5s %s\n')

# Libraries that are used where pkg-config finds them: by the feed for compressed input and JSON, by shmmon for its
# screen and for serving.
PKG_CONFIG = pkg-config
found = $(strip $(foreach lib,$(1),$(if $(shell $(PKG_CONFIG) --exists $(lib) 2>/dev/null && echo yes),$(lib))))
have = -DHAVE_$(shell echo $(1) | sed 's/^lib//' | tr a-z A-Z)
cflags = $(foreach lib,$(1),$(call have,$(lib))) $(if $(1),$(shell $(PKG_CONFIG) --cflags $(1)))
libs = $(if $(1),$(shell $(PKG_CONFIG) --libs $(1)))
FEED_FOUND := $(call found,zlib libzstd liblzma yajl)
FEED_CFLAGS := $(call cflags,$(FEED_FOUND))
FEED_LIBS := $(call libs,$(FEED_FOUND))
MONITOR_FOUND := $(call found,ncursesw libmicrohttpd)
MONITOR_CFLAGS := $(call cflags,$(MONITOR_FOUND))
MONITOR_LIBS := $(call libs,$(MONITOR_FOUND))
FOUND := $(FEED_FOUND) $(MONITOR_FOUND)

OBJ = $(BUILD)/obj
objs = $(patsubst %.c,$(OBJ)/%.o,$(filter-out %/main.c,$(wildcard $(1)/*.c $(1)/*/*.c)))
LIB_OBJ := $(call objs,shm)
COMMON_OBJ := $(call objs,common)
PARTS := feed consumer monitor
PROGRAMS := $(BUILD)/feed $(BUILD)/consumer $(BUILD)/shmmon
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/test_*.c))
MULTI := $(patsubst tests/multi/%.c,$(BUILD)/tests/multi/%,$(wildcard tests/multi/test_*.c))
EXAMPLES := $(patsubst examples/%.c,$(BUILD)/examples/%,$(wildcard examples/*.c))

.PHONY: all
all: $(PROGRAMS) $(BUILD)/bench $(BUILD)/libtickring.a $(BUILD)/libtickring.so

$(OBJ)/feed/%.o $(OBJ)/bench/%.o $(OBJ)/tests/%.o: ALL_CFLAGS += $(FEED_CFLAGS)
$(OBJ)/monitor/%.o $(OBJ)/tests/%.o: ALL_CFLAGS += $(MONITOR_CFLAGS)
$(OBJ)/monitor/serve/page.o: monitor/serve/page.html
# All is compiled again when a library has come or gone.
$(OBJ)/libraries: $(if $(filter-out ok,$(shell echo '$(FOUND)' | cmp -s - $(OBJ)/libraries && echo ok || echo no)),always)
	@mkdir -p $(@D)
	@echo '$(FOUND)' >$@
.PHONY: always
$(OBJ)/%.o: %.c $(OBJ)/libraries
	@mkdir -p $(@D)
	$(say) CC $<
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/libtickring.a: $(LIB_OBJ)
$(BUILD)/libcommon.a: $(COMMON_OBJ)
define part_rule
$$(BUILD)/lib$(1).a: $$(call objs,$(1))
endef
$(foreach part,$(PARTS),$(eval $(call part_rule,$(part))))
PART_LIBS := $(PARTS:%=$(BUILD)/lib%.a)

$(BUILD)/libtickring.a $(BUILD)/libcommon.a $(PART_LIBS):
	@mkdir -p $(@D)
	$(say) AR $@
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/libtickring.so: $(LIB_OBJ)
	$(say) LD $@
	$(Q)$(CC) $(ALL_CFLAGS) -shared -Wl,-soname,libtickring.so.0 $^ $(LDLIBS) -o $@

link = $(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(filter %.o,$^) $(filter %.a,$^) $(LDLIBS) $(1) -o $@

LIBS := $(BUILD)/libcommon.a $(BUILD)/libtickring.a
$(BUILD)/feed: $(OBJ)/feed/main.o $(BUILD)/libfeed.a $(LIBS)
	$(say) LD $@
	$(call link,$(FEED_LIBS))
$(BUILD)/consumer: $(OBJ)/consumer/main.o $(BUILD)/libconsumer.a $(LIBS)
	$(say) LD $@
	$(call link)
$(BUILD)/shmmon: $(OBJ)/monitor/main.o $(BUILD)/libmonitor.a $(LIBS)
	$(say) LD $@
	$(call link,$(MONITOR_LIBS) -lm)

# The bench measures a neighbour as well where it is installed (Concurrency Kit, libck-dev).  All cases are
# compiled for this processor: at -O2 the plain loop that stands for the limit of the memory is slower than that.
NATIVE := $(shell $(CC) -march=native -E -x c /dev/null >/dev/null 2>&1 && echo -march=native)
CK := $(if $(NATIVE),$(shell $(PKG_CONFIG) --exists ck 2>/dev/null && echo yes))
$(OBJ)/bench/%.o: ALL_CFLAGS += -O3 $(NATIVE) $(if $(CK),-DHAVE_CK $(shell $(PKG_CONFIG) --cflags ck 2>/dev/null))
# What is counted under valgrind, which does not know every instruction of every processor.
$(OBJ)/bench/main.o $(OBJ)/bench/stages.o $(OBJ)/bench/stream.o: NATIVE =
$(BUILD)/bench: $(patsubst %.c,$(OBJ)/%.o,$(wildcard bench/*.c)) $(BUILD)/libfeed.a $(BUILD)/libconsumer.a $(LIBS)
	$(say) LD $@
	$(call link,$(FEED_LIBS))

$(BUILD)/tests/%: $(OBJ)/tests/%.o $(PART_LIBS) $(LIBS)
	@mkdir -p $(@D)
	$(say) LD $@
	$(call link,-lcmocka $(FEED_LIBS) $(MONITOR_LIBS) -lm)
$(BUILD)/tests/unit/test_corpus $(BUILD)/tests/unit/test_source_dbn: $(OBJ)/tests/fuzz/check.o
# Built by tests/fuzz/run.sh, with the compiler and the flags that it needs.  What the check reaches guides
# nobody.
$(OBJ)/tests/fuzz/%.o: ALL_CFLAGS += $(if $(findstring fuzzer,$(SAN)),-fno-sanitize=fuzzer-no-link)
$(BUILD)/fuzz_source: $(OBJ)/tests/fuzz/fuzz_source.o $(OBJ)/tests/fuzz/check.o $(BUILD)/libfeed.a $(LIBS)
	$(say) LD $@
	$(call link,-fsanitize=fuzzer $(FEED_LIBS))
# What the process tests share.
MULTI_OBJ := $(patsubst %.c,$(OBJ)/%.o,$(filter-out tests/multi/test_%,$(wildcard tests/multi/*.c)))
$(MULTI): $(MULTI_OBJ)
$(BUILD)/examples/%: $(OBJ)/examples/%.o $(BUILD)/libtickring.a
	@mkdir -p $(@D)
	$(say) LD $@
	$(call link)

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
.SECONDARY:

# --- The two commands ---------------------------------------------------------------------------

.PHONY: demo test
demo:
	@tools/need.sh build formats screen
	@$(MAKE) --no-print-directory -s -j2 all
	@BUILD=$(BUILD) tools/demo.sh

test:
	@tools/need.sh build formats screen test
	@$(MAKE) --no-print-directory -s -j2 tests-build
	@$(MAKE) --no-print-directory check

# --- Tests --------------------------------------------------------------------------------------

.PHONY: tests-build unit-build threads-build check run-unit run-multi run-threads unit multi chaos model sanitize fuzz arm64
unit-build: $(UNIT)
# The tests whose threads share one mapping.
THREADS := $(filter %/test_writer %/test_trail %/test_reader %/test_hist %/test_ring,$(UNIT))
threads-build: $(THREADS)
tests-build: all $(UNIT) $(MULTI) $(EXAMPLES)

# What docs/metrics.md tells of monitor/metrics.def; check fails where they differ.
.PHONY: docs
docs: $(BUILD)/tests/unit/test_metric_doc
	$(Q)TICKRING_GOLDEN=write $< 2>/dev/null

RUN = @BUILD=$(BUILD) tests/run.sh
check: tests-build
	$(RUN) $(UNIT) $(MULTI) tests/cli/*.sh tests/model/quick.sh
run-unit:
	$(RUN) $(UNIT)
# To step through what a sanitizer has added takes minutes, and shows nothing.
STEPPED := %/test_step %/test_pipeline_step
run-multi:
	$(RUN) $(if $(SAN),$(filter-out $(STEPPED),$(MULTI)),$(MULTI)) tests/cli/*.sh
run-threads:
	$(RUN) $(THREADS)

unit: unit-build run-unit
multi: tests-build run-multi
CHAOS := $(addprefix $(BUILD)/tests/multi/,test_pipeline_step test_pipeline test_chaos)
chaos: all $(CHAOS)
	$(Q)BUILD=$(BUILD) TICKRING_RUNS=100000 $(BUILD)/tests/multi/test_pipeline_step
	$(Q)BUILD=$(BUILD) TICKRING_RUNS=$(or $(RUNS),500) $(BUILD)/tests/multi/test_pipeline
	$(Q)BUILD=$(BUILD) TICKRING_ROUNDS=$(or $(ROUNDS),20000) $(BUILD)/tests/multi/test_chaos
model:
	$(Q)tests/model/run.sh

sanitize:
	@tools/sanitize.sh
fuzz:
	@tests/fuzz/run.sh $(or $(FORMAT),auto) $(or $(RUNS),1000000)
arm64:
	@tools/arm64.sh

.PHONY: bench
bench:
	@tools/need.sh build
	@$(MAKE) --no-print-directory -s all
	$(Q)$(BUILD)/bench

# --- Installing ---------------------------------------------------------------------------------

.PHONY: install clean help
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/tickring \
	    $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5 \
	    $(DESTDIR)$(PREFIX)/share/man/man7
	install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(BUILD)/libtickring.a $(DESTDIR)$(PREFIX)/lib
	install -m 755 $(BUILD)/libtickring.so $(DESTDIR)$(PREFIX)/lib/libtickring.so.0
	ln -sf libtickring.so.0 $(DESTDIR)$(PREFIX)/lib/libtickring.so
	install -m 644 shm/*.h $(DESTDIR)$(PREFIX)/include/tickring
	install -m 644 man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 man/*.5 $(DESTDIR)$(PREFIX)/share/man/man5
	install -m 644 man/*.7 $(DESTDIR)$(PREFIX)/share/man/man7
	sed 's|@PREFIX@|$(PREFIX)|;s|@VERSION@|$(VERSION)|' tools/tickring.pc.in \
	    > $(DESTDIR)$(PREFIX)/lib/pkgconfig/tickring.pc

clean:
	rm -rf $(BUILD)

help:
	@echo 'make demo      build, and run the main job to its end (under a minute)'
	@echo 'make test      build, and run all tests (under five minutes)'
	@echo 'make           build programs and library into $(BUILD)/'
	@echo 'make bench     measure: the ring beside the physical limit and its neighbours'
	@echo 'make chaos     the kill drills, long (RUNS=500 of a pipeline, ROUNDS=20000 kills of feeds and consumers)'
	@echo 'make model     all configurations of the protocol model (needs spin)'
	@echo 'make sanitize  unit and process tests under ASan+UBSan, threads under TSan'
	@echo 'make fuzz      FORMAT=auto RUNS=1000000: inputs made by libFuzzer, under ASan+UBSan'
	@echo 'make arm64     cross-build, unit tests under qemu-user'
	@echo 'make docs      write docs/metrics.md anew, from the table of metrics'
	@echo 'make install   DESTDIR= PREFIX=$(PREFIX)'
	@echo 'V=1 shows commands; SAN=address,undefined or thread with BUILD=folder builds a variant'
