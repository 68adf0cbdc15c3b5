// The imports of web/src/imports.h. Each goes to the instance's own host object, which the loader
// puts into `Module.wasio` (bindings/js/load.ts): the code stands in TypeScript, this only names
// it.
addToLibrary({
  wasio_host_now: () => performance.now(),
  wasio_host_request_turn: () => Module['wasio'].requestTurn(),
  wasio_host_set_alarm: (delay) => Module['wasio'].setAlarm(delay),
  wasio_host_report: (text, size) => Module['wasio'].report(text, size),
  wasio_host_drop: (value) => Module['wasio'].dropValue(value),
  wasio_host_take_text: (into) => Module['wasio'].takeText(into),
  wasio_host_take_error: (size, value) => Module['wasio'].takeError(size, value),
  wasio_host_fetch: (url, size, index, generation) =>
    Module['wasio'].fetch(url, size, index, generation),
  wasio_host_open_file: (name, size, index, generation) =>
    Module['wasio'].openFile(name, size, index, generation),
  wasio_host_fetch_abort: (source) => Module['wasio'].fetchAbort(source),
  wasio_host_response: (source, status, announced) =>
    Module['wasio'].response(source, status, announced),
  wasio_host_source_read: (source, into, size, index, generation) =>
    Module['wasio'].sourceRead(source, into, size, index, generation),
  wasio_host_source_forget: (source) => Module['wasio'].sourceForget(source),
  wasio_host_source_close: (source) => Module['wasio'].sourceClose(source),
  wasio_host_write: (stream, bytes, size, index, generation) =>
    Module['wasio'].write(stream, bytes, size, index, generation),
});
