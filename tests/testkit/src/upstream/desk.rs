//! The part that all upstreams share: keys, scripts and the record of what was accepted.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{
    Accepted, Attempt, Behaviour, Held, Keys, Outcome, Refusal, Rules, StoredFile, held, received,
};
use crate::http::{Reply, Request, Response, Server, Service};

/// A running upstream. Stops when dropped.
pub struct Upstream {
    desk: Arc<Desk>,
    server: Server,
}

impl Upstream {
    /// Starts on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// What the system says about the port or the thread.
    pub fn start(rules: impl Rules) -> io::Result<Self> {
        let desk = Arc::new(Desk::new(rules));
        let server = Server::start(desk.clone())?;
        Ok(Self { desk, server })
    }

    /// Stops the server, keeping what it knows: for an upstream that is down for a while.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// Starts again at the same address, with all it knew. Nothing happens where it runs.
    ///
    /// # Errors
    ///
    /// What the system says about the port or the thread.
    pub fn restart(&mut self) -> io::Result<()> {
        let addr = self.server.addr();
        self.server.stop();
        self.server = Server::start_on(addr, self.desk.clone())?;
        Ok(())
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.server.addr()
    }

    /// The base URL to configure, without a closing slash.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.addr())
    }

    /// System id.
    #[must_use]
    pub fn system(&self) -> &'static str {
        self.desk.lock().rules.system()
    }

    /// How it meets the next messages, in order; after them it is willing again.
    pub fn script(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.desk.lock().script.extend(behaviours);
    }

    /// How it meets the first calls of every message (told apart by key or path), in order. Used where
    /// [`Upstream::script`] has run out.
    pub fn script_each(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.desk.lock().script_each = behaviours.into_iter().collect();
    }

    /// How it meets the next file calls, in order. [`Behaviour::AcceptThenSilence`] keeps the file.
    pub fn script_files(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.desk.lock().script_files.extend(behaviours);
    }

    /// What it accepted, in order.
    #[must_use]
    pub fn accepted(&self) -> Vec<Accepted> {
        self.desk.lock().accepted.clone()
    }

    /// How many messages were repeats of accepted ones.
    #[must_use]
    pub fn repeats(&self) -> usize {
        self.desk
            .lock()
            .accepted
            .iter()
            .map(|message| message.repeats)
            .sum()
    }

    /// What it holds in the end: every message and, of tables, every row.
    #[must_use]
    pub fn held(&self) -> Vec<Held> {
        let desk = self.desk.lock();
        held::fold(&desk.accepted, |message| desk.rules.contents(message))
    }

    /// How much it was told more than once, though it did not notice.
    #[must_use]
    pub fn duplicates(&self) -> usize {
        self.held().iter().map(|held| held.written - 1).sum()
    }

    /// Every call that carried a message, in order.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt> {
        self.desk.lock().attempts.clone()
    }

    /// The photographs that came in calls of their own, in order.
    #[must_use]
    pub fn files(&self) -> Vec<StoredFile> {
        self.desk.lock().files.clone()
    }

    /// Writes what was accepted to `dir/SYSTEM/NNN-form.json` (or `.zip`), each with a `.meta.json`
    /// beside it, and files to `dir/SYSTEM/files/NNN.jpg`. Returns how many messages were written.
    ///
    /// # Errors
    ///
    /// What the system says about the folder.
    pub fn write_received(&self, dir: &Path) -> io::Result<usize> {
        let desk = self.desk.lock();
        received::write(&dir.join(desk.rules.system()), &desk.accepted, &desk.files)
    }
}

struct Desk {
    state: Mutex<State>,
}

struct State {
    rules: Box<dyn Rules>,
    script: VecDeque<Behaviour>,
    script_each: Vec<Behaviour>,
    script_files: VecDeque<Behaviour>,
    calls: BTreeMap<String, usize>,
    accepted: Vec<Accepted>,
    /// Key → index of the last message accepted under it, and how it was answered.
    answers: BTreeMap<String, (usize, Response)>,
    attempts: Vec<Attempt>,
    files: Vec<StoredFile>,
}

impl Service for Desk {
    fn call(&self, request: &Request) -> Reply {
        let mut state = self.lock();
        if state.rules.is_message(request) {
            state.message(request)
        } else {
            state.file(request)
        }
    }
}

impl Desk {
    fn new(rules: impl Rules) -> Self {
        Self {
            state: Mutex::new(State {
                rules: Box::new(rules),
                script: VecDeque::new(),
                script_each: Vec::new(),
                script_files: VecDeque::new(),
                calls: BTreeMap::new(),
                accepted: Vec::new(),
                answers: BTreeMap::new(),
                attempts: Vec::new(),
                files: Vec::new(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn message(&mut self, request: &Request) -> Reply {
        let key = request
            .header("idempotency-key")
            .unwrap_or(&request.path)
            .to_owned();
        let call = self.calls.entry(key.clone()).or_default();
        let own = self.script_each.get(*call).cloned();
        *call += 1;
        let behaviour = self
            .script
            .pop_front()
            .or(own)
            .unwrap_or(Behaviour::Willing);
        let (outcome, reply) = match self.unwilling(&behaviour) {
            Some((refused, reply)) => (refused.map_or(Outcome::Unwilling, Outcome::Refused), reply),
            None => match self.judge(request) {
                Ok((_, _)) if behaviour == Behaviour::AcceptThenSilence => {
                    (Outcome::AnswerLost, Reply::Silence(Duration::ZERO))
                }
                Ok((outcome, response)) => (outcome, Reply::Answer(response)),
                Err(refusal) => {
                    let response = self.rules.refused(&refusal);
                    (Outcome::Refused(refusal.reason), Reply::Answer(response))
                }
            },
        };
        self.attempts.push(Attempt { key, outcome });
        reply
    }

    fn file(&mut self, request: &Request) -> Reply {
        let behaviour = self.script_files.pop_front().unwrap_or(Behaviour::Willing);
        if let Some((_, reply)) = self.unwilling(&behaviour) {
            return reply;
        }
        match self.rules.take_file(request) {
            Ok((response, files)) => {
                self.files.extend(files);
                if behaviour == Behaviour::AcceptThenSilence {
                    Reply::Silence(Duration::ZERO)
                } else {
                    Reply::Answer(response)
                }
            }
            Err(refusal) => Reply::Answer(self.rules.refused(&refusal)),
        }
    }

    /// The reply of a behaviour that takes nothing in, with the reason where it is a refusal.
    fn unwilling(&self, behaviour: &Behaviour) -> Option<(Option<String>, Reply)> {
        Some(match behaviour {
            Behaviour::BusyBody => (None, Reply::Answer(self.rules.busy())),
            Behaviour::Silence(time) => (None, Reply::Silence(*time)),
            Behaviour::Status(status) => (None, Reply::Answer(Response::text(*status, ""))),
            Behaviour::Refuse(reason) => {
                let refusal = Refusal::new(422, 40_000, reason.clone());
                (
                    Some(reason.clone()),
                    Reply::Answer(self.rules.refused(&refusal)),
                )
            }
            Behaviour::AcceptThenSilence | Behaviour::Willing => return None,
        })
    }

    fn judge(&mut self, request: &Request) -> Result<(Outcome, Response), Refusal> {
        let message = self.rules.read(request)?;
        if let Some((index, answer)) = self.answers.get(&message.key) {
            let first = &mut self.accepted[*index];
            if first.path == request.path && first.parsed == message.parsed {
                first.repeats += 1;
                return Ok((Outcome::Repeated, answer.clone()));
            }
            if self.rules.keys() == Keys::OneContent {
                return Err(Refusal::new(409, 40_900, "key was used for other content"));
            }
        }
        let (response, reference) = self.rules.settle(&message);
        self.answers
            .insert(message.key.clone(), (self.accepted.len(), response.clone()));
        self.accepted.push(Accepted {
            order: self.accepted.len() + 1,
            key: message.key,
            system: self.rules.system(),
            form: message.form,
            path: request.path.clone(),
            raw: request.body.clone(),
            parsed: message.parsed,
            reference,
            repeats: 0,
            extension: message.extension,
        });
        Ok((Outcome::Accepted, response))
    }
}
