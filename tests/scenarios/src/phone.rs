//! A worker's phone.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fieldwork::key::DeviceKey;
use fieldwork::port::{Ports, SetClock, SystemRandom};
use fieldwork::replica::{Draft, DraftAnswer, DraftPhoto, Saved};
use fieldwork::{Error, SyncReport, Workspace};
use fieldwork_cli::play;
use fieldwork_forms::capture::{Place, Subject};
use fieldwork_forms::envelope::{Envelope, Filled};
use fieldwork_geo::Wgs84;
use fieldwork_http::HttpTransport;
use fieldwork_ids::Ulid;
use fieldwork_ids::time::parse_rfc3339;
use fieldwork_testkit::day::Day;
use fieldwork_testkit::scene::{Object, Setting, Shot, Stage, View, render, seed};

/// A time of the day, such as `09:10`, UTC milliseconds.
#[must_use]
pub fn at(time: &str) -> i64 {
    parse_rfc3339(&format!("2025-04-08T{time}:00+08:00")).unwrap()
}

/// An answer about the subject itself.
#[must_use]
pub fn said(concept: &str, value: &str) -> DraftAnswer {
    DraftAnswer {
        concept: concept.to_owned(),
        about: None,
        value: value.to_owned(),
    }
}

/// A yes or no about the subject itself.
#[must_use]
pub fn choice(concept: &str, value: bool) -> DraftAnswer {
    said(concept, if value { "true" } else { "false" })
}

/// A JPEG of a few kilobytes that differs from that of any other name.
#[must_use]
pub fn small_photo(name: &str) -> Vec<u8> {
    render(&Shot {
        seed: seed(name),
        place_seed: seed(name),
        setting: Setting::Roadside,
        stage: Stage::Scene,
        view: View::Far,
        object: Object::Usual,
        at_ms: at("12:00"),
        lon: 115.41,
        lat: 33.28,
        azimuth_deg: 0,
        width: 96,
        height: 64,
        orientation: 1,
    })
}

/// A phone: a workspace in a folder, with its own clock.
pub struct Phone {
    /// The workspace.
    pub workspace: Workspace,
    /// Its clock.
    pub clock: Arc<SetClock>,
    /// Its folder.
    pub folder: PathBuf,
    /// Where the camera app leaves its files.
    pub camera: PathBuf,
    /// Its network.
    pub transport: HttpTransport,
    address: String,
}

impl Phone {
    /// Opens the phone in `folder`; the hub is at `address`.
    #[must_use]
    pub fn open(folder: &Path, address: &str) -> Self {
        let clock = Arc::new(SetClock::new(at("07:30")));
        let ports = Ports::with_clock(Arc::clone(&clock) as _);
        let (workspace, opened) = Workspace::open(folder, ports).unwrap();
        assert_eq!(opened.moved_aside, None);
        let camera = folder.join("camera");
        fs::create_dir_all(&camera).unwrap();
        Self {
            workspace,
            clock,
            folder: folder.to_owned(),
            camera,
            transport: HttpTransport::new(address).unwrap(),
            address: address.to_owned(),
        }
    }

    /// The hub has another address now.
    pub fn moved(&mut self, address: &str) {
        self.transport = HttpTransport::new(address).unwrap();
        address.clone_into(&mut self.address);
    }

    /// Enrols it.
    ///
    /// # Errors
    /// Those of [`Workspace::enrol`].
    pub fn enrol(&self, code: &str) -> Result<fieldwork::Enrolment, Error> {
        self.workspace.enrol(&self.transport, &self.address, code)
    }

    /// Syncs; everything must be taken on both sides.
    pub fn sync(&self) -> SyncReport {
        let report = self.try_sync().unwrap();
        assert_eq!(report.refused_by_hub, []);
        assert_eq!(report.refusals, []);
        assert_eq!(report.quarantined, 0);
        report
    }

    /// Syncs.
    ///
    /// # Errors
    /// Those of [`Workspace::sync`].
    pub fn try_sync(&self) -> Result<SyncReport, Error> {
        self.workspace.sync(&self.transport, &())
    }

    /// Its key, as a thief of the phone would have it.
    #[must_use]
    pub fn key(&self) -> DeviceKey {
        DeviceKey::load_or_create(&self.folder.join("device.key"), &SystemRandom).unwrap()
    }

    /// Takes a small photograph.
    #[must_use]
    pub fn photograph(&self, name: &str, stage: &str) -> DraftPhoto {
        let path = self.camera.join(format!("{name}.jpg"));
        if !path.exists() {
            fs::write(&path, small_photo(name)).unwrap();
        }
        DraftPhoto {
            path,
            name: name.to_owned(),
            stage: stage.to_owned(),
            view: None,
            at_ms: at("12:00"),
            place: None,
            azimuth_deg: None,
        }
    }

    /// Enters the cases that were open in the morning and these entries of the day, each at its own
    /// time, with small photographs.
    pub fn play(&self, day: &Day, labels: &[&str]) -> Vec<Saved> {
        play::adopt_prior(&self.workspace, day).unwrap();
        labels
            .iter()
            .map(|label| {
                let draft = self.draft_of(day, label);
                self.clock.set(draft.at_ms.unwrap());
                self.workspace.save(&draft).unwrap()
            })
            .collect()
    }

    /// An entry of the day as a draft.
    #[must_use]
    pub fn draft_of(&self, day: &Day, label: &str) -> Draft {
        let entry = day.entry(label).unwrap();
        for picture in &entry.photos {
            let _ = self.photograph(&picture.name, &picture.stage);
        }
        play::draft(&self.workspace, day, entry, &self.camera).unwrap()
    }

    /// A draft without photographs.
    #[must_use]
    pub fn draft(
        &self,
        label: &str,
        kind: &str,
        subject: Option<Subject>,
        answers: Vec<DraftAnswer>,
    ) -> Draft {
        Draft {
            id: None,
            label: Some(label.to_owned()),
            kind: kind.to_owned(),
            at_ms: None,
            place: Place {
                point: Wgs84 {
                    lon: 115.4127191,
                    lat: 33.2805914,
                },
                accuracy_m: Some(5.0),
                source: "gps".to_owned(),
            },
            subject,
            answers,
            photos: Vec::new(),
            links: Vec::new(),
            track: None,
            supersedes: None,
        }
    }

    /// Id of the capture with a label.
    #[must_use]
    pub fn id(&self, label: &str) -> Ulid {
        self.workspace.capture_named(label).unwrap()
    }

    /// Whole forms that a capture becomes here.
    #[must_use]
    pub fn envelopes(&self, capture: Ulid) -> Vec<Envelope> {
        self.workspace
            .envelopes(capture)
            .unwrap()
            .into_iter()
            .map(|filled| match filled {
                Filled::Envelope(envelope) => envelope,
                Filled::Stopped(form) => panic!("stopped: {form:?}"),
            })
            .collect()
    }

    /// Shuts the app down and gives its folder.
    #[must_use]
    pub fn close(self) -> PathBuf {
        self.workspace.shutdown().unwrap();
        self.folder
    }
}
