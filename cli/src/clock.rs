//! `--now`: the system's clock, or one set to another time.

use std::sync::Arc;

use fieldwork::port::{Ports, SetClock};
use fieldwork_ids::time::parse_rfc3339;

use crate::error::Failed;

/// Ports whose clock shows `now`, where it is given.
pub fn ports(now: Option<&str>) -> Result<Ports, Failed> {
    match now {
        None => Ok(Ports::system()),
        Some(text) => {
            let at_ms = parse_rfc3339(text).map_err(|_| Failed::Time(text.to_owned()))?;
            Ok(Ports::with_clock(Arc::new(SetClock::new(at_ms))))
        }
    }
}
