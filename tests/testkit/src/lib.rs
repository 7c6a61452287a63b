//! What the demo and the tests stand on: a village day as data, photographs to take and upstreams to
//! report to.
//!
//! Why: a promise such as "delivered exactly once" is only worth something against a receiver that is
//! as strict as the chapter its owner handed over, and that can be told to be unwilling. And a day can
//! only be replayed anywhere if its photographs are made, not shipped.
//!
//! How: [`fixtures`] knows where the data lies and [`day`] reads the script of the day; [`scene`]
//! draws its photographs, the same bytes every time; [`upstream`] starts real HTTP servers on loopback
//! ports that check every rule of their chapter and keep what they accepted; [`http`] is the small
//! HTTP/1.1 they speak. Everything in here is invented.

#![forbid(unsafe_code)]

pub mod day;
pub mod fixtures;
pub mod http;
pub mod scene;
pub mod upstream;
