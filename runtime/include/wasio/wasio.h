// Everything that is the same on every host.
#pragma once

#include <wasio/as_completed.h>
#include <wasio/attempt.h>
#include <wasio/cancel_scope.h>
#include <wasio/catch_group.h>
#include <wasio/channel.h>
#include <wasio/error.h>
#include <wasio/fail.h>
#include <wasio/gather.h>
#include <wasio/guard.h>
#include <wasio/host.h>
#include <wasio/instrument.h>
#include <wasio/memory.h>
#include <wasio/outcome.h>
#include <wasio/race.h>
#include <wasio/run.h>
#include <wasio/sleep.h>
#include <wasio/stream.h>
#include <wasio/task.h>
#include <wasio/task_group.h>
#include <wasio/task_handle.h>
#include <wasio/task_tree.h>
#include <wasio/virtual_loop.h>
#include <wasio/wait.h>
