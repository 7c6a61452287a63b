//! A child process that can be killed without warning, and the lines it got out before.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child as Process, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::Outcome;

/// The line after which a child is at work.
pub const READY: &str = "ready";

/// See the module. Dropping it kills it.
#[derive(Debug)]
pub struct Child {
    process: Process,
    lines: Receiver<String>,
}

/// Starts children: the program and where its diagnostics go.
#[derive(Debug, Clone)]
pub struct Nursery {
    /// The program `kill-child`.
    pub program: PathBuf,
}

impl Nursery {
    /// Starts a child with these arguments.
    ///
    /// # Errors
    /// What the system says.
    pub fn start(&self, arguments: &[&str]) -> Outcome<Child> {
        Child::start(&self.program, arguments)
    }
}

impl Child {
    fn start(program: &Path, arguments: &[&str]) -> Outcome<Self> {
        let mut process = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // Errors of calls that a killed hub does not answer are expected; the lines tell the rest.
            .stderr(Stdio::null())
            .spawn()?;
        let output = process.stdout.take().ok_or("the child has no output")?;
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            let mut reader = BufReader::new(output);
            loop {
                let mut line = Vec::new();
                match reader.read_until(b'\n', &mut line) {
                    // A line without its end was cut by the kill: nobody has read it as said.
                    Ok(_) if line.last() != Some(&b'\n') => return,
                    Err(_) => return,
                    Ok(_) => {}
                }
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                if sender.send(text).is_err() {
                    return;
                }
            }
        });
        Ok(Self { process, lines })
    }

    /// Waits for the first line; gives it.
    ///
    /// # Errors
    /// Where none came in time or the child ended before.
    pub fn first_line(&self, limit: Duration) -> Outcome<String> {
        Ok(self
            .lines
            .recv_timeout(limit)
            .map_err(|_| "the child said nothing")?)
    }

    /// Lets it work for so long, then kills it (SIGKILL) unless it ended by itself. Gives the lines it
    /// got out, and whether it was killed.
    ///
    /// # Errors
    /// What the system says.
    pub fn kill_after(mut self, moment: Duration) -> Outcome<(Vec<String>, bool)> {
        let end = Instant::now() + moment;
        let mut said = Vec::new();
        loop {
            match self
                .lines
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(line) => said.push(line),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    // It closed its output: it is ending by itself.
                    self.process.wait()?;
                    return Ok((said, false));
                }
            }
            if Instant::now() >= end {
                break;
            }
        }
        let killed = self.process.try_wait()?.is_none();
        self.process.kill()?;
        self.process.wait()?;
        said.extend(self.lines.iter());
        Ok((said, killed))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
