// Exit codes other than 0 and 1: linked only into programs whose main returns one.
#include <wasio/main.h>

#include <cstdint>

// The type of the import, which the C library's does not contain, in the section where the linker
// of components looks for it. It is this world, as `wasm-tools component embed` encodes it:
//
//   package wasi:cli@0.2.0;
//   interface exit {
//     exit: func(status: result);
//     exit-with-code: func(status-code: u8);
//   }
//   world wasio-exit { import exit; }
asm(".section \".custom_section.component-type:wasio-exit\",\"\",@\n"
    ".ascii \"\\000asm\\015\\000\\001\\000\\000\\031\\026wit-component-encoding\\004\\000\\007~\"\n"
    ".ascii \"\\001A\\002\\001A\\002\\001B\\005\\001j\\000\\000\\001@\\001\\006status\\000\\001\"\n"
    ".ascii "
    "\"\\000\\004\\000\\004exit\\001\\001\\001@\\001\\013status-code}\\001\\000\\004\\000\"\n"
    ".ascii "
    "\"\\016exit-with-code\\001\\002\\003\\000\\023wasi:cli/exit@0.2.0\\005\\000\\004\\000\"\n"
    ".ascii \"\\031wasi:cli/wasio-exit@0.2.0\\004\\000\\013\\020\\001\\000\\012wasio-exit\\003\"\n"
    ".ascii \"\\000\\000\"\n"
    ".text\n");

extern "C" {
[[clang::import_module("wasi:cli/exit@0.2.0"), clang::import_name("exit-with-code")]] void
wasio_exit_with_code(std::int32_t code);

// What the C library runs when `main` has returned.
void __wasm_call_dtors();

void wasio_end_with_code(int code) {
  __wasm_call_dtors();
  wasio_exit_with_code(code);
}
}

WASIO_BEGIN

void detail::link_main_with_code() {
  link_main();
}

WASIO_END
