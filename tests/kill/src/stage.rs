//! Hub, phones and upstreams as they stand before the work begins.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use fieldwork::Workspace;
use fieldwork::port::{Ports, SetClock};
use fieldwork_http::HttpTransport;
use fieldwork_hub::config::Upstreams;
use fieldwork_hub::delivery::Patience;
use fieldwork_hub::hub::{Hub, invite};
use fieldwork_hub::server::Server;
use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::scene::{Shot, render};
use tempfile::TempDir;

use crate::Outcome;
use crate::child::Nursery;
use crate::script::{Camera, MORNING_MS};

/// Workers whose phones are enrolled.
pub const WORKERS: [&str; 2] = ["K05", "K02"];

/// A hub with a village and two phones enrolled at it, none of them running: every run works on copies.
pub struct Stage {
    folder: TempDir,
    /// The data of the village.
    pub fixtures: Fixtures,
    /// Starts children.
    pub nursery: Nursery,
    /// Code of the village.
    pub village: String,
    started: Instant,
}

impl Stage {
    /// Prepares all, with the child program at `program`.
    ///
    /// # Errors
    /// What core, hub or system say.
    pub fn new(program: &Path) -> Outcome<Self> {
        let fixtures = Fixtures::default();
        let day = fixtures.day()?;
        let stage = Self {
            folder: TempDir::new()?,
            nursery: Nursery {
                program: program.to_owned(),
            },
            village: day.village.clone(),
            fixtures,
            started: Instant::now(),
        };
        let entry = day
            .captures
            .iter()
            .find(|entry| !entry.photos.is_empty())
            .ok_or("the day has no photograph")?;
        let shot = Shot {
            width: 800,
            height: 600,
            ..Shot::of(&day, entry, &entry.photos[0])
        };
        fs::write(stage.folder.path().join("picture.jpg"), render(&shot))?;

        let hub_folder = stage.folder.path().join("hub");
        let specs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../specs");
        let (hub, _) = Hub::init(
            &hub_folder,
            &stage.fixtures.register(),
            Path::new(specs),
            stage.ports(),
        )?;
        hub.close();
        let running = stage.serve(&hub_folder)?;
        for worker in WORKERS {
            let store = stage.folder.path().join(worker);
            let (phone, _) = Workspace::open(&store, stage.ports())?;
            let code = invite(&hub_folder, None, worker, &stage.ports())?;
            phone.enrol(
                &HttpTransport::new(&running.address)?,
                &running.address,
                &code,
            )?;
            phone.shutdown()?;
        }
        running.stop();
        Ok(stage)
    }

    /// The time of the story, UTC milliseconds: it never goes back, whichever process asks.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        // The evening of the day, so that every capture lies before it.
        let evening = MORNING_MS + 11 * 3_600_000;
        evening + i64::try_from(self.started.elapsed().as_millis()).unwrap_or(0)
    }

    /// Ports with a clock that shows that time.
    #[must_use]
    pub fn ports(&self) -> Ports {
        Ports::with_clock(Arc::new(SetClock::new(self.now_ms())))
    }

    /// A folder of its own for a run, with copies of hub and phones and a camera.
    ///
    /// # Errors
    /// What the system says.
    pub fn copy(&self, name: &str) -> Outcome<Place> {
        let root = self.folder.path().join("runs").join(name);
        for part in ["hub"].into_iter().chain(WORKERS) {
            copy_folder(&self.folder.path().join(part), &root.join(part))?;
        }
        fs::create_dir_all(root.join("camera"))?;
        fs::copy(
            self.folder.path().join("picture.jpg"),
            root.join("camera").join("picture.jpg"),
        )?;
        Ok(Place { root })
    }

    /// Serves a hub in this process, without upstreams.
    ///
    /// # Errors
    /// What hub or system say.
    pub fn serve(&self, folder: &Path) -> Outcome<Running> {
        let hub = Arc::new(Hub::open(folder, self.ports())?);
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let server = Server::start(
            Arc::clone(&hub),
            listener,
            &Upstreams::default(),
            Patience::default(),
        )?;
        Ok(Running {
            address: format!("http://{}", server.address()),
            hub,
            server,
        })
    }
}

/// The folder of one run.
#[derive(Debug)]
pub struct Place {
    root: PathBuf,
}

impl Place {
    /// The hub's folder.
    #[must_use]
    pub fn hub(&self) -> PathBuf {
        self.root.join("hub")
    }

    /// A worker's phone.
    #[must_use]
    pub fn phone(&self, worker: &str) -> PathBuf {
        self.root.join(worker)
    }

    /// The camera's folder.
    #[must_use]
    pub fn camera_folder(&self) -> PathBuf {
        self.root.join("camera")
    }

    /// The camera.
    ///
    /// # Errors
    /// What the system says.
    pub fn camera(&self) -> Outcome<Camera> {
        Camera::open(&self.camera_folder())
    }

    /// Another file of the run.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// A hub that is served in this process.
pub struct Running {
    /// Where.
    pub address: String,
    /// The hub.
    pub hub: Arc<Hub>,
    server: Server,
}

impl Running {
    /// Stops serving and closes the hub.
    pub fn stop(self) {
        self.server.stop();
        self.hub.close();
    }
}

/// A path as the text of an argument.
///
/// # Errors
/// Where it is not UTF-8.
pub fn text(path: &Path) -> Outcome<&str> {
    Ok(path.to_str().ok_or("a path is not UTF-8")?)
}

fn copy_folder(from: &Path, to: &Path) -> Outcome<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
