//! A worker thread with a budget: what a photograph may cost, and what a decoder that breaks down may
//! break.
//!
//! Decoders are fuzzed and still panic about once a year on some file. So they run on a thread of their
//! own, which is joined before the call returns: a panic ends the thread and is an error to the caller,
//! and no thread is left behind. Time is watched where a decoder comes for more data; the clock is the
//! caller's, so that nothing here reads one.

use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};
use std::thread;

use crate::PhotoError;
use crate::limits::MAX_DECODE_BYTES;

/// Enough for every decoder here; the usual default of a phone's thread is too little for a debug build.
const STACK_BYTES: usize = 4 * 1024 * 1024;

/// What work on one photograph may cost.
#[derive(Clone, Copy)]
pub struct Budget<'a> {
    /// Most memory that decoding may take, in bytes.
    pub memory: u64,
    /// Says that the time allowed is over; asked often.
    pub over: &'a (dyn Fn() -> bool + Sync),
}

impl std::fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Budget")
            .field("memory", &self.memory)
            .finish_non_exhaustive()
    }
}

impl Default for Budget<'_> {
    /// The usual memory, and all the time in the world.
    fn default() -> Self {
        Self {
            memory: MAX_DECODE_BYTES,
            over: &|| false,
        }
    }
}

impl Budget<'_> {
    pub(crate) fn check(&self) -> Result<(), PhotoError> {
        if (self.over)() {
            Err(PhotoError::OutOfTime)
        } else {
            Ok(())
        }
    }
}

/// Does the job on a thread of its own and waits for it.
pub(crate) fn on_worker<T: Send>(
    job: impl FnOnce() -> Result<T, PhotoError> + Send,
) -> Result<T, PhotoError> {
    thread::scope(|scope| {
        thread::Builder::new()
            .name("photo".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, job)
            .map_err(|_| PhotoError::NoWorker)?
            .join()
            .unwrap_or(Err(PhotoError::BrokeDown))
    })
}

/// The bytes of a photograph, which stop when the time is over.
pub(crate) struct Watched<'a> {
    bytes: Cursor<&'a [u8]>,
    budget: Budget<'a>,
}

impl<'a> Watched<'a> {
    pub(crate) fn new(bytes: &'a [u8], budget: Budget<'a>) -> Self {
        Self {
            bytes: Cursor::new(bytes),
            budget,
        }
    }

    fn in_time(&self) -> io::Result<()> {
        if (self.budget.over)() {
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                "the time allowed is over",
            ));
        }
        Ok(())
    }
}

/// Bytes handed out at once. A decoder is stopped at the next piece.
const PIECE: usize = 16 * 1024;

impl Read for Watched<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // Single bytes are read by the million: the clock is asked once per piece.
        if into.len() >= PIECE || self.bytes.position().is_multiple_of(PIECE as u64) {
            self.in_time()?;
        }
        self.bytes.read(into)
    }
}

impl BufRead for Watched<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.in_time()?;
        let rest = self.bytes.fill_buf()?;
        Ok(&rest[..rest.len().min(PIECE)])
    }

    fn consume(&mut self, amount: usize) {
        self.bytes.consume(amount);
    }
}

impl Seek for Watched<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}
