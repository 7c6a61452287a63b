//! What delivery logs: key, system and state, and nothing of people, messages or secrets.

mod support;

use std::io;
use std::sync::{Arc, Mutex};

use fieldwork_hub::outbox::State;
use fieldwork_testkit::upstream::Behaviour;
use support::{County, SECRET, impatient, until};
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl io::Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Page {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[test]
fn the_log_of_a_day_with_every_kind_of_trouble_names_nobody_and_no_secret() {
    let page = Page::default();
    // An operator may turn on everything.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(page.clone())
        .init();
    let county = County::new();
    county.wg.script([
        Behaviour::Refuse("电话13800000047不对".into()),
        Behaviour::BusyBody,
        Behaviour::Status(502),
        Behaviour::AcceptThenSilence,
    ]);
    let day = county.enqueue_day();
    let delivery = county.deliver(impatient());
    until(|| {
        day.iter()
            .all(|(key, _)| matches!(county.state(key), State::Completed | State::Discarded))
    });
    delivery.shutdown();
    let log = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    assert!(
        log.contains("attempt recorded") && log.contains("needs a person"),
        "{log}"
    );
    assert!(!log.contains(SECRET));
    let mut values = 0;
    for (_, golden) in &day {
        for (name, value) in golden["fields"].as_object().unwrap() {
            // Short numbers stand everywhere, in the time of a line and in ports.
            let tells = |text: &&str| {
                let letters = text.chars().count();
                letters > 5 || (letters > 2 && !text.chars().all(|one| one.is_ascii_digit()))
            };
            if let Some(text) = value.as_str().filter(tells) {
                values += 1;
                assert!(!log.contains(text), "{name}");
            }
        }
    }
    assert!(values > 100 && !log.contains("13800000047"));
}
