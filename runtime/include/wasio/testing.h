// The test kit: what tests of programs need, and wasio's own tests use.
#pragma once

#include <wasio/check_stream.h>
#include <wasio/for_each_seed.h>
#include <wasio/leak_check.h>
#include <wasio/memory_stream.h>
#include <wasio/mock_clock.h>
#include <wasio/sequencer.h>
#include <wasio/wait_all_tasks_blocked.h>
