//! Prints the TypeScript of everything that crosses to a window; `cargo xtask codegen` calls it.
#![allow(clippy::print_stdout, reason = "printing is this program's purpose")]

fn main() {
    print!("{}", tern_app::bindings::typescript());
}
