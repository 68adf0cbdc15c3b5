// The WASI sysroot: the C libraries of preview 1 and preview 2, libc++ and the compiler's builtins,
// laid out as in wasi-sdk, so that both are used with the same flags.
import fs from 'node:fs';
import path from 'node:path';
import { hasApt, unpackTesting } from '../apt.mjs';
import { isProgram, versionOf } from '../find.mjs';
import { step } from '../log.mjs';
import { inToolchain } from '../places.mjs';
import { build, isBuilt } from '../unpack.mjs';
import llvm from './llvm.mjs';

const FOLDER = 'wasi-sysroot';
const RECIPE = 'debian testing, wasi-libc with libc++ 22, 1';
const PACKAGES = [
  'wasi-libc',
  'libc++-22-dev-wasm32',
  'libc++abi-22-dev-wasm32',
  'libclang-rt-22-dev-wasm32',
];

/** Our names for the targets, and Debian's folders for them. */
const TARGETS = { 'wasm32-wasip1': 'wasm32-wasi', 'wasm32-wasip2': 'wasm32-wasip2' };

/**
 * @param {string} from
 * @param {string} to
 */
function copy(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  fs.cpSync(from, to, { recursive: true, dereference: true });
}

/**
 * Lays out the sysroot. libc++ is packaged once, for preview 1; what it needs of the C library is
 * the same in preview 2.
 * @param {string} usr the unpacked packages
 * @param {string} folder the sysroot to fill
 */
function arrange(usr, folder) {
  const libcxx = path.join(usr, 'lib/llvm-22');
  for (const [target, debian] of Object.entries(TARGETS)) {
    const include = path.join(folder, 'include', target);
    const lib = path.join(folder, 'lib', target);
    fs.rmSync(path.join(usr, 'include', debian, 'c++'), { recursive: true, force: true });
    copy(path.join(usr, 'include', debian), include);
    copy(path.join(libcxx, 'include/wasm32-wasi/c++'), path.join(include, 'c++'));
    copy(path.join(usr, 'lib', debian), lib);
    for (const name of ['libc++.a', 'libc++abi.a']) {
      copy(path.join(libcxx, 'lib/wasm32-wasi', name), path.join(lib, name));
    }
    copy(
      path.join(libcxx, 'lib/clang/22/lib/wasi/libclang_rt.builtins-wasm32.a'),
      path.join(lib, 'libclang_rt.builtins.a'),
    );
  }
}

/** @returns {import('../part.mjs').Found | undefined} */
function findSdk() {
  const sdk = process.env.WASI_SDK_PATH;
  if (!sdk) return undefined;
  const clang = path.join(sdk, 'bin/clang++');
  const sysroot = path.join(sdk, 'share/wasi-sysroot');
  const complete = Object.keys(TARGETS).every((target) =>
    fs.existsSync(path.join(sysroot, 'lib', target, 'crt1-command.o')),
  );
  const version = complete && isProgram(clang) ? versionOf(clang) : undefined;
  if (!version) return undefined;
  const paths = { wasiSysroot: sysroot, wasiBin: path.join(sdk, 'bin'), wasiBuiltins: '' };
  return { paths, version: `with clang ${version}`, from: 'WASI_SDK_PATH', at: sdk };
}

/** @type {import('../part.mjs').Part} */
export default {
  name: 'wasi',
  title: 'WASI sysroot',
  needs: ['llvm'],
  own: 'wasi-sdk 33 or newer, named by WASI_SDK_PATH',

  find() {
    const sdk = findSdk();
    if (sdk) return sdk;
    const compiler = llvm.find();
    if (!compiler || !isBuilt(FOLDER, RECIPE)) return undefined;
    const paths = {
      wasiSysroot: inToolchain(FOLDER),
      wasiBin: compiler.paths.llvm,
      wasiBuiltins: 'libclang_rt.builtins.a',
    };
    return { paths, version: 'libc++ 22', from: '.toolchain', at: inToolchain(FOLDER) };
  },

  canFetch: hasApt,

  async fetch() {
    await step('WASI sysroot from Debian testing (3 MB)', () =>
      build(FOLDER, RECIPE, async (folder) => {
        const unpacked = path.join(folder, 'unpacked');
        await unpackTesting(PACKAGES, unpacked);
        arrange(path.join(unpacked, 'usr'), folder);
        fs.rmSync(unpacked, { recursive: true });
      }),
    );
  },
};
