//! photo
#![forbid(unsafe_code)]
