//! ids
#![forbid(unsafe_code)]
