//! Strict stand-ins for the systems of a county, as real HTTP servers on loopback ports.
//!
//! Why: "accepted" must mean what the owner's chapter says, so every rule of the chapter is checked;
//! and a sender is only proven against receivers that are busy, silent, or take a message and lose the
//! answer. How: [`Upstream`] is the part that all systems share (idempotency keys, scripted
//! unwillingness, the record of what was accepted); each system is one file with its own [`Rules`].
//!
//! ```no_run
//! use fieldwork_testkit::fixtures::Fixtures;
//! use fieldwork_testkit::upstream::{Behaviour, CodeLists, Upstream, wg::Wg};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let codes = CodeLists::load(&Fixtures::default().codes())?;
//! // One of them; `Upstream::all` starts all eight.
//! let mut wg = Upstream::start(Wg::new("secret", &codes, ["WG9901012504070033"]))?;
//! wg.script([Behaviour::BusyBody]);
//! println!("report to {}", wg.base_url());
//! assert!(wg.accepted().is_empty());
//! wg.stop();
//! # Ok(())
//! # }
//! ```

mod archive;
mod call;
mod code;
mod county;
mod desk;
pub mod ffp;
mod field;
mod form;
pub mod fw;
mod held;
pub mod lt;
mod parts;
mod photo;
mod received;
mod shape;
mod table;
pub mod wg;
pub mod xuntian;
pub mod yun;
pub mod zf;
pub mod zh;

pub use code::{CodeError, CodeLists};
pub use desk::Upstream;
pub use held::Held;

use std::time::Duration;

use serde_json::Value;

use crate::http::{Request, Response};

/// How an upstream meets a message, where it does not simply judge it by its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Behaviour {
    /// Says that it is busy, in the way its chapter gives for that.
    BusyBody,
    /// Takes nothing and says nothing for so long, then closes the connection.
    Silence(Duration),
    /// Takes the message, then closes the connection without an answer.
    AcceptThenSilence,
    /// Takes nothing and answers with this status.
    Status(u16),
    /// Refuses for good, with this reason.
    Refuse(String),
    /// Judges by its rules: a step of a script in which nothing is amiss.
    Willing,
}

/// A message that was accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// 1 for the first message this upstream accepted.
    pub order: usize,
    /// The sender's key; for tables, which carry none, the path.
    pub key: String,
    /// System id, such as `wg`.
    pub system: &'static str,
    /// Form id, such as `open`.
    pub form: String,
    /// The path it came to.
    pub path: String,
    /// The body as received.
    pub raw: Vec<u8>,
    /// What the body says: the JSON itself, `{"data": …, "photos": {slot: sha256}}` for a message in
    /// parts, `{"rows": [{heading: cell}]}` for a table, with `"photos": {name: sha256}` where it
    /// carries them.
    pub parsed: Value,
    /// The upstream's id of what was reported, where it gives one.
    pub reference: Option<String>,
    /// How often the same message came again and was answered as the first time.
    pub repeats: usize,
    /// How the raw body is best named: `json`, `multipart`, `zip`, `csv`, `xlsx`.
    pub extension: &'static str,
}

/// A photograph that was taken in by a call of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// What the upstream calls it: a URL or a file id.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// One call that carried a message, accepted or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The sender's key, or the path where there is none.
    pub key: String,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Accepted, for the first time.
    Accepted,
    /// The same message again: answered as the first time.
    Repeated,
    /// Accepted or repeated, but the answer was withheld.
    AnswerLost,
    /// Told to come back later, or not answered.
    Unwilling,
    /// Refused, with the reason.
    Refused(String),
}

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status, where the chapter lets it speak.
    pub status: u16,
    /// Code in the body, where the chapter has one.
    pub code: u32,
    /// What is wrong; never with the value itself.
    pub reason: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(status: u16, code: u32, reason: impl Into<String>) -> Self {
        Self {
            status,
            code,
            reason: reason.into(),
        }
    }
}

/// A message that keeps all rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The sender's key, or the path where the chapter has no keys.
    pub key: String,
    /// Form id.
    pub form: String,
    /// The upstream's id that the message is about, where it is about one.
    pub refers_to: Option<String>,
    /// What it says; two messages with equal content are the same.
    pub parsed: Value,
    /// How the raw body is best named.
    pub extension: &'static str,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Other content under a known key is refused.
    OneContent,
    /// Other content under a known key (here a path) adds to what is there.
    Adding,
}

/// The rules of one system: the part of its chapter that is its own.
pub trait Rules: Send + 'static {
    /// System id.
    fn system(&self) -> &'static str;
    /// What its keys are for.
    fn keys(&self) -> Keys;
    /// Whether the request carries a message, as against a file or an address that does not exist.
    fn is_message(&self, request: &Request) -> bool;
    /// Judges a message.
    ///
    /// # Errors
    ///
    /// The first rule it breaks.
    fn read(&self, request: &Request) -> Result<Message, Refusal>;
    /// Takes in a message that kept all rules and answers it; gives its id where there is one.
    fn settle(&mut self, message: &Message) -> (Response, Option<String>);
    /// Takes in a call that carries files.
    ///
    /// # Errors
    ///
    /// The first rule it breaks; also where there is no such address.
    fn take_file(&mut self, request: &Request) -> Result<(Response, Vec<StoredFile>), Refusal>;
    /// What an accepted message says, each thing under what makes it one; the message itself, where it
    /// is no table.
    fn contents(&self, message: &Accepted) -> Vec<(String, Value)> {
        let content = &message.parsed;
        vec![(format!("{} {content}", message.path), content.clone())]
    }
    /// How it says that it is busy.
    fn busy(&self) -> Response;
    /// How it refuses.
    fn refused(&self, refusal: &Refusal) -> Response;
}
