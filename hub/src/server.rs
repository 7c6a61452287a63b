//! The HTTP server: enrol, sync, blobs and health for phones; the page and its addresses for the operator.

mod auth;
mod failure;
mod handler;
mod listen;
mod metrics;
mod operator;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

pub use listen::Limits;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tokio::sync::oneshot;

use crate::config::Upstreams;
use crate::delivery::Patience;
use crate::hub::Hub;
use crate::token::{self, Token};
use crate::work::Work;

/// Longest photograph that is taken in one request, bytes.
pub const MAX_PHOTO: usize = fieldwork::replica::MAX_PHOTO as usize;

/// A hub that is being served. Stops when it is dropped, or by [`Server::stop`].
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    work: Arc<Work>,
    directory: PathBuf,
}

/// What every handler is given.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) hub: Arc<Hub>,
    pub(crate) work: Arc<Work>,
    pub(crate) token: Token,
}

impl Server {
    /// Serves `hub` on `listener` and delivers to `upstreams`.
    ///
    /// # Errors
    /// Where the listener or a thread cannot be used.
    pub fn start(
        hub: Arc<Hub>,
        listener: TcpListener,
        upstreams: &Upstreams,
        patience: Patience,
    ) -> io::Result<Self> {
        Self::start_within(hub, listener, upstreams, patience, Limits::default())
    }

    /// The same with other limits for peers.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_within(
        hub: Arc<Hub>,
        listener: TcpListener,
        upstreams: &Upstreams,
        patience: Patience,
        limits: Limits,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let work = Work::start(Arc::clone(&hub), upstreams, patience)?;
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let directory = hub.directory().to_owned();
        let token = Token::load_or_create(&directory, hub.random())?;
        token::note_served(&directory, &format!("http://{address}"))?;
        let shared = Shared {
            hub,
            work: Arc::clone(&work),
            token,
        };
        let thread = std::thread::Builder::new()
            .name("hub http".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    let listener = match tokio::net::TcpListener::from_std(listener) {
                        Ok(listener) => listener,
                        Err(error) => {
                            tracing::error!(%error, "the listener cannot be used");
                            return;
                        }
                    };
                    listen::serve(listener, routes(shared), limits, stopped).await;
                });
                runtime.shutdown_timeout(std::time::Duration::from_secs(5));
            })?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
            work,
            directory,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The background work, for waiting until it is done.
    pub fn work(&self) -> &Work {
        &self.work
    }

    /// Ends serving and delivery and waits for both.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.work.stop();
        token::forget_served(&self.directory);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn routes(shared: Shared) -> Router {
    let body = |bytes: u64| DefaultBodyLimit::max(usize::try_from(bytes).unwrap_or(usize::MAX));
    Router::new()
        .route("/health", get(handler::health))
        .route("/enrol", post(handler::enrol).layer(body(64 * 1024)))
        .merge(
            Router::new()
                .route(
                    "/sync",
                    post(handler::sync).layer(body(fieldwork::wire::MAX_BODY)),
                )
                .route(
                    "/blobs/{hash}",
                    get(handler::fetch_blob)
                        .put(handler::store_blob)
                        .layer(body(MAX_PHOTO as u64)),
                )
                // Before a body is read.
                .layer(from_fn_with_state(shared.clone(), auth::guard)),
        )
        .merge(operator::routes(&shared))
        .with_state(shared)
}

/// Waits for an interrupt (Ctrl-C) or, on Unix, a request to terminate.
///
/// # Errors
/// Where the system takes no handler.
pub fn until_interrupted() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        #[cfg(unix)]
        {
            let mut terminate =
                tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
            tokio::select! {
                done = tokio::signal::ctrl_c() => done,
                _ = terminate.recv() => Ok(()),
            }
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await
    })
}
