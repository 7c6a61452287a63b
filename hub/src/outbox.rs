//! The outbox: one row per envelope, from its making to the upstream's clear answer.
//!
//! Exactly once does not exist between two machines. What exists is at least once with a key that
//! the upstream honours, so a row remembers the exact bytes of its envelope (an envelope is filled
//! once and never again under the same key), who is working on it (`fence`) and until when
//! (`lease`). A worker that wakes up after its lease was given to another changes nothing. Where an
//! upstream can neither be asked again safely nor has given a clear answer, the row becomes
//! [`State::Uncertain`]: shown to a person, never repeated by itself, never reaped.
//!
//! The types are here, the SQL in [`crate::store::outbox`]. Time is an argument everywhere.

use std::fmt;

use fieldwork_forms::envelope::{Envelope, Reference};
use fieldwork_forms::wire;
use fieldwork_ids::Ulid;

/// Where a delivery stands. The words are those of the River job queue, plus `uncertain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Ready to be sent.
    Available,
    /// A worker holds it.
    Running,
    /// It was sent, the upstream could not take it, it will be sent again.
    Retryable,
    /// It closes a case whose id the upstream has not told yet.
    Scheduled,
    /// The upstream has it.
    Completed,
    /// The upstream refused it for good, or a person gave it up.
    Discarded,
    /// Nobody knows whether the upstream has it, and sending it again might double it.
    Uncertain,
}

impl State {
    /// Every state, in the order of a delivery's life.
    pub const ALL: [Self; 7] = [
        Self::Available,
        Self::Running,
        Self::Retryable,
        Self::Scheduled,
        Self::Completed,
        Self::Discarded,
        Self::Uncertain,
    ];

    /// The word that is stored and shown to operators.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Running => "running",
            Self::Retryable => "retryable",
            Self::Scheduled => "scheduled",
            Self::Completed => "completed",
            Self::Discarded => "discarded",
            Self::Uncertain => "uncertain",
        }
    }

    /// The state of a word; `None` for an unknown one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an envelope refers to at its upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// Nothing: it stands alone, or it opens a case.
    None,
    /// The upstream's id of the case that it closes.
    Known(String),
    /// The id comes with the receipt of the envelope that opened the case.
    Waits,
}

impl From<Option<&Reference>> for Link {
    fn from(reference: Option<&Reference>) -> Self {
        match reference {
            None => Self::None,
            Some(Reference::Known(id)) => Self::Known(id.clone()),
            Some(Reference::Waits) => Self::Waits,
        }
    }
}

/// Whether the same message may be sent a second time when the first got no clear answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Yes: the upstream honours our key, or writes the same row again.
    Safe,
    /// No: it would be recorded twice.
    Never,
}

impl From<wire::Repeat> for Repeat {
    fn from(repeat: wire::Repeat) -> Self {
        match repeat {
            wire::Repeat::Key | wire::Repeat::Upsert => Self::Safe,
            wire::Repeat::Never => Self::Never,
        }
    }
}

/// An envelope on its way into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// `ULID/system.form[/hash][/n]`; no personal number stands in it.
    pub key: String,
    /// The capture it was made from.
    pub capture: Ulid,
    /// Time of that capture, UTC milliseconds; its day stands in some addresses.
    pub at_ms: i64,
    /// Upstream system id.
    pub system: String,
    /// Form id within the system.
    pub form: String,
    /// The case it opens or closes.
    pub case_id: Option<Ulid>,
    /// Whether the upstream's answer gives the id that later envelopes of the case refer to.
    pub opens_case: bool,
    /// What it refers to.
    pub link: Link,
    /// The envelope's exact bytes (JSON).
    pub envelope: Vec<u8>,
    /// Version of the spec that filled it.
    pub spec_version: u32,
    /// Whether it may be repeated.
    pub repeat: Repeat,
}

impl NewJob {
    /// The delivery of an envelope under its key; `at_ms` is the time of its capture, `case_id` the
    /// case that it opens or closes, `repeat` what its spec says of sending again.
    ///
    /// # Errors
    /// What serde says where the envelope cannot be written as JSON.
    pub fn new(
        envelope: &Envelope,
        at_ms: i64,
        case_id: Option<Ulid>,
        repeat: wire::Repeat,
    ) -> Result<Self, serde_json::Error> {
        Ok(Self {
            key: envelope.key(),
            capture: envelope.capture,
            at_ms,
            system: envelope.system.clone(),
            form: envelope.form.clone(),
            case_id,
            opens_case: envelope.opens_case.is_some(),
            link: Link::from(envelope.reference.as_ref()),
            envelope: serde_json::to_vec(envelope)?,
            spec_version: envelope.spec_version,
            repeat: repeat.into(),
        })
    }
}

/// A delivery that a worker has claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its key, also the idempotency key towards the upstream.
    pub key: String,
    /// The capture it was made from.
    pub capture: Ulid,
    /// Time of that capture, UTC milliseconds; its day stands in some addresses.
    pub at_ms: i64,
    /// Upstream system id.
    pub system: String,
    /// Form id within the system.
    pub form: String,
    /// Whether the upstream's answer gives an id that others wait for.
    pub opens_case: bool,
    /// The upstream's id of the case, in an envelope that closes.
    pub reference: Option<String>,
    /// The envelope's exact bytes (JSON).
    pub envelope: Vec<u8>,
    /// Version of the spec that filled it.
    pub spec_version: u32,
    /// Whether it may be repeated.
    pub repeat: Repeat,
    /// How often it has been claimed for sending, this time included.
    pub attempt: u32,
    /// The number that entitles this worker, and no earlier one, to record an outcome.
    pub fence: i64,
    /// What an earlier attempt got done, as that attempt stored it.
    pub progress: Option<Vec<u8>>,
}

/// What an attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The upstream has it.
    Accepted {
        /// The upstream's own id of it, where it gives one.
        upstream_ref: Option<String>,
    },
    /// The upstream said clearly that it did not take it now; send it again later.
    Busy {
        /// Why, in its words or ours.
        reason: String,
    },
    /// No clear answer: it may or may not have it.
    Unclear {
        /// What was seen.
        reason: String,
    },
    /// The upstream will never take this message.
    Refused {
        /// Why, in its words or ours.
        reason: String,
    },
    /// Nothing was sent: something of ours is still missing. Does not count as an attempt.
    NotReady {
        /// What is missing.
        reason: String,
    },
}

/// Whether an outcome was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    /// It stands, and the delivery is now in this state.
    Recorded(State),
    /// The worker's claim is out of date: nothing was changed.
    Stale,
}

/// How long to wait before sending again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// After the first attempt, milliseconds.
    pub first_ms: i64,
    /// At most, milliseconds.
    pub cap_ms: i64,
}

impl Default for Backoff {
    /// One second, doubling, at most an hour.
    fn default() -> Self {
        Self {
            first_ms: 1_000,
            cap_ms: 3_600_000,
        }
    }
}

impl Backoff {
    /// The wait after `attempt` (1 for the first), milliseconds: doubled each time, shortened by up
    /// to a quarter by `jitter_permille` (0 to 1,000) so that a thousand deliveries that failed
    /// together do not come back together. There is no last attempt.
    pub fn delay_ms(self, attempt: u32, jitter_permille: u16) -> i64 {
        let doublings = attempt.saturating_sub(1).min(40);
        let whole = self
            .first_ms
            .saturating_mul(1_i64 << doublings)
            .clamp(0, self.cap_ms.max(0));
        let off = i128::from(whole) * i128::from(jitter_permille.min(1_000)) / 4_000;
        whole - off as i64
    }
}

/// A jitter that depends on the delivery and the attempt only, 0 to 1,000: the hub needs no chance
/// here, and a day replayed takes the same course.
pub fn jitter_permille(key: &str, attempt: u32) -> u16 {
    // FNV-1a, 64 bits: spread is all that is asked of it.
    let hash = key
        .bytes()
        .chain(attempt.to_le_bytes())
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    // The low bits of FNV mix poorly for short suffixes; fold the high ones in.
    ((hash ^ (hash >> 32)) % 1_001) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        let backoff = Backoff::default();
        assert_eq!(backoff.delay_ms(1, 0), 1_000);
        assert_eq!(backoff.delay_ms(2, 0), 2_000);
        assert_eq!(backoff.delay_ms(12, 0), 2_048_000);
        assert_eq!(backoff.delay_ms(13, 0), 3_600_000);
        assert_eq!(backoff.delay_ms(u32::MAX, 0), 3_600_000);
    }

    #[test]
    fn every_state_reads_back_from_its_word() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
        assert_eq!(State::parse("cancelled"), None);
    }

    #[test]
    fn jitter_spreads_the_deliveries_that_failed_together() {
        let mut seen: Vec<u16> = (0..100)
            .map(|n| jitter_permille(&format!("K/{n}"), 1))
            .collect();
        seen.sort_unstable();
        seen.dedup();
        assert!(
            seen.len() > 80,
            "only {} different jitters of 100",
            seen.len()
        );
    }

    proptest! {
        #[test]
        fn a_wait_is_never_above_the_cap_nor_below_three_quarters(
            attempt in 1_u32..200, jitter in 0_u16..2_000,
        ) {
            let backoff = Backoff::default();
            let whole = backoff.delay_ms(attempt, 0);
            let wait = backoff.delay_ms(attempt, jitter);
            prop_assert!(wait <= backoff.cap_ms && wait <= whole && wait * 4 >= whole * 3);
        }
    }
}
