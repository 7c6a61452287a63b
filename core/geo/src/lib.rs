//! geo
#![forbid(unsafe_code)]
