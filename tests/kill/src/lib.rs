//! `kill -9` at random moments of saving, syncing and delivering.
//!
//! Why: "saved" and "delivered once" are promises about what is there after a process died anywhere,
//! so they are only worth something when processes are really killed, without warning, in the middle
//! of the work.
//!
//! How: the work runs in a child process ([`child`], `src/main.rs`), prints a line for everything it
//! acknowledges, and is killed at a moment drawn from a seed ([`chance`]). The parent opens what the
//! child left ([`inspect`]) and holds it against the lines. [`saving`], [`syncing`] and [`delivering`]
//! are the three kinds of work; [`stage`] prepares hub and phones, [`script`] says what is captured,
//! so that the parent knows what a whole capture looks like. [`witness`] notes what a hub acknowledged.
//!
//! A killed process loses nothing that the system's cache holds, so this says nothing about power cuts.

#![forbid(unsafe_code)]

pub mod chance;
pub mod child;
pub mod delivering;
pub mod inspect;
pub mod saving;
pub mod script;
pub mod stage;
pub mod syncing;
pub mod witness;

/// What a step of the harness gives; an error is a failure of the harness, not a broken promise.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What a run found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Processes killed at work.
    pub kills: usize,
    /// Promises that were broken: what, and after which kill.
    pub broken: Vec<String>,
    /// What happened, by name: for the reader, and to see that the kills hit anything.
    pub counts: Vec<(&'static str, usize)>,
}

impl Verdict {
    /// Adds to a count.
    pub fn count(&mut self, name: &'static str, more: usize) {
        match self.counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += more,
            None => self.counts.push((name, more)),
        }
    }

    /// A count, 0 where nothing was counted.
    #[must_use]
    pub fn counted(&self, name: &str) -> usize {
        self.counts
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(0, |(_, count)| *count)
    }

    /// The counts as a line.
    #[must_use]
    pub fn line(&self) -> String {
        let counts: Vec<String> = self
            .counts
            .iter()
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        format!("{} kills, {}", self.kills, counts.join(", "))
    }
}
