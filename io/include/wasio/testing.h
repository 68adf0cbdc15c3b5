// The test kit: for tests of programs, and used by wasio's own tests.
#pragma once

#include <wasio/io/testing/check_stream.h>
#include <wasio/io/testing/memory_stream.h>
#include <wasio/testing/for_each_seed.h>
#include <wasio/testing/leak_check.h>
#include <wasio/testing/mock_clock.h>
#include <wasio/testing/sequencer.h>
#include <wasio/testing/wait_all_tasks_blocked.h>
