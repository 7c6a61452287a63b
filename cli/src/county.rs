//! A county for a moment: hub and phone in this process and in a folder that goes away again.
//!
//! What a day *would* give can only be told by playing it: captures open cases that later ones follow
//! up, and edits change the register that later ones see. Nothing is delivered; photographs are tiny.

use std::fs;
use std::io::Cursor;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fieldwork::Workspace;
use fieldwork::port::{Ports, SetClock};
use fieldwork_forms::Catalogue;
use fieldwork_forms::capture::Capture;
use fieldwork_forms::facts::Facts;
use fieldwork_forms::fill::Traced;
use fieldwork_forms::spec::Spec;
use fieldwork_forms::value::Value;
use fieldwork_hub::config::Upstreams;
use fieldwork_hub::delivery::Patience;
use fieldwork_hub::hub::{Hub, invite};
use fieldwork_hub::server::Server;
use fieldwork_testkit::day::{Day, Entry};
use image::{ImageFormat, Rgb, RgbImage};
use tempfile::TempDir;

use crate::cadre::register_for;
use crate::error::Failed;
use crate::play;

/// Ten minutes before the first capture, milliseconds.
const BEFORE_MS: i64 = 10 * 60 * 1000;

/// See the module.
pub struct County {
    phone: Workspace,
    clock: Arc<SetClock>,
    camera: PathBuf,
    /// Last, so that the phone is closed before its folder goes.
    _folder: TempDir,
}

impl County {
    /// Makes a hub of the village's register and the specs, and enrols the day's worker.
    ///
    /// # Errors
    /// [`Failed`] names the step.
    pub fn open(register: &Path, specs: &Path, day: &Day) -> Result<Self, Failed> {
        let folder = tempfile::tempdir().map_err(Failed::file(std::env::temp_dir()))?;
        let begin = day.captures.first().map_or(0, |entry| entry.at_ms) - BEFORE_MS;
        let clock = Arc::new(SetClock::new(begin));
        let ports = Ports::with_clock(Arc::clone(&clock) as _);
        let hub_folder = folder.path().join("hub");
        let register = register_for(register, &day.cadre)?;
        let (hub, _) = Hub::init(&hub_folder, register.path(), specs, ports.clone())?;
        hub.close();
        let hub = Arc::new(Hub::open(&hub_folder, ports.clone())?);
        let listener = TcpListener::bind("127.0.0.1:0").map_err(Failed::file("127.0.0.1"))?;
        let server = Server::start(hub, listener, &Upstreams::default(), Patience::default())
            .map_err(Failed::file("127.0.0.1"))?;
        let address = format!("http://{}", server.address());
        let (phone, _) = Workspace::open(&folder.path().join("phone"), ports.clone())?;
        let code = invite(&hub_folder, Some(&day.village), &day.cadre.id, &ports)?;
        phone.enrol(
            &fieldwork_http::HttpTransport::new(&address)?,
            &address,
            &code,
        )?;
        server.stop();
        play::adopt_prior(&phone, day)?;
        let camera = folder.path().join("camera");
        fs::create_dir_all(&camera).map_err(Failed::file(&camera))?;
        Ok(Self {
            phone,
            clock,
            camera,
            _folder: folder,
        })
    }

    /// The phone.
    pub fn phone(&self) -> &Workspace {
        &self.phone
    }

    /// Enters a capture of the day.
    ///
    /// # Errors
    /// [`Failed::Phone`], [`Failed::Script`].
    pub fn enter(&self, day: &Day, entry: &Entry) -> Result<Capture, Failed> {
        for (picture, number) in entry.photos.iter().zip(1_u8..) {
            let path = play::file_of(&self.camera, picture);
            let colour = picture
                .name
                .bytes()
                .fold(number, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
            let image = RgbImage::from_pixel(16, 16, Rgb([colour, number, 128]));
            let mut jpeg = Cursor::new(Vec::new());
            image
                .write_to(&mut jpeg, ImageFormat::Jpeg)
                .map_err(|error| Failed::file(&path)(std::io::Error::other(error)))?;
            fs::write(&path, jpeg.into_inner()).map_err(Failed::file(&path))?;
        }
        self.clock.set(entry.at_ms);
        let draft = play::draft(&self.phone, day, entry, &self.camera)?;
        let saved = self.phone.save(&draft).map_err(play::refused(entry))?;
        Ok(self.phone.replica().capture(saved.id)?)
    }

    /// What is known of a capture.
    ///
    /// # Errors
    /// [`Failed::Phone`].
    pub fn facts(&self, capture: &Capture) -> Result<Facts, Failed> {
        Ok(self.phone.replica().facts_of(capture)?)
    }

    /// What would be known of it if its author had no role that enforces.
    ///
    /// # Errors
    /// [`Failed::Phone`].
    pub fn facts_without_enforcement(&self, capture: &Capture) -> Result<Facts, Failed> {
        let facts = self.facts(capture)?;
        Ok(facts.supposing("worker.enforcement", Value::Bool(false)))
    }
}

/// Every form that a capture gives by these facts, with where its values come from.
pub fn fill_traced<'a>(
    catalogue: &'a Catalogue,
    facts: &'a Facts,
) -> impl Iterator<Item = (&'a Spec, Traced)> {
    fieldwork_forms::fill::fill_all(catalogue, facts, facts.at_ms())
}
