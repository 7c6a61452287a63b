//! A step of the journal as bytes: some forty for a fix, four for a begin.

use fieldwork_geo::Wgs84;
use fieldwork_patrol::{Break, Datum, Fix, Provider};

use crate::store::StoreError;

const FIX: u8 = 1;
const BEGIN: u8 = 2;

/// Which of the optional numbers are there, and the mark of a made-up fix.
const WALL: u8 = 1;
const ELAPSED: u8 = 2;
const ACCURACY: u8 = 4;
const ALTITUDE: u8 = 8;
const MOCK: u8 = 16;

/// What the journal holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    /// What a receiver said.
    Fix(Fix),
    /// A segment begins.
    Begin(Break, Provider, Datum),
}

impl Step {
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Begin(begins, provider, datum) => {
                let begins = match begins {
                    Break::Paused => 1,
                    Break::Restarted => 2,
                    Break::NoSignal => 3,
                    _ => 0,
                };
                let provider = match provider {
                    Provider::Gps => 1,
                    Provider::Network => 2,
                    Provider::Fused => 3,
                    Provider::File => 4,
                    _ => 0,
                };
                let datum = match datum {
                    Datum::Cgcs2000 => 1,
                    Datum::Gcj02 => 2,
                    Datum::Bd09 => 3,
                    _ => 0,
                };
                vec![BEGIN, begins, provider, datum]
            }
            Self::Fix(fix) => {
                let mut marks = if fix.mock { MOCK } else { 0 };
                let mut bytes = Vec::with_capacity(40);
                let mut put = |mark: u8, value: Option<&[u8]>| {
                    if let Some(value) = value {
                        marks |= mark;
                        bytes.extend(value);
                    }
                };
                let wall = fix.at_ms.map(i64::to_be_bytes);
                let elapsed = fix.elapsed_ms.map(i64::to_be_bytes);
                let accuracy = fix.accuracy_m.map(f32::to_be_bytes);
                let altitude = fix.altitude_m.map(f32::to_be_bytes);
                put(WALL, wall.as_ref().map(<[u8; 8]>::as_slice));
                put(ELAPSED, elapsed.as_ref().map(<[u8; 8]>::as_slice));
                put(ACCURACY, accuracy.as_ref().map(<[u8; 4]>::as_slice));
                put(ALTITUDE, altitude.as_ref().map(<[u8; 4]>::as_slice));
                let [lon, lat] = fix.point.to_e7().map(i32::to_be_bytes);
                [&[FIX, marks], lon.as_slice(), &lat, &bytes].concat()
            }
        }
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        let mut bytes = Bytes(bytes);
        let step = match bytes.take::<1>()? {
            [FIX] => Self::Fix(bytes.fix()?),
            [BEGIN] => {
                let [begins, provider, datum] = bytes.take()?;
                let begins = match begins {
                    0 => Break::Start,
                    1 => Break::Paused,
                    2 => Break::Restarted,
                    3 => Break::NoSignal,
                    _ => return Err(DAMAGED),
                };
                let provider = match provider {
                    0 => Provider::Unknown,
                    1 => Provider::Gps,
                    2 => Provider::Network,
                    3 => Provider::Fused,
                    4 => Provider::File,
                    _ => return Err(DAMAGED),
                };
                let datum = match datum {
                    0 => Datum::Wgs84,
                    1 => Datum::Cgcs2000,
                    2 => Datum::Gcj02,
                    3 => Datum::Bd09,
                    _ => return Err(DAMAGED),
                };
                Self::Begin(begins, provider, datum)
            }
            _ => return Err(DAMAGED),
        };
        if bytes.0.is_empty() {
            Ok(step)
        } else {
            Err(DAMAGED)
        }
    }
}

const DAMAGED: StoreError = StoreError::Damaged("step of a walk");

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(DAMAGED)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn fix(&mut self) -> Result<Fix, StoreError> {
        let [marks] = self.take()?;
        let place = [
            i32::from_be_bytes(self.take()?),
            i32::from_be_bytes(self.take()?),
        ];
        let mut fix = Fix::at(Wgs84::from_e7(place).map_err(|_| DAMAGED)?);
        if marks & WALL != 0 {
            fix.at_ms = Some(i64::from_be_bytes(self.take()?));
        }
        if marks & ELAPSED != 0 {
            fix.elapsed_ms = Some(i64::from_be_bytes(self.take()?));
        }
        if marks & ACCURACY != 0 {
            fix.accuracy_m = Some(f32::from_be_bytes(self.take()?));
        }
        if marks & ALTITUDE != 0 {
            fix.altitude_m = Some(f32::from_be_bytes(self.take()?));
        }
        fix.mock = marks & MOCK != 0;
        Ok(fix)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_step_comes_back_from_its_bytes(
            place in (-1_800_000_000..=1_800_000_000_i32, -900_000_000..=900_000_000_i32),
            at_ms in any::<Option<i64>>(), elapsed_ms in any::<Option<i64>>(),
            accuracy_m in prop::option::of(0.0..1e6_f32), altitude_m in prop::option::of(-500.0..9e3_f32),
            mock in any::<bool>(),
        ) {
            let point = Wgs84::from_e7([place.0, place.1]).unwrap();
            let fix = Fix { point, at_ms, elapsed_ms, accuracy_m, altitude_m, mock };
            let step = Step::Fix(fix);
            prop_assert_eq!(Step::read(&step.bytes()).unwrap(), step);
        }

        #[test]
        fn any_bytes_are_a_step_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..50)) {
            if let Ok(step) = Step::read(&bytes) {
                // NaN is not equal to itself; its bytes are.
                prop_assert_eq!(Step::read(&step.bytes()).unwrap().bytes(), step.bytes());
            }
        }
    }
}
