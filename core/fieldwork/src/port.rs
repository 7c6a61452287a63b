//! Ports: the only doors to the clock, to chance and to the network.
//!
//! Everything else under `core/` gets time, randomness and answers of the hub through these traits, so
//! that a day can be replayed and a fault injected. The system's own clock and chance stand here and
//! nowhere else (a test scans for others).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use thiserror::Error;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Wall time, UTC milliseconds. May be wrong and may jump.
    fn wall_ms(&self) -> i64;
    /// Milliseconds of a clock that never goes back while the process lives.
    fn monotonic_ms(&self) -> i64;
}

/// Gives random bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes`; they must be fit for keys.
    ///
    /// # Errors
    /// [`RandomError`] where the system has none to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The system gave no random bytes.
#[derive(Debug, Error)]
#[error("the system gave no random bytes")]
pub struct RandomError;

/// The system's clock.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn wall_ms(&self) -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| {
                i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
            })
    }

    fn monotonic_ms(&self) -> i64 {
        i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX)
    }
}

/// A clock that was set to another time and runs on from there: for replaying a day, and for tests of
/// phones whose clock is wrong.
#[derive(Debug)]
pub struct SetClock {
    system: SystemClock,
    set_ms: AtomicI64,
}

impl SetClock {
    /// A clock that shows `now_ms` (UTC milliseconds) now.
    pub fn new(now_ms: i64) -> Self {
        Self {
            system: SystemClock::default(),
            set_ms: AtomicI64::new(now_ms),
        }
    }

    /// Sets it to `now_ms`.
    pub fn set(&self, now_ms: i64) {
        self.set_ms.store(
            now_ms.saturating_sub(self.system.monotonic_ms()),
            Ordering::SeqCst,
        );
    }
}

impl Clock for SetClock {
    fn wall_ms(&self) -> i64 {
        self.set_ms
            .load(Ordering::SeqCst)
            .saturating_add(self.system.monotonic_ms())
    }

    fn monotonic_ms(&self) -> i64 {
        self.system.monotonic_ms()
    }
}

/// The system's source of chance.
#[derive(Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(bytes).map_err(|_| RandomError)
    }
}

/// Tells how much room a medium has.
pub trait Room: Send + Sync {
    /// Bytes that may still be written below `directory`; `None` where the system does not say.
    fn free_bytes(&self, directory: &Path) -> Option<u64>;
}

/// What the system says of its media.
#[derive(Debug, Default)]
pub struct SystemRoom;

impl Room for SystemRoom {
    #[cfg(unix)]
    fn free_bytes(&self, directory: &Path) -> Option<u64> {
        let medium = rustix::fs::statvfs(directory).ok()?;
        medium.f_bavail.checked_mul(medium.f_frsize)
    }

    #[cfg(not(unix))]
    fn free_bytes(&self, _: &Path) -> Option<u64> {
        None
    }
}

/// Clock, chance and room together, as everything is given them.
#[derive(Clone)]
pub struct Ports {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of chance.
    pub random: Arc<dyn Random>,
    /// How much room there is.
    pub room: Arc<dyn Room>,
}

impl Ports {
    /// The system's own.
    pub fn system() -> Self {
        Self {
            clock: Arc::new(SystemClock::default()),
            random: Arc::new(SystemRandom),
            room: Arc::new(SystemRoom),
        }
    }

    /// The system's chance with another clock.
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            random: Arc::new(SystemRandom),
            room: Arc::new(SystemRoom),
        }
    }
}

/// The body of a request.
#[derive(Debug, Clone)]
pub enum RequestBody {
    /// No body.
    Empty,
    /// Bytes in memory.
    Bytes(Vec<u8>),
    /// A file, sent whole.
    File(PathBuf),
}

impl RequestBody {
    /// The file, where it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            _ => None,
        }
    }
}

/// A request to the hub.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`, `POST`, `PUT` or `HEAD`.
    pub method: &'static str,
    /// Path below the hub's address, such as `/sync`.
    pub path: String,
    /// Header names (lower case) and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: RequestBody,
    /// The longest body of an answer that is read; a longer one is an error.
    pub max_answer: u64,
}

/// An answer of the hub.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Carries requests to the hub. Blocking; implemented by `fieldwork-http` and by the host app.
pub trait Transport: Send + Sync {
    /// Sends one request and waits for its answer.
    ///
    /// # Errors
    /// [`TransportError`] where no answer came: no signal, time-out, refused, answer too long.
    fn send(&self, request: &Request) -> Result<Answer, TransportError>;
}

/// No answer came from the hub.
#[derive(Debug, Error)]
#[error("no answer from the hub: {reason}")]
pub struct TransportError {
    /// What went wrong, without addresses or secrets.
    pub reason: String,
}
