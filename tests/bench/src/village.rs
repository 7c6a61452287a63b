//! A hub with the village of the test data, and phones enrolled at it.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use fieldwork::Workspace;
use fieldwork::port::{Clock, Ports};
use fieldwork_forms::envelope::Filled;
use fieldwork_http::HttpTransport;
use fieldwork_hub::config::Upstreams;
use fieldwork_hub::delivery::Patience;
use fieldwork_hub::hub::{Hub, invite};
use fieldwork_hub::server::Server;
use fieldwork_ids::Ulid;
use fieldwork_register::{EntityId, EntityKind};
use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::scene::{Shot, render};
use tempfile::TempDir;

use crate::Outcome;
use crate::workload::{Camera, MORNING_MS};

const FEW: [&str; 5] = [
    "concepts.json",
    "kinds.json",
    "systems/wg.json",
    "systems/ffp.json",
    "systems/tz.json",
];

/// The specs of the repository.
pub fn all_specs() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../specs"))
}

/// See the module. All folders go with it.
pub struct Village {
    folder: TempDir,
    /// The data of the village.
    pub fixtures: Fixtures,
    /// A camera.
    pub camera: Camera,
    /// The clock of all phones and hubs.
    pub clock: Arc<StoryClock>,
}

/// A hub that is served on loopback, and the folder it lies in.
pub struct Running {
    folder: PathBuf,
    server: Server,
}

/// A clock that stands at the time of the story: as on a phone, wall time and monotonic time go on
/// together from one capture to the next.
#[derive(Debug)]
pub struct StoryClock(AtomicI64);

impl StoryClock {
    /// Sets it, UTC milliseconds.
    pub fn set(&self, now_ms: i64) {
        self.0.store(now_ms, Ordering::SeqCst);
    }
}

impl Clock for StoryClock {
    fn wall_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn monotonic_ms(&self) -> i64 {
        // A phone that was switched on two hours before.
        self.wall_ms() - MORNING_MS + 7_200_000
    }
}

impl Village {
    /// Makes the folder.
    pub fn new() -> Outcome<Self> {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
        fs::create_dir_all(&target)?;
        let folder = tempfile::Builder::new()
            .prefix("bench-")
            .tempdir_in(target)?;
        let fixtures = Fixtures::default();
        let day = fixtures.day()?;
        let entry = day
            .captures
            .iter()
            .find(|entry| !entry.photos.is_empty())
            .ok_or("the day has no photograph")?;
        let shot = Shot {
            width: 64,
            height: 48,
            ..Shot::of(&day, entry, &entry.photos[0])
        };
        let camera = Camera {
            folder: folder.path().join("camera"),
            picture: render(&shot),
        };
        fs::create_dir_all(&camera.folder)?;
        Ok(Self {
            folder,
            fixtures,
            camera,
            clock: Arc::new(StoryClock(AtomicI64::new(MORNING_MS))),
        })
    }

    /// A catalogue of a few systems, all of which the visits of the workload fill: where a form cannot
    /// be made the hub says so, and that would go along with the captures.
    pub fn few_specs(&self) -> Outcome<PathBuf> {
        let few = self.path("specs");
        fs::create_dir_all(few.join("systems"))?;
        for name in FEW {
            fs::copy(all_specs().join(name), few.join(name))?;
        }
        Ok(few)
    }

    fn ports(&self) -> Ports {
        Ports::with_clock(Arc::clone(&self.clock) as _)
    }

    /// A folder below.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Serves a fresh hub without upstreams and with the specs in `specs`.
    pub fn serve(&self, name: &str, specs: &Path) -> Outcome<Running> {
        let folder = self.path(name);
        let (hub, _) = Hub::init(&folder, &self.fixtures.register(), specs, self.ports())?;
        hub.close();
        let hub = Arc::new(Hub::open(&folder, self.ports())?);
        let server = Server::start(
            hub,
            TcpListener::bind("127.0.0.1:0")?,
            &Upstreams::default(),
            Patience::default(),
        )?;
        Ok(Running { folder, server })
    }

    /// A phone of a worker, enrolled at a hub.
    pub fn phone(&self, running: &Running, name: &str, worker: &str) -> Outcome<Workspace> {
        let (phone, _) = Workspace::open(&self.path(name), self.ports())?;
        let code = invite(&running.folder, None, worker, &self.ports())?;
        phone.enrol(&running.transport()?, &running.address(), &code)?;
        Ok(phone)
    }
}

impl Running {
    fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// A transport to it.
    pub fn transport(&self) -> Outcome<HttpTransport> {
        Ok(HttpTransport::new(&self.address())?)
    }

    /// Waits until nothing is left to fill.
    pub fn settle(&self) -> Outcome<()> {
        self.server
            .work()
            .settle(std::time::Duration::from_secs(60))?;
        Ok(())
    }
}

/// Households of the register.
pub fn households(phone: &Workspace) -> Outcome<Vec<EntityId>> {
    let (_, base) = phone.replica().base()?;
    let all = base.of_kind(EntityKind::Household);
    Ok(all.map(|household| household.id.clone()).collect())
}

/// Whether a capture gives all its forms, so that the hub has nothing to say about it.
pub fn fills(phone: &Workspace, capture: Ulid) -> Outcome<bool> {
    let filled = phone.envelopes(capture)?;
    Ok(filled.iter().all(|one| matches!(one, Filled::Envelope(_))))
}
