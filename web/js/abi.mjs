/**
 * Everything that crosses between C++ and JavaScript by name, with its number of arguments. The
 * Emscripten library is generated from this table (emscripten_library.mjs), the types of both sides
 * follow from it, and a test compares it with the declarations in C++. To add an import, add a row
 * here, a function to the capability of that name, and its declaration where C++ calls it.
 *
 * Arguments are numbers: an address, a size in bytes, or a handle (handle_table.ts). Texts are
 * UTF-8, as address and size. A `ticket` is what C++ knows the operation by: its end is told by
 * `wasio_answer`, and whatever goes wrong in it is an answer too. No import throws, and none calls
 * back into the program.
 */

/** What C++ imports, by capability. In wasm `now` is `env.wasio_host_now`. */
export const IMPORTS = /** @type {const} */ ({
  loop: {
    /** The monotonic clock, in milliseconds. */
    now: 0,
    /** A turn soon, in a microtask. */
    request_turn: 0,
    /** (delay) A turn after so many milliseconds or more; negative: none any more. */
    set_alarm: 1,
  },
  reports: {
    /** (text, size) Shows a line to a person, at once. */
    report: 2,
  },
  exits: {
    /** (exit code) The program ends itself, by the trap that follows. */
    exit: 1,
  },
  output: {
    /** (stream, bytes, size, ticket) Writes to standard output (1) or standard error (2). Returns
     * 0 if the bytes are accepted, `PENDING` if the ticket will be answered. */
    write: 4,
  },
  values: {
    /** (value) Releases a JS value that C++ held. */
    drop_value: 1,
  },
  requests: {
    /** (url, size, ticket) Begins a request, and returns the source that its body will be. The
     * answer is the head of the response. */
    fetch: 3,
    /** (source) Gives the request up; the ticket is answered when that has happened. */
    abort_fetch: 1,
  },
  files: {
    /** (name, size, ticket) Opens a file, and returns the source that it will be; 0 if the name is
     * for `fetch`. The answer is its size. */
    open_file: 3,
  },
  sources: {
    /** (source, into, size, ticket) Copies what is there, and returns the number of bytes, 0 at the
     * end; `PENDING` if the ticket will be answered when another read is worthwhile. */
    read: 4,
    /** (source) No task waits any more; what arrives is kept. */
    forget_read: 1,
    /** (source) Aborts the request, closes the file. */
    close_source: 1,
  },
  calls: {
    /** (call, value, size) The call has ended with this value. */
    resolve: 3,
    /** (call, error, size, cancelled) It has ended with this error. */
    reject: 4,
  },
});

/** What JavaScript calls. Beside these, each exported function is `wasio_export_<name>(call,
 * arguments, size)`, which returns the call's task. Each only marks and queues, except the turn. */
export const ENTRIES = /** @type {const} */ ({
  /** (alarm rang) Runs what is ready. Returns one of `TURN`. */
  wasio_turn: 1,
  /** (ticket, one of `ANSWER`, block, size) Releases the block. Does nothing if nobody waits. */
  wasio_answer: 4,
  /** (size) Room for a block that a later entry takes over; 0 if memory is exhausted. */
  wasio_allocate: 1,
  /** (task, reason, size) Cancels a call, and releases the block with the reason. */
  wasio_cancel: 3,
  /** Cancels everything. Returns whether anything still runs. */
  wasio_dispose: 0,
  /** Returns where a text lies that lists all tasks. Only programs with a main have it. */
  wasio_describe_tasks: 0,
});

export const PENDING = -1;

/** What `wasio_turn` returns: nothing is left to do, something waits, or more is ready and the
 * burst's time is used up. */
export const TURN = /** @type {const} */ ({ idle: 0, waits: 1, more: 2 });

/** How an operation of the host has ended. */
export const ANSWER = /** @type {const} */ ({ done: 0, failed: 1, aborted: 2 });
