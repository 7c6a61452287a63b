//! Promises of delivery, against stand-in upstreams that keep every rule of their chapter.

mod support;

use std::time::{Duration, Instant};

use fieldwork_forms::envelope::Reference;
use fieldwork_forms::wire::{Repeat, Wire};
use fieldwork_hub::delivery::{Jobs, Patience};
use fieldwork_hub::outbox::State;
use fieldwork_hub::store::{outbox, status};
use fieldwork_testkit::upstream::{Behaviour, Outcome};
use support::{County, NOW_MS, impatient, jpeg, until};

#[test]
fn busy_then_silent_then_willing_is_three_attempts_and_one_record() {
    let county = County::new();
    county.wg.script([
        Behaviour::BusyBody,
        Behaviour::Silence(Duration::from_millis(50)),
        Behaviour::Willing,
    ]);
    let key = county.enqueue_golden("C02/wg.open");
    let delivery = county.deliver(impatient());
    until(|| county.state(&key) == State::Completed);
    delivery.shutdown();
    let attempts: Vec<_> = county
        .wg
        .attempts()
        .into_iter()
        .map(|attempt| attempt.outcome)
        .collect();
    assert_eq!(
        attempts,
        [Outcome::Unwilling, Outcome::Unwilling, Outcome::Accepted]
    );
    assert_eq!(county.wg.accepted().len(), 1);
    assert_eq!(county.wg.files().len(), 1, "the photograph went once");
    let row = county.row(&key);
    assert_eq!((row.attempt, row.reason), (3, None));
    assert_eq!(row.upstream_ref, county.wg.accepted()[0].reference);
}

#[test]
fn every_form_of_the_day_arrives_once_and_as_filled_though_every_first_answer_is_lost() {
    let county = County::new();
    county.wg.script_each([Behaviour::AcceptThenSilence]);
    county.ffp.script_each([Behaviour::AcceptThenSilence]);
    let keys = county.enqueue_day();
    assert_eq!(keys.len(), 16, "eight each, as the golden file has them");
    let delivery = county.deliver(impatient());
    until(|| {
        keys.iter()
            .all(|(key, _)| county.state(key) == State::Completed)
    });
    delivery.shutdown();

    let accepted = county.wg.accepted();
    for (key, golden) in keys.iter().filter(|(_, golden)| golden["system"] == "wg") {
        let arrived: Vec<_> = accepted
            .iter()
            .filter(|message| message.key == *key)
            .collect();
        assert_eq!(arrived.len(), 1, "{key}");
        assert_eq!(
            arrived[0].repeats, 1,
            "{key}: sent again under the same key"
        );
        for part in ["fields", "auto"] {
            for (name, value) in golden[part].as_object().unwrap() {
                assert_eq!(&arrived[0].parsed[name], value, "{key} {name}");
            }
        }
    }
    assert_eq!(
        accepted.len(),
        keys.iter()
            .filter(|(_, golden)| golden["system"] == "wg")
            .count()
    );

    let tables = keys
        .iter()
        .filter(|(_, golden)| golden["system"] == "ffp")
        .count();
    let rows: usize = county
        .ffp
        .accepted()
        .iter()
        .map(|table| table.parsed["rows"].as_array().unwrap().len())
        .sum();
    assert_eq!(
        (rows, county.ffp.accepted().len()),
        (tables, tables),
        "a repeated row replaces itself"
    );
}

#[test]
fn a_close_goes_out_under_the_id_that_the_opening_got() {
    let county = County::new();
    let open = county.golden("C02/wg.open");
    let mut close = county.golden("C02/wg.open");
    close.form = "close".into();
    close.fields = [("czjg".to_owned(), "已整改".into())].into_iter().collect();
    close.auto.clear();
    close.photos.clear();
    close.opens_case = None;
    close.reference = Some(Reference::Waits);
    // The close comes into the outbox first.
    county.enqueue(&close, Some(1));
    let open_key = county.enqueue(&open, Some(1));
    county.wg.script([Behaviour::BusyBody]);
    let delivery = county.deliver(impatient());
    until(|| county.state(&close.key()) == State::Completed);
    delivery.shutdown();
    let id = county.row(&open_key).upstream_ref.unwrap();
    let paths: Vec<_> = county
        .wg
        .accepted()
        .into_iter()
        .map(|message| message.path)
        .collect();
    assert_eq!(
        paths,
        [
            "/api/event/report".to_owned(),
            format!("/api/event/{id}/finish")
        ]
    );
}

#[test]
fn a_silent_upstream_holds_up_no_other() {
    let county = County::new();
    county
        .wg
        .script([Behaviour::Silence(Duration::from_secs(4))]);
    let stuck = county.enqueue_golden("C02/wg.open");
    let delivery = county.deliver(impatient());
    until(|| county.state(&stuck) == State::Running);
    let keys = county.enqueue_system("ffp");
    delivery.wake();
    until(|| keys.iter().all(|key| county.state(key) == State::Completed));
    assert_eq!(county.wg.accepted(), []);
}

#[test]
fn a_final_refusal_is_kept_with_its_reason_and_stops_nothing_else() {
    let county = County::new();
    county
        .wg
        .script([Behaviour::Refuse("大类代码不存在".into())]);
    let refused = county.enqueue_golden("C02/wg.open");
    let other = county.enqueue_golden("C03/wg.open");
    let delivery = county.deliver(impatient());
    until(|| county.state(&other) == State::Completed);
    let row = county.row(&refused);
    assert_eq!((row.state, row.attempt), (State::Discarded, 1));
    assert_eq!(row.reason.as_deref(), Some("大类代码不存在"));
    // A person has looked and sends it again.
    county
        .village
        .write(|tx| outbox::retry(tx, &refused, NOW_MS));
    delivery.wake();
    until(|| county.state(&refused) == State::Completed);
}

#[test]
fn what_must_not_be_repeated_and_got_no_answer_is_left_to_a_person() {
    let county = County::new();
    county.village.with_spec("wg", |spec| {
        if let Wire::Json(wire) = &mut spec.wire {
            wire.repeat = Repeat::Never;
        }
    });
    county.wg.script([Behaviour::AcceptThenSilence]);
    let key = county.enqueue_golden("C02/wg.open");
    let other = county.enqueue_golden("C03/wg.open");
    let delivery = county.deliver(impatient());
    until(|| county.state(&other) == State::Completed);
    delivery.shutdown();
    assert_eq!(county.state(&key), State::Uncertain);
    assert_eq!((county.wg.accepted().len(), county.wg.repeats()), (2, 0));
}

#[test]
fn an_upstream_that_cannot_be_reached_is_asked_until_it_is_there() {
    let mut county = County::new();
    county.wg.stop();
    let key = county.enqueue_golden("C02/wg.open");
    let delivery = county.deliver(impatient());
    until(|| county.row(&key).attempt >= 3);
    // Between attempts or in the middle of one, never at an end.
    let state = county.row(&key).state;
    assert!(
        matches!(state, State::Retryable | State::Running),
        "{state}"
    );
    county.wg.restart().unwrap();
    until(|| county.state(&key) == State::Completed);
    delivery.shutdown();
    assert_eq!(county.wg.accepted().len(), 1);
}

#[test]
fn a_system_without_configuration_keeps_its_deliveries_available_and_counted() {
    let county = County::new();
    let mut envelope = county.golden("C02/wg.open");
    envelope.system = "elsewhere".into();
    let unknown = county.enqueue(&envelope, None);
    let known = county.enqueue_golden("C03/wg.open");
    let delivery = county.deliver(impatient());
    until(|| county.state(&known) == State::Completed);
    assert_eq!(county.state(&unknown), State::Available);
    assert!(
        !delivery
            .systems()
            .iter()
            .any(|system| *system == "elsewhere")
    );
    let counts = county.village.read(status::counts);
    assert!(
        counts
            .iter()
            .any(|row| row.system == "elsewhere" && row.state == State::Available)
    );
}

#[test]
fn a_photograph_too_large_for_its_slot_arrives_smaller() {
    let county = County::new();
    let envelope = county.golden("C02/wg.open");
    let mut large = jpeg(1);
    large.resize(1_000_001, 0);
    county.village.put_photo(envelope.photos[0].blob, large);
    let key = county.enqueue(&envelope, None);
    let delivery = county.deliver(impatient());
    until(|| county.state(&key) == State::Completed);
    delivery.shutdown();
    assert!(county.wg.files()[0].bytes.len() < 1_000_000);
}

#[test]
fn what_is_too_large_for_its_slot_and_cannot_be_made_smaller_is_named_and_nothing_is_sent() {
    let county = County::new();
    let envelope = county.golden("C02/wg.open");
    county
        .village
        .put_photo(envelope.photos[0].blob, vec![0; 1_000_001]);
    let key = county.enqueue(&envelope, None);
    let delivery = county.deliver(impatient());
    until(|| county.state(&key) == State::Discarded);
    delivery.shutdown();
    assert_eq!(
        county.row(&key).reason.as_deref(),
        Some("photo slot before takes 1000000 bytes, the file has 1000001")
    );
    assert_eq!(
        (county.wg.attempts().len(), county.wg.files().len()),
        (0, 0)
    );
}

#[test]
fn a_form_waits_for_its_photograph_and_goes_when_it_comes() {
    let county = County::new();
    let envelope = county.golden("C02/wg.open");
    let blob = envelope.photos[0].blob;
    let photo = county.village.take_photo(blob);
    let key = county.enqueue(&envelope, None);
    let other = county.enqueue_golden("C03/wg.open");
    let delivery = county.deliver(Patience {
        missing_ms: 3_600_000,
        ..impatient()
    });
    until(|| county.state(&other) == State::Completed);
    assert_eq!(
        (county.state(&key), county.row(&key).attempt),
        (State::Available, 0)
    );
    county.village.put_photo(blob, photo);
    county
        .village
        .write(|tx| outbox::hurry(tx, envelope.capture, county.now()));
    delivery.wake();
    until(|| county.state(&key) == State::Completed);
}

#[test]
fn a_photograph_whose_answer_was_lost_is_sent_again_and_the_message_names_the_second() {
    let county = County::new();
    county.wg.script_files([Behaviour::AcceptThenSilence]);
    let key = county.enqueue_golden("C02/wg.open");
    let delivery = county.deliver(impatient());
    until(|| county.state(&key) == State::Completed);
    delivery.shutdown();
    let files = county.wg.files();
    assert_eq!(files.len(), 2);
    assert_eq!(county.wg.accepted()[0].parsed["fj"], files[1].name.as_str());
}

#[test]
fn shutdown_ends_sleeping_workers_at_once_and_a_second_time_does_nothing() {
    let county = County::new();
    let delivery = county.deliver(Patience {
        sleep_ms: 3_600_000,
        ..impatient()
    });
    let start = Instant::now();
    delivery.shutdown();
    delivery.shutdown();
    assert!(start.elapsed() < Duration::from_secs(5));
    let key = county.enqueue_golden("C02/wg.open");
    delivery.wake();
    assert_eq!(county.state(&key), State::Available);
    let claimed = county.village.claim("wg", county.now(), 1_000).unwrap();
    assert_eq!(claimed.unwrap().job.key, key, "nobody holds it");
}
