//! Every command of the project: run, test, ci, tidy, codegen, web, bench, package.
fn main() {}
