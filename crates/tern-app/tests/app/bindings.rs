//! The window's types are generated from ours.

#[test]
fn bindings_are_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/ipc/bindings.ts");
    let written = std::fs::read_to_string(path).unwrap();
    assert!(
        written == tern_app::bindings::typescript(),
        "run `cargo xtask codegen`"
    );
}
