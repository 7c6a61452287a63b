//! The binding generator, pinned with the crate it reads.
fn main() {
    uniffi::uniffi_bindgen_main();
}
