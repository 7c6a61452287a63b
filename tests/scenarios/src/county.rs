//! Hub and upstreams of a county.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use fieldwork::port::{Ports, SetClock};
use fieldwork_hub::config::Upstreams;
use fieldwork_hub::delivery::Patience;
use fieldwork_hub::hub::{Hub, invite};
use fieldwork_hub::outbox::Backoff;
use fieldwork_hub::server::Server;
use fieldwork_hub::village::Village;
use fieldwork_testkit::day::Day;
use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::upstream::{CodeLists, Upstream};
use tempfile::TempDir;

use crate::phone::{Phone, at};

/// The specs of the project.
#[must_use]
pub fn specs() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../specs").into()
}

/// Delivery that a test can wait for.
#[must_use]
pub fn impatient() -> Patience {
    Patience {
        backoff: Backoff {
            first_ms: 20,
            cap_ms: 100,
        },
        silence_ms: 20,
        missing_ms: 50,
        sleep_ms: 200,
    }
}

/// A hub with the village of the fixtures, served, and its upstreams.
pub struct County {
    /// Everything lies below here.
    pub folder: TempDir,
    /// The script of the day.
    pub day: Day,
    /// The hub's clock; it shows 19:45 of the day at first.
    pub clock: Arc<SetClock>,
    /// The grid event system.
    pub wg: Upstream,
    /// The household system.
    pub ffp: Upstream,
    /// The six other systems.
    pub others: Vec<Upstream>,
    systems: Option<&'static [&'static str]>,
    hub: Option<Arc<Hub>>,
    server: Option<Server>,
    config: String,
}

impl County {
    /// A county with the village of the fixtures and all nine systems.
    #[must_use]
    pub fn new() -> Self {
        Self::with(5, None)
    }

    /// The same with three systems: one with messages, one with tables, and the ledger.
    #[must_use]
    pub fn of_three() -> Self {
        Self::of_three_with_timeout(5)
    }

    /// The same, where the hub waits so many seconds for an upstream's answer.
    #[must_use]
    pub fn of_three_with_timeout(seconds: u16) -> Self {
        Self::with(seconds, Some(&["wg", "ffp", "tz"]))
    }

    /// The same, where the hub waits so many seconds for an upstream's answer.
    #[must_use]
    pub fn with_timeout(seconds: u16) -> Self {
        Self::with(seconds, None)
    }

    fn with(seconds: u16, systems: Option<&'static [&'static str]>) -> Self {
        let data = Fixtures::default();
        let day = data.day().unwrap();
        let codes = CodeLists::load(&data.codes()).unwrap();
        let mut upstreams =
            Upstream::all(&day, &codes, |system| format!("secret-of-{system}")).unwrap();
        let mut config = String::new();
        for upstream in &upstreams {
            config.push_str(&format!(
                "[{0}]\nbase_url = \"{1}\"\nsecret = \"secret-of-{0}\"\ntimeout_s = {seconds}\n",
                upstream.system(),
                upstream.base_url()
            ));
        }
        let mut take = |system: &str| {
            let at = upstreams
                .iter()
                .position(|one| one.system() == system)
                .unwrap();
            upstreams.remove(at)
        };
        let (wg, ffp) = (take("wg"), take("ffp"));
        let mut county = Self {
            folder: TempDir::new().unwrap(),
            day,
            clock: Arc::new(SetClock::new(at("19:45"))),
            wg,
            ffp,
            others: upstreams,
            systems,
            hub: None,
            server: None,
            config,
        };
        county.add_village(&data.register());
        county.start();
        county
    }

    /// Adds the village of a register folder to the hub, which must not be running.
    pub fn add_village(&self, register: &Path) {
        assert!(self.server.is_none(), "the hub is running");
        let specs = self.specs();
        let (hub, _) = Hub::init(&self.hub_folder(), register, &specs, self.ports()).unwrap();
        hub.close();
    }

    /// The specs that the hub is given: all, or those of the systems named.
    fn specs(&self) -> PathBuf {
        let Some(systems) = self.systems else {
            return specs();
        };
        let folder = self.folder.path().join("specs");
        fs::create_dir_all(folder.join("systems")).unwrap();
        let systems = systems
            .iter()
            .map(|system| format!("systems/{system}.json"));
        for file in ["concepts.json", "kinds.json"]
            .map(str::to_owned)
            .into_iter()
            .chain(systems)
        {
            fs::copy(specs().join(&file), folder.join(&file)).unwrap();
        }
        folder
    }

    /// Starts the hub.
    pub fn start(&mut self) {
        let hub = Arc::new(Hub::open(&self.hub_folder(), self.ports()).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let upstreams = Upstreams::parse(&self.config).unwrap();
        let server = Server::start(Arc::clone(&hub), listener, &upstreams, impatient()).unwrap();
        self.hub = Some(hub);
        self.server = Some(server);
    }

    /// Stops the hub. Phones learn its new address when it starts again: [`Phone::moved`].
    pub fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
        if let Some(hub) = self.hub.take() {
            hub.close();
        }
    }

    /// The hub's folder.
    #[must_use]
    pub fn hub_folder(&self) -> PathBuf {
        self.folder.path().join("hub")
    }

    /// The hub's clock and chance.
    #[must_use]
    pub fn ports(&self) -> Ports {
        Ports::with_clock(Arc::clone(&self.clock) as _)
    }

    /// The running hub.
    #[must_use]
    pub fn hub(&self) -> &Arc<Hub> {
        self.hub.as_ref().unwrap()
    }

    /// The running server.
    #[must_use]
    pub fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}", self.server().address())
    }

    /// The day's village at the hub.
    #[must_use]
    pub fn village(&self) -> Arc<Village> {
        self.hub().village(&self.day.village).unwrap()
    }

    /// A one-time code for a worker of the day's village.
    #[must_use]
    pub fn code(&self, worker: &str) -> String {
        self.code_in(&self.day.village, worker)
    }

    /// A one-time code for a worker of a village.
    #[must_use]
    pub fn code_in(&self, village: &str, worker: &str) -> String {
        invite(&self.hub_folder(), Some(village), worker, &self.ports()).unwrap()
    }

    /// A phone of a worker of the day's village, enrolled; its clock shows 07:30 of the day.
    #[must_use]
    pub fn phone(&self, name: &str, worker: &str) -> Phone {
        let phone = self.stranger(name);
        phone.enrol(&self.code(worker)).unwrap();
        phone
    }

    /// A phone that is not enrolled.
    #[must_use]
    pub fn stranger(&self, name: &str) -> Phone {
        Phone::open(&self.folder.path().join(name), &self.address())
    }

    /// Waits until all is delivered that can be.
    pub fn settle(&self) {
        assert!(
            self.server()
                .work()
                .settle(Duration::from_secs(60))
                .unwrap(),
            "not delivered in time"
        );
    }

    /// Waits until something is true.
    pub fn until(&self, what: &str, mut is: impl FnMut() -> bool) {
        let end = Instant::now() + Duration::from_secs(30);
        while !is() {
            assert!(Instant::now() < end, "never came: {what}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Default for County {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for County {
    fn drop(&mut self) {
        // Upstreams first: a call that hangs in a silent one ends with its connection.
        self.wg.stop();
        self.ffp.stop();
        self.stop();
    }
}
