//! Sealed tracks: exact on their grid, short, and never a panic.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use fieldwork_geo::Wgs84;
use fieldwork_patrol::sealed::{SealedError, label, open, seal};
use fieldwork_patrol::{Break, Datum, Fix, Provider, Segment, Track};
use proptest::prelude::*;

const EXPIRES_MS: i64 = 1_800_000_000_000;
const NOW_MS: i64 = 1_799_999_999_999;

fn fix() -> impl Strategy<Value = Fix> {
    let place = (-180_000_000..=180_000_000_i32, -90_000_000..=90_000_000_i32);
    let times = (
        prop::option::of(-9_000_000_000_000..9_000_000_000_000_i64),
        prop::option::of(0..400_000_000_000_i64),
    );
    let rest = (prop::option::of(0..=65_535_u16), any::<bool>());
    (place, times, rest).prop_map(|((lon, lat), (at, elapsed), (accuracy, mock))| Fix {
        point: Wgs84 {
            lon: f64::from(lon) / 1e6,
            lat: f64::from(lat) / 1e6,
        },
        at_ms: at.map(|ms| ms / 1_000 * 1_000),
        elapsed_ms: elapsed.map(|ms| ms / 1_000 * 1_000),
        accuracy_m: accuracy.map(f32::from),
        altitude_m: None,
        mock,
    })
}

fn segment() -> impl Strategy<Value = Segment> {
    let begins = prop::sample::select(vec![
        Break::Start,
        Break::Paused,
        Break::NoSignal,
        Break::Restarted,
        Break::Jump,
        Break::File,
    ]);
    let provider = prop::sample::select(vec![Provider::Gps, Provider::Network, Provider::File]);
    let datum = prop::sample::select(vec![Datum::Wgs84, Datum::Gcj02, Datum::Bd09]);
    let fixes = prop::collection::vec(fix(), 0..60);
    (begins, provider, datum, fixes).prop_map(|(begins, provider, datum, fixes)| Segment {
        begins,
        provider,
        datum,
        fixes,
    })
}

fn track() -> impl Strategy<Value = Track> {
    (".{0,12}", prop::collection::vec(segment(), 0..5))
        .prop_map(|(name, segments)| Track { name, segments })
}

/// A walk as a phone gives it.
fn walk(fixes: i64) -> Track {
    let at = |n: i64| Fix {
        at_ms: Some(1_778_027_400_000 + n * 5_000),
        elapsed_ms: Some(70_000 + n * 5_000),
        accuracy_m: Some(5.0),
        ..Fix::at(Wgs84 {
            lon: 115.0 + n as f64 * 6e-5,
            lat: 33.0 + (n % 7) as f64 * 1e-6,
        })
    };
    Track {
        segments: vec![Segment {
            fixes: (0..fixes).map(at).collect(),
            ..Segment::default()
        }],
        ..Track::default()
    }
}

proptest! {
    #[test]
    fn a_track_on_the_grid_reads_back_exactly(track in track()) {
        let sealed = seal(&track, EXPIRES_MS).unwrap();
        prop_assert_eq!(open(&sealed, NOW_MS), Ok(track.clone()));
        let label = label(&sealed).unwrap();
        prop_assert_eq!(label.fixes as usize, track.fixes().count());
        prop_assert_eq!(label.expires_ms, EXPIRES_MS);
    }

    #[test]
    fn a_track_off_the_grid_reads_back_as_the_nearest_on_it(lon in -180.0..180.0, lat in -90.0..90.0, ms in 0..2_000_000_000_000_i64) {
        let fix = Fix { at_ms: Some(ms), accuracy_m: Some(4.4), altitude_m: Some(31.0), ..Fix::at(Wgs84 { lon, lat }) };
        let track = Track { segments: vec![Segment { fixes: vec![fix], ..Segment::default() }], ..Track::default() };
        let back = open(&seal(&track, EXPIRES_MS).unwrap(), NOW_MS).unwrap();
        let back = back.fixes().next().unwrap();
        prop_assert!((back.point.lon - lon).abs() <= 0.500_1e-6 && (back.point.lat - lat).abs() <= 0.500_1e-6);
        prop_assert!((back.at_ms.unwrap() - ms).abs() <= 500);
        prop_assert_eq!((back.accuracy_m, back.altitude_m), (Some(4.0), None));
    }

    #[test]
    fn any_bytes_are_refused_by_name(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(open(&bytes, NOW_MS).is_err());
        let mut begun = b"FWT\x01".to_vec();
        begun.extend(&bytes);
        prop_assert!(open(&begun, NOW_MS).is_err());
    }
}

/// How many mutants: 2,000, or 100,000 where `FIELDWORK_SOAK` is set.
fn mutants() -> u64 {
    if std::env::var_os("FIELDWORK_SOAK").is_some() {
        100_000
    } else {
        2_000
    }
}

#[test]
fn a_damaged_sealed_track_is_an_error_with_a_name_and_never_a_panic() {
    let whole = seal(&walk(200), EXPIRES_MS).unwrap();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut chance = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize
    };
    for n in 0..mutants() {
        let mut bytes = whole.clone();
        for _ in 0..=chance() % 3 {
            let at = chance() % bytes.len();
            match chance() % 4 {
                0 => bytes[at] ^= 1 << (chance() % 8),
                1 => bytes[at] = chance().to_le_bytes()[0],
                2 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, chance().to_le_bytes()[0]),
            }
        }
        if bytes == whole {
            continue;
        }
        assert!(open(&bytes, NOW_MS).is_err(), "mutant {n}");
        // With a checksum that is right: the damage itself has to be borne.
        if bytes.len() > 8 {
            let end = bytes.len() - 4;
            let sum = crc32(&bytes[..end]);
            bytes[end..].copy_from_slice(&sum.to_le_bytes());
            if let Ok(track) = open(&bytes, NOW_MS) {
                assert!(
                    track
                        .fixes()
                        .all(|fix| Wgs84::new(fix.point.lon, fix.point.lat).is_ok())
                );
            }
        }
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg());
        }
    }
    !sum
}

#[test]
fn each_kind_of_damage_has_its_name() {
    let whole = seal(&walk(50), EXPIRES_MS).unwrap();
    let with = |change: fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        open(&bytes, NOW_MS)
    };
    assert_eq!(open(b"", NOW_MS), Err(SealedError::NotSealed));
    assert_eq!(open(b"FWT", NOW_MS), Err(SealedError::Cut));
    assert_eq!(with(|b| b[0] = b'G'), Err(SealedError::NotSealed));
    assert_eq!(with(|b| b[3] = 9), Err(SealedError::Version(9)));
    assert_eq!(with(|b| b[20] ^= 1), Err(SealedError::Checksum));
    assert_eq!(with(|b| b.truncate(30)), Err(SealedError::Checksum));
    assert!(open(&whole, NOW_MS).is_ok());
}

#[test]
fn a_small_file_cannot_ask_for_much_memory() {
    let mut bomb = b"FWT\x01".to_vec();
    // Expiry far away, then 2^40 fixes in one segment and a body of 2^42 bytes.
    bomb.extend([0xff, 0xff, 0xff, 0xff, 0x7f]);
    bomb.extend([0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 1]);
    bomb.extend([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1]);
    let sum = crc32(&bomb);
    bomb.extend(sum.to_le_bytes());
    assert_eq!(open(&bomb, 0), Err(SealedError::TooLong));
}

#[test]
fn a_track_whose_time_is_over_cannot_be_opened() {
    let sealed = seal(&walk(10), EXPIRES_MS).unwrap();
    assert!(open(&sealed, EXPIRES_MS - 1).is_ok());
    assert_eq!(open(&sealed, EXPIRES_MS), Err(SealedError::Expired));
    assert_eq!(label(&sealed).unwrap().expires_ms, EXPIRES_MS);
}
