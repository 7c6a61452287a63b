//! Reasons, providers and datums as bytes; their numbers never change.

use super::SealedError;
use crate::{Break, Datum, Provider};

pub(super) fn begins_code(begins: Break) -> u8 {
    match begins {
        Break::Start => 0,
        Break::Paused => 1,
        Break::NoSignal => 2,
        Break::Restarted => 3,
        Break::Jump => 4,
        Break::File => 5,
    }
}

pub(super) fn begins_of(code: u8) -> Result<Break, SealedError> {
    Ok(match code {
        0 => Break::Start,
        1 => Break::Paused,
        2 => Break::NoSignal,
        3 => Break::Restarted,
        4 => Break::Jump,
        5 => Break::File,
        _ => return Err(SealedError::Column("begin")),
    })
}

pub(super) fn provider_code(provider: Provider) -> u8 {
    match provider {
        Provider::Unknown => 0,
        Provider::Gps => 1,
        Provider::Network => 2,
        Provider::Fused => 3,
        Provider::File => 4,
    }
}

pub(super) fn provider_of(code: u8) -> Result<Provider, SealedError> {
    Ok(match code {
        0 => Provider::Unknown,
        1 => Provider::Gps,
        2 => Provider::Network,
        3 => Provider::Fused,
        4 => Provider::File,
        _ => return Err(SealedError::Column("provider")),
    })
}

pub(super) fn datum_code(datum: Datum) -> u8 {
    match datum {
        Datum::Wgs84 => 0,
        Datum::Cgcs2000 => 1,
        Datum::Gcj02 => 2,
        Datum::Bd09 => 3,
    }
}

pub(super) fn datum_of(code: u8) -> Result<Datum, SealedError> {
    Ok(match code {
        0 => Datum::Wgs84,
        1 => Datum::Cgcs2000,
        2 => Datum::Gcj02,
        3 => Datum::Bd09,
        _ => return Err(SealedError::Column("datum")),
    })
}
