// Everything that is the same on every host.
#pragma once

#include <wasio/adopt.h>
#include <wasio/attempt.h>
#include <wasio/cancel_scope.h>
#include <wasio/channel.h>
#include <wasio/context.h>
#include <wasio/dump.h>
#include <wasio/error.h>
#include <wasio/fail.h>
#include <wasio/gather.h>
#include <wasio/guard.h>
#include <wasio/host.h>
#include <wasio/instrument.h>
#include <wasio/memory.h>
#include <wasio/run.h>
#include <wasio/runtime.h>
#include <wasio/sleep.h>
#include <wasio/slow_steps.h>
#include <wasio/stream.h>
#include <wasio/supervise.h>
#include <wasio/task.h>
#include <wasio/task_group.h>
#include <wasio/task_handle.h>
#include <wasio/task_tree.h>
#include <wasio/trace_recorder.h>
#include <wasio/wait.h>
