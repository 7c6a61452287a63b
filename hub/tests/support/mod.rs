//! A county for tests: one village in memory, two stand-in upstreams, the day's golden envelopes.

#![allow(dead_code, reason = "each test program uses its part")]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use fieldwork_forms::capture::BlobRef;
use fieldwork_forms::envelope::{Envelope, Reference, SlotPhoto};
use fieldwork_forms::spec::Spec;
use fieldwork_hub::config::Upstreams;
use fieldwork_hub::delivery::{Claimed, Delivery, Jobs, JobsError, Patience};
use fieldwork_hub::outbox::{Backoff, Finished, NewJob, Outcome, State};
use fieldwork_hub::store::{self, StoreError, outbox, status};
use fieldwork_hub::wire::FormPlan;
use fieldwork_ids::Ulid;
use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::upstream::{CodeLists, Upstream, ffp::Ffp, wg::Wg};
use rusqlite::{Connection, Transaction};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The evening of the day, UTC milliseconds.
pub const NOW_MS: i64 = 1_744_111_800_000;

/// A secret that no text of the hub may show.
pub const SECRET: &str = "s3cret-of-the-county";

/// Waits in the order of tens of milliseconds.
pub fn impatient() -> Patience {
    Patience {
        backoff: Backoff {
            first_ms: 10,
            cap_ms: 40,
        },
        silence_ms: 20,
        missing_ms: 20,
        sleep_ms: 200,
    }
}

/// Waits until something holds; fails the test after a while.
pub fn until(holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "it never came to hold"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A small JPEG that differs by its seed.
pub fn jpeg(seed: u8) -> Vec<u8> {
    let picture = image::RgbImage::from_fn(16, 16, |x, y| image::Rgb([seed, x as u8, y as u8]));
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new(&mut bytes)
        .encode_image(&picture)
        .unwrap();
    bytes
}

/// One village's database, specs and photographs.
pub struct Village {
    db: Mutex<Connection>,
    specs: Mutex<BTreeMap<String, Spec>>,
    photos: Mutex<BTreeMap<BlobRef, Vec<u8>>>,
}

impl Village {
    fn new() -> Self {
        let village = Self {
            db: Mutex::new(Connection::open_in_memory().unwrap()),
            specs: Mutex::default(),
            photos: Mutex::default(),
        };
        village.write(store::migrate);
        let systems = concat!(env!("CARGO_MANIFEST_DIR"), "/../specs/systems");
        for entry in std::fs::read_dir(systems).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let spec: Spec = serde_json::from_str(&text).unwrap();
            village.specs.lock().unwrap().insert(spec.id.clone(), spec);
        }
        village
    }

    pub fn write<T>(&self, f: impl FnOnce(&Transaction) -> Result<T, StoreError>) -> T {
        self.try_write(f).unwrap()
    }

    fn try_write<T>(
        &self,
        f: impl FnOnce(&Transaction) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut db = self.db();
        let tx = db.transaction()?;
        let value = f(&tx)?;
        tx.commit()?;
        Ok(value)
    }

    pub fn read<T>(&self, f: impl FnOnce(&Connection) -> Result<T, StoreError>) -> T {
        f(&self.db()).unwrap()
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap()
    }

    pub fn with_spec(&self, system: &str, change: impl FnOnce(&mut Spec)) {
        change(self.specs.lock().unwrap().get_mut(system).unwrap());
    }

    pub fn put_photo(&self, blob: BlobRef, bytes: Vec<u8>) {
        self.photos.lock().unwrap().insert(blob, bytes);
    }

    pub fn take_photo(&self, blob: BlobRef) -> Vec<u8> {
        self.photos.lock().unwrap().remove(&blob).unwrap()
    }
}

impl Jobs for Village {
    fn claim(
        &self,
        system: &str,
        now_ms: i64,
        lease_ms: i64,
    ) -> Result<Option<Claimed>, JobsError> {
        let job = self.try_write(|tx| outbox::claim(tx, system, now_ms, lease_ms))?;
        Ok(job.map(|job| Claimed {
            village: "990101100201".into(),
            job,
        }))
    }

    fn plan(&self, claimed: &Claimed) -> Result<Option<Arc<FormPlan>>, JobsError> {
        let specs = self.specs.lock().unwrap();
        let spec = specs
            .get(&claimed.job.system)
            .filter(|spec| spec.version == claimed.job.spec_version);
        Ok(spec
            .and_then(|spec| FormPlan::new(spec, &claimed.job.form))
            .map(Arc::new))
    }

    fn photo(&self, _: &Claimed, blob: BlobRef) -> Result<Option<Vec<u8>>, JobsError> {
        Ok(self.photos.lock().unwrap().get(&blob).cloned())
    }

    fn save_progress(
        &self,
        claimed: &Claimed,
        progress: &[u8],
        now_ms: i64,
        lease_ms: i64,
    ) -> Result<bool, JobsError> {
        let job = &claimed.job;
        Ok(self.try_write(|tx| {
            outbox::save_progress(tx, &job.key, job.fence, progress, now_ms, lease_ms)
        })?)
    }

    fn finish(
        &self,
        claimed: &Claimed,
        outcome: &Outcome,
        now_ms: i64,
        retry_at_ms: i64,
    ) -> Result<Finished, JobsError> {
        let job = &claimed.job;
        Ok(self.try_write(|tx| {
            outbox::finish(tx, &job.key, job.fence, outcome, now_ms, retry_at_ms)
        })?)
    }

    fn next_due_ms(&self, system: &str) -> Result<Option<i64>, JobsError> {
        Ok(status::next_due_ms(&self.db(), system)?)
    }
}

/// The village and its upstreams.
pub struct County {
    pub village: Arc<Village>,
    pub wg: Upstream,
    pub ffp: Upstream,
    /// The six others, in the order of their chapters.
    pub others: Vec<Upstream>,
    golden: Vec<Value>,
    start: Instant,
}

impl County {
    pub fn new() -> Self {
        let fixtures = Fixtures::at(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../tests/fixtures/qinghe"
        ));
        let codes = CodeLists::load(&fixtures.codes()).unwrap();
        let golden = std::fs::read_to_string(fixtures.expected("envelopes.json")).unwrap();
        let golden: Vec<Value> = serde_json::from_str(&golden).unwrap();
        let day = fixtures.day().unwrap();
        let mut others = Upstream::all(&day, &codes, |_| SECRET.to_owned()).unwrap();
        others.retain(|upstream| !["wg", "ffp"].contains(&upstream.system()));
        let refs: Vec<_> = golden
            .iter()
            .filter_map(|envelope| envelope["ref"].as_str())
            .map(String::from)
            .collect();
        Self {
            village: Arc::new(Village::new()),
            wg: Upstream::start(Wg::new(SECRET, &codes, refs)).unwrap(),
            ffp: Upstream::start(Ffp::new(SECRET, &codes)).unwrap(),
            others,
            golden,
            start: Instant::now(),
        }
    }

    /// The day's evening, going on.
    pub fn now(&self) -> i64 {
        NOW_MS + self.start.elapsed().as_millis() as i64
    }

    pub fn deliver(&self, patience: Patience) -> Delivery {
        let systems = self.others.iter().chain([&self.wg, &self.ffp]);
        let text: String = systems
            .map(|upstream| {
                let (system, url) = (upstream.system(), upstream.base_url());
                format!("[{system}]\nbase_url = \"{url}\"\nsecret = \"{SECRET}\"\ntimeout_s = 5\n")
            })
            .collect();
        let start = self.start;
        let jobs: Arc<dyn Jobs> = self.village.clone();
        Delivery::start(
            &Upstreams::parse(&text).unwrap(),
            &jobs,
            &(Arc::new(move || NOW_MS + start.elapsed().as_millis() as i64) as _),
            patience,
        )
        .unwrap()
    }

    /// The golden envelope under a readable key, with photographs that the village holds.
    pub fn golden(&self, key: &str) -> Envelope {
        let golden = self
            .golden
            .iter()
            .find(|envelope| envelope["key"] == key)
            .unwrap();
        self.envelope(golden)
    }

    fn envelope(&self, golden: &Value) -> Envelope {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let number: u8 = text(&golden["capture"])[1..].parse().unwrap();
        let day = NOW_MS - 4 * 3_600_000;
        let photos = golden["photos"].as_array().unwrap().iter().map(|photo| {
            let bytes = jpeg(number);
            let hash: [u8; 32] = Sha256::digest(text(&photo["photo"])).into();
            let blob = BlobRef(hash[..16].try_into().unwrap());
            self.village.put_photo(blob, bytes);
            SlotPhoto {
                slot: text(&photo["slot"]),
                photo: text(&photo["photo"]),
                blob,
                file: photo["file"].as_str().map(str::to_owned),
                azimuth_deg: (golden["system"] == "xuntian").then_some(128),
            }
        });
        let tail: Vec<_> = golden["key"].as_str().unwrap().split('/').collect();
        let order = tail.get(2).and_then(|last| last.parse().ok()).unwrap_or(1);
        Envelope {
            capture: Ulid::from_parts(day, [number; 10]),
            system: text(&golden["system"]),
            form: text(&golden["form"]),
            number: order,
            about: golden["about"]
                .as_str()
                .map(|id| format!("person:{id}").parse().unwrap()),
            fields: golden["fields"].as_object().unwrap().clone(),
            auto: golden["auto"].as_object().cloned().unwrap_or_default(),
            photos: photos.collect(),
            reference: golden["ref"].as_str().map(|id| Reference::Known(id.into())),
            opens_case: (golden["form"] == "open").then(|| "issue.type".into()),
            replaces: None,
            spec_version: 1,
        }
    }

    /// Puts an envelope into the outbox; gives its key.
    pub fn enqueue(&self, envelope: &Envelope, case: Option<u8>) -> String {
        let specs = self.village.specs.lock().unwrap();
        let repeat = specs
            .get(&envelope.system)
            .and_then(|spec| spec.wire.repeat())
            .unwrap_or(fieldwork_forms::wire::Repeat::Never);
        let case = case.map(|case| Ulid::from_bytes([case; 16]));
        let job = NewJob::new(envelope, envelope.capture.at_ms(), case, repeat).unwrap();
        assert!(
            self.village
                .write(|tx| outbox::enqueue(tx, &job, self.now())),
            "{}",
            job.key
        );
        job.key
    }

    pub fn enqueue_golden(&self, key: &str) -> String {
        self.enqueue(&self.golden(key), None)
    }

    /// Everything of the day that the two upstreams get: keys and golden values.
    pub fn enqueue_day(&self) -> Vec<(String, Value)> {
        let here = |golden: &&Value| golden["system"] == "wg" || golden["system"] == "ffp";
        let day = self.golden.iter().filter(here);
        day.map(|golden| (self.enqueue(&self.envelope(golden), None), golden.clone()))
            .collect()
    }

    /// Everything of the day that any system gets: keys and golden values.
    pub fn enqueue_everything(&self) -> Vec<(String, Value)> {
        let day = self.golden.iter();
        day.map(|golden| (self.enqueue(&self.envelope(golden), None), golden.clone()))
            .collect()
    }

    pub fn enqueue_system(&self, system: &str) -> Vec<String> {
        let day = self
            .golden
            .iter()
            .filter(|golden| golden["system"] == system);
        day.map(|golden| self.enqueue(&self.envelope(golden), None))
            .collect()
    }

    pub fn row(&self, key: &str) -> status::Summary {
        self.village.read(|db| status::find(db, key)).unwrap()
    }

    pub fn state(&self, key: &str) -> State {
        self.row(key).state
    }
}
