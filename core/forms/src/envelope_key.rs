//! The key of an envelope: what a receiver knows a message by when it comes again.
//!
//! `ULID/system.form[/hash of the person][/n]`. The person stands in it as a hash of the roster's
//! person code (itself no citizen number), so that a key in a header or a log names nobody.

use fieldwork_ids::Ulid;
use fieldwork_register::EntityId;
use sha2::{Digest, Sha256};

use crate::envelope::{Envelope, Stopped};

impl Envelope {
    /// The key that is stored and sent.
    pub fn key(&self) -> String {
        let about = self.about.as_ref();
        envelope_key(self.capture, &self.system, &self.form, about, self.number)
    }
}

impl Stopped {
    /// The key that the envelope will have once it can be made.
    pub fn key(&self, capture: Ulid) -> String {
        envelope_key(
            capture,
            &self.system,
            &self.form,
            self.about.as_ref(),
            self.number,
        )
    }
}

/// The key of an envelope; `number` is written from 2 on.
pub fn envelope_key(
    capture: Ulid,
    system: &str,
    form: &str,
    about: Option<&EntityId>,
    number: u32,
) -> String {
    let mut key = format!("{capture}/{system}.{form}");
    if let Some(about) = about {
        // The capture is hashed too, so that keys of two captures cannot be joined by person.
        let hash = Sha256::new()
            .chain_update(capture.to_bytes())
            .chain_update(about.to_string())
            .finalize();
        key.push('/');
        for byte in hash.iter().take(8) {
            key.push_str(&format!("{byte:02x}"));
        }
    }
    if number > 1 {
        key.push_str(&format!("/{number}"));
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_the_person_by_a_hash_and_counts_from_two() {
        let capture = Ulid::from_parts(1_744_072_800_000, [7; 10]);
        let person: EntityId = "person:99010110020100003103".parse().unwrap();
        let key = |about, number| envelope_key(capture, "ffp", "member", about, number);
        assert_eq!(key(None, 1), format!("{capture}/ffp.member"));
        assert_eq!(key(None, 2), format!("{capture}/ffp.member/2"));
        let about = key(Some(&person), 1);
        assert_eq!(about.len(), format!("{capture}/ffp.member/").len() + 16);
        assert!(!about.contains("31031") && !about.contains(&person.id));
        let other = Ulid::from_parts(1_744_072_800_001, [7; 10]);
        assert_ne!(
            about[26..],
            envelope_key(other, "ffp", "member", Some(&person), 1)[26..]
        );
    }
}
