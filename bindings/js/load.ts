import type { Entries } from '../../web/js/abi.ts';
import { isArrayBuffer, isMemory, isModule, isUrl } from '../../web/js/brands.ts';
import type { Environment } from '../../web/js/environment.ts';
import { importsOf, makeHost, type Capability } from '../../web/js/host.ts';
import { inWords } from '../../web/js/failures.ts';
import { Instance } from '../../web/js/instance.ts';
import { Cursor, getText } from '../../web/js/wire.ts';
import { makeApp, type App } from './app.ts';
import { Calls } from './calls.ts';
import { LoadError } from './errors.ts';
import { checkStamp, compile, type Stamp } from './inspect_wasm.ts';
import { Signature } from './signature.ts';
import { describeValue, makeTypes, type TypeParts } from './types.ts';

/** What `load` takes: where the wasm file is, its bytes, or the compiled module. */
export type LoadSource = string | URL | BufferSource | WebAssembly.Module;

/** The factory that Emscripten makes. */
export type Factory = (options: {
  wasio: object;
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): object;
}) => Promise<Record<string, unknown>>;

/** What differs between a page and Node. */
export interface LoadEnvironment {
  environment(): Environment;
  /** The URL that a string means here; throws when it is none. */
  resolve(source: string): URL;
  /** Rejects with a LoadError. `context` says how it was found, if that matters. */
  read(url: URL): Promise<{ bytes: BufferSource; context: string }>;
}

export interface Program {
  factory: Factory;
  stamp: Stamp;
  /** Those whose imports the program uses, and the types that cross. */
  capabilities: readonly Capability[];
  types: TypeParts;
  /** Where the program's own wasm file is. */
  wasm(): URL;
}

/** The `load` of one program. The same source gives the same promise, until that has failed or its
 * app was disposed. */
export function makeLoad(program: Program, host: LoadEnvironment) {
  const byUrl = new Map<string, Promise<App>>();
  const byObject = new WeakMap<object, Promise<App>>();

  return function load(source?: LoadSource): Promise<App> {
    if (isModule(source)) {
      return once(byObject, source, (forget) =>
        start(source, 'this module', program, host, forget),
      );
    }
    if (isArrayBuffer(source) || ArrayBuffer.isView(source)) {
      return once(byObject, source, async (forget) => {
        const module = await compile(source, 'these bytes');
        return start(module, 'these bytes', program, host, forget);
      });
    }
    if (source !== undefined && typeof source !== 'string' && !isUrl(source)) {
      const expected = 'a URL, bytes, or a WebAssembly.Module';
      return Promise.reject(
        new TypeError(`load() takes ${expected}, got ${describeValue(source)}`),
      );
    }
    let url: URL;
    try {
      url = source === undefined ? program.wasm() : host.resolve(String(source));
    } catch (thrown) {
      return Promise.reject(
        new LoadError('not_found', String(source), 'this is not a URL', thrown),
      );
    }
    return once(byUrl, url.href, async (forget) => {
      const { bytes, context } = await host.read(url);
      return start(await compile(bytes, url.href, context), url.href, program, host, forget);
    });
  };
}

type Start = (forget: () => void) => Promise<App>;

interface Keep<K> {
  get(key: K): Promise<App> | undefined;
  set(key: K, loading: Promise<App>): unknown;
  delete(key: K): unknown;
}

/** What `keep` has for the key; started, and kept until that fails, if there is nothing yet. */
function once<K>(keep: Keep<K>, key: K, start: Start): Promise<App> {
  const known = keep.get(key);
  if (known) return known;
  const forget = () => {
    if (keep.get(key) === loading) keep.delete(key);
  };
  const loading = start(forget);
  keep.set(key, loading);
  loading.catch(forget);
  return loading;
}

async function start(
  module: WebAssembly.Module,
  source: string,
  program: Program,
  host: LoadEnvironment,
  onDispose: () => void,
): Promise<App> {
  const contents = checkStamp(module, program.stamp, source);
  try {
    const environment = host.environment();
    const instance = new Instance();
    const web = makeHost(instance, environment);
    const calls = new Calls(web);
    const imports = importsOf(web, [...program.capabilities, () => calls.imports]);
    const wasm = await instantiate(module, program.factory, instance, imports);
    instance.attach(wasm);
    const make = makeTypes(program.types, contents, web.held);
    const signatures = contents.exports.map((each) => new Signature(each, make));
    const describeTasks = () => {
      const text = instance.enter(() => wasm.wasio_describe_tasks?.());
      return text ? getText(new Cursor(instance.memory, text)) : '';
    };
    const exitCode = () => instance.exitCode;
    return makeApp(calls, signatures, { describeTasks, exitCode }, onDispose);
  } catch (thrown) {
    const why = `it failed while it was started: ${inWords(thrown)}`;
    throw new LoadError('start_failed', source, why, thrown);
  }
}

/** The entries of a fresh instance. */
function instantiate(
  module: WebAssembly.Module,
  factory: Factory,
  { memory }: Instance,
  wasio: object,
): Promise<Entries> {
  return new Promise((resolve, reject) => {
    const started = factory({
      wasio,
      instantiateWasm(imports, done) {
        WebAssembly.instantiate(module, imports).then((instance) => {
          // Imports may be called while the module is started.
          memory.attach(memoryOf(instance));
          done(instance, module);
        }, reject);
        return {};
      },
    });
    started.then((glue) => resolve(entriesOf(glue)), reject);
  });
}

/** By what it is: its name may have been shortened. */
function memoryOf(instance: WebAssembly.Instance): WebAssembly.Memory {
  return Object.values(instance.exports).find(isMemory)!;
}

/** Emscripten puts an underscore before the names of C. */
function entriesOf(glue: Record<string, unknown>): Entries {
  const entries = Object.entries(glue).filter(([name]) => name.startsWith('_wasio_'));
  return Object.fromEntries(
    entries.map(([name, entry]) => [name.slice(1), entry]),
  ) as unknown as Entries;
}
