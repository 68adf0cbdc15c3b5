import type { Environment } from '../../web/js/environment.ts';
import { makeApp, type App } from './app.ts';
import { AppHost, type Entries } from './app_host.ts';
import { LoadError } from './errors.ts';
import { checkStamp, compile, type Stamp } from './inspect_wasm.ts';
import { describeValue } from './values.ts';

/** What `load` takes: where the wasm file is, its bytes, or the compiled module. */
export type LoadSource = string | URL | BufferSource | WebAssembly.Module;

/** The factory that Emscripten makes. */
export type Factory = (options: {
  wasio: AppHost;
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
  /** Where the program's own wasm file is. */
  wasm(): URL;
}

/** The `load` of one program. The same source gives the same promise, until that has failed or its
 * app was disposed. */
export function makeLoad(program: Program, host: LoadEnvironment) {
  const byUrl = new Map<string, Promise<App>>();
  const byObject = new WeakMap<object, Promise<App>>();

  return function load(source?: LoadSource): Promise<App> {
    if (source instanceof WebAssembly.Module) {
      return once(byObject, source, (forget) =>
        start(source, 'this module', program, host, forget),
      );
    }
    if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
      return once(byObject, source, async (forget) => {
        const module = await compile(source, 'these bytes');
        return start(module, 'these bytes', program, host, forget);
      });
    }
    if (source !== undefined && typeof source !== 'string' && !(source instanceof URL)) {
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
  checkStamp(module, program.stamp, source);
  const app = new AppHost(host.environment());
  try {
    const entries = await instantiate(module, program.factory, app);
    return makeApp(app, app.attachEntries(entries), onDispose);
  } catch (thrown) {
    const why = (thrown as Error | undefined)?.message ?? thrown;
    throw new LoadError('start_failed', source, `it failed while it was started: ${why}`, thrown);
  }
}

/** The entries of a fresh instance. */
function instantiate(module: WebAssembly.Module, factory: Factory, app: AppHost): Promise<Entries> {
  return new Promise((resolve, reject) => {
    const started = factory({
      wasio: app,
      instantiateWasm(imports, done) {
        WebAssembly.instantiate(module, imports).then((instance) => {
          app.attachMemory(memoryOf(instance));
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
  return Object.values(instance.exports).find((each) => each instanceof WebAssembly.Memory)!;
}

/** Emscripten puts an underscore before the names of C. */
function entriesOf(glue: Record<string, unknown>): Entries {
  const names = [
    'wasio_turn',
    'wasio_answer',
    'wasio_list_exports',
    'wasio_allocate',
    'wasio_call',
    'wasio_cancel',
    'wasio_dispose',
    'wasio_describe_tasks',
  ];
  return Object.fromEntries(names.map((name) => [name, glue[`_${name}`]])) as unknown as Entries;
}
