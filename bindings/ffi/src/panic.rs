//! What a host sees of a panic. Compiled into this crate's tests only: nothing here is exported.

use uniffi::{RustBuffer, RustCallStatus, RustCallStatusCode};

use crate::FieldworkError;

#[uniffi::export]
fn always_panics() -> Result<(), FieldworkError> {
    panic!("as a test demands")
}

#[test]
fn a_panic_reaches_the_host_as_an_error_and_the_process_lives() {
    let mut status = RustCallStatus::default();
    // The very function that Kotlin and Swift call.
    uniffi_fieldwork_ffi_fn_func_always_panics(&mut status);
    assert_eq!(status.code, RustCallStatusCode::UnexpectedError);
    let text = RustBuffer::destroy_into_vec(std::mem::ManuallyDrop::into_inner(status.error_buf));
    assert!(String::from_utf8_lossy(&text).contains("as a test demands"));
}

#[test]
fn every_profile_unwinds() {
    let manifest = include_str!("../../../Cargo.toml");
    let profiles: Vec<&str> = manifest
        .split("\n[")
        .filter_map(|table| table.strip_prefix("profile."))
        // A table such as [profile.dev.package."*"] cannot name the strategy.
        .filter(|table| {
            table
                .split(']')
                .next()
                .is_some_and(|name| !name.contains('.'))
        })
        .collect();
    assert!(profiles.len() >= 2, "dev and release at least");
    for table in profiles {
        assert!(
            table.contains("panic = \"unwind\""),
            "a profile does not say that it unwinds: {table}"
        );
    }
}
