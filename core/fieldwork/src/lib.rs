//! fieldwork
#![forbid(unsafe_code)]
