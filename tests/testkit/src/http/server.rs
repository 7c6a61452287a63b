//! A server: one thread that accepts, one per connection, all joined at the end.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{Reply, Request, Response, wire};

/// What answers requests. Called from many threads.
pub trait Service: Send + Sync + 'static {
    /// Takes one request.
    fn call(&self, request: &Request) -> Reply;
}

/// A running server on a loopback port. Stops when dropped.
pub struct Server {
    addr: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    service: Arc<dyn Service>,
    state: Mutex<State>,
    stopping: Condvar,
}

#[derive(Default)]
struct State {
    stopped: bool,
    opened: u64,
    connections: BTreeMap<u64, (TcpStream, JoinHandle<()>)>,
}

impl Server {
    /// Starts on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// What the system says about the port or the thread.
    pub fn start(service: Arc<dyn Service>) -> io::Result<Self> {
        Self::start_on(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), service)
    }

    /// Starts on a given address, such as that of a server that was stopped before.
    ///
    /// # Errors
    ///
    /// What the system says about the port or the thread.
    pub fn start_on(addr: SocketAddr, service: Arc<dyn Service>) -> io::Result<Self> {
        let listener = TcpListener::bind(addr)?;
        let addr = listener.local_addr()?;
        let shared = Arc::new(Shared {
            service,
            state: Mutex::default(),
            stopping: Condvar::new(),
        });
        let acceptor = std::thread::Builder::new()
            .name(format!("accept {}", addr.port()))
            .spawn({
                let shared = Arc::clone(&shared);
                move || shared.accept(&listener)
            })?;
        Ok(Self {
            addr,
            shared,
            acceptor: Some(acceptor),
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Stops: closes every connection and joins every thread. A second call does nothing.
    pub fn stop(&mut self) {
        let Some(acceptor) = self.acceptor.take() else {
            return;
        };
        self.shared.lock().stopped = true;
        self.shared.stopping.notify_all();
        // The acceptor waits for a connection: it gets one.
        drop(TcpStream::connect(self.addr));
        drop(acceptor.join());
        let connections = std::mem::take(&mut self.shared.lock().connections);
        for (stream, _) in connections.values() {
            drop(stream.shutdown(Shutdown::Both));
        }
        for (_, thread) in connections.into_values() {
            drop(thread.join());
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            let mut state = self.lock();
            if state.stopped {
                return;
            }
            state
                .connections
                .retain(|_, (_, thread)| !thread.is_finished());
            let Ok((stream, handle)) = stream.and_then(|stream| Ok((stream.try_clone()?, stream)))
            else {
                continue;
            };
            let number = state.opened;
            state.opened += 1;
            let shared = Arc::clone(self);
            let thread = std::thread::Builder::new()
                .name(format!("connection {number}"))
                .spawn(move || drop(shared.serve(&stream)));
            if let Ok(thread) = thread {
                state.connections.insert(number, (handle, thread));
            }
        }
    }

    /// Serves one connection until either side closes it.
    fn serve(&self, stream: &TcpStream) -> io::Result<()> {
        let outcome = self.talk(stream);
        drop(stream.shutdown(Shutdown::Both));
        outcome
    }

    fn talk(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut reader = BufReader::new(stream);
        let mut writer = stream;
        loop {
            let go_on = || (&*stream).write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
            let request = match wire::read_request(&mut reader, go_on) {
                Ok(Some(request)) => request,
                Ok(None) => return Ok(()),
                Err(error) => {
                    return wire::write_response(
                        &mut writer,
                        &Response::text(400, error.to_string()),
                    );
                }
            };
            match self.service.call(&request) {
                Reply::Answer(response) => wire::write_response(&mut writer, &response)?,
                Reply::Silence(time) => {
                    self.pause(time);
                    return Ok(());
                }
            }
            if request
                .header("connection")
                .is_some_and(|value| value.eq_ignore_ascii_case("close"))
            {
                return Ok(());
            }
        }
    }

    /// Waits, but no longer than the server lives.
    fn pause(&self, time: Duration) {
        let state = self.lock();
        drop(
            self.stopping
                .wait_timeout_while(state, time, |state| !state.stopped),
        );
    }
}
