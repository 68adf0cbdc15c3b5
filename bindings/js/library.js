// The imports of bindings/src/imports.h, like web/js/library.js.
addToLibrary({
  wasio_host_export: (handle, name, nameSize, parameters, parametersSize, types, typesSize) =>
    Module['wasio'].addExport(handle, name, nameSize, parameters, parametersSize, types, typesSize),
  wasio_host_resolve: (call) => Module['wasio'].resolve(call, undefined),
  wasio_host_resolve_bool: (call, value) => Module['wasio'].resolve(call, value !== 0),
  wasio_host_resolve_number: (call, value) => Module['wasio'].resolve(call, value),
  wasio_host_resolve_int64: (call, value) => Module['wasio'].resolve(call, value),
  wasio_host_resolve_uint64: (call, value) =>
    Module['wasio'].resolve(call, BigInt.asUintN(64, value)),
  wasio_host_resolve_text: (call, text, size) => Module['wasio'].resolveText(call, text, size),
  wasio_host_resolve_bytes: (call, bytes, size) => Module['wasio'].resolveBytes(call, bytes, size),
  wasio_host_reject: (call, error, size, cancelled) =>
    Module['wasio'].reject(call, error, size, cancelled),
  wasio_host_disposed: () => Module['wasio'].disposed(),
  wasio_host_tasks: (text, size) => Module['wasio'].tasks(text, size),
});
