//! Two workers, one household, no signal: different facts merge, the same fact keeps both values, and
//! what was said stays said.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails the test"
)]

use fieldwork::replica::{Conflict, Replica};
use fieldwork_forms::capture::Subject;
use fieldwork_forms::envelope::{Envelope, Filled};
use fieldwork_ids::Ulid;
use fieldwork_register::EntityId;
use fieldwork_scenarios::{County, Phone, at, choice, said};

const HOUSEHOLD: &str = "household:990101100201000031";

fn household() -> EntityId {
    HOUSEHOLD.parse().unwrap()
}

fn register_text(replica: &Replica, concept: &str) -> Option<String> {
    replica
        .with_register(|register| register.text(&household(), concept))
        .unwrap()
}

/// 周's offline work on the household: phone, risk kind, a visit with a request of his own.
fn zhou_works(zhou: &Phone) {
    zhou.clock.set(at("08:50"));
    let edit = |concept, value| zhou.workspace.edit(&household(), concept, value).unwrap();
    edit("household.phone", "13800000931");
    edit("household.risk_kind", "因残");
    let mut visit = zhou.draft(
        "Z01",
        "visit",
        Some(Subject::Entity(household())),
        vec![
            said("visit.text", "老人复查后回家，行动不便，需要人照看。"),
            said("visit.need", "老伴也要复查，盼能一并报销路费。"),
            said("visit.help", "medical"),
            choice("visit.unchanged", true),
            said("issue.level", "1"),
        ],
    );
    visit.photos = vec![zhou.photograph("Z01-household-1", "household")];
    zhou.workspace.save(&visit).unwrap();
}

/// 林's: C04 with the income, and another risk kind.
fn lin_works(county: &County, lin: &Phone) {
    lin.play(&county.day, &["C04"]);
    lin.clock.set(at("09:20"));
    lin.workspace
        .edit(&household(), "household.risk_kind", "其他")
        .unwrap();
}

/// Everybody has everything.
fn meet(phones: [&Phone; 2]) {
    for phone in [phones[0], phones[1], phones[0]] {
        phone.sync();
    }
}

struct Scene {
    county: County,
    lin: Phone,
    zhou: Phone,
}

/// Both have worked offline; nobody has synced.
fn scene() -> Scene {
    let county = County::new();
    let (lin, zhou) = (county.phone("lin", "K05"), county.phone("zhou", "K01"));
    zhou_works(&zhou);
    lin_works(&county, &lin);
    Scene { county, lin, zhou }
}

impl Scene {
    fn replicas(&self, check: impl Fn(&str, &Replica)) {
        check("lin", self.lin.workspace.replica());
        check("zhou", self.zhou.workspace.replica());
        check("hub", self.county.village().replica());
    }
}

#[test]
fn two_facts_of_one_household_said_on_two_phones_are_both_kept_everywhere() {
    let scene = scene();
    meet([&scene.lin, &scene.zhou]);
    scene.replicas(|who, replica| {
        let text = |concept| register_text(replica, concept);
        assert_eq!(
            text("household.phone").as_deref(),
            Some("13800000931"),
            "{who}"
        );
        assert_eq!(
            text("household.income_pc").as_deref(),
            Some("11320"),
            "{who}"
        );
    });
}

#[test]
fn both_requests_are_kept_word_for_word_on_both_phones_and_go_out() {
    let scene = scene();
    meet([&scene.lin, &scene.zhou]);
    scene.replicas(|who, replica| {
        let needs: Vec<String> = ["Z01", "C04"]
            .iter()
            .map(|label| {
                let id = scene.lin.id(label);
                let capture = replica.capture(id).unwrap();
                let need = capture
                    .answers
                    .iter()
                    .find(|a| a.concept == "visit.need")
                    .unwrap();
                format!("{} {}", capture.by, need.value)
            })
            .collect();
        assert_eq!(
            needs,
            [
                "K01 老伴也要复查，盼能一并报销路费。",
                "K05 全家只有两亩地收入，想申请低保渡过难关。"
            ],
            "{who}"
        );
    });
    scene.county.settle();
    let texts: Vec<String> = scene
        .county
        .wg
        .accepted()
        .iter()
        .map(|message| message.parsed["sjms"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(texts.len(), 2);
    for need in ["老伴也要复查，盼能一并报销路费。", "想申请低保渡过难关。"]
    {
        assert_eq!(
            texts.iter().filter(|text| text.contains(need)).count(),
            1,
            "{texts:?}"
        );
    }
}

#[test]
fn the_same_fact_said_twice_shows_both_values_with_author_and_time_on_both_phones_and_at_the_hub() {
    let scene = scene();
    for phone in [&scene.lin, &scene.zhou] {
        assert_eq!(phone.workspace.conflicts().unwrap(), []);
    }
    meet([&scene.lin, &scene.zhou]);
    let shown = scene.lin.workspace.conflicts().unwrap();
    let [conflict] = shown.as_slice() else {
        panic!("{shown:?}");
    };
    assert_eq!(
        (conflict.subject.as_str(), conflict.concept.as_str()),
        (HOUSEHOLD, "household.risk_kind")
    );
    let mut values: Vec<(&str, &str, i64)> = conflict
        .values
        .iter()
        // The clocks run on: to the minute.
        .map(|v| {
            (
                v.value.as_str(),
                v.author.as_str(),
                v.at_ms / 60_000 * 60_000,
            )
        })
        .collect();
    values.sort_unstable();
    assert_eq!(
        values,
        [
            ("disability", "K01", at("08:50")),
            ("other", "K05", at("09:20"))
        ]
    );
    scene.replicas(|who, replica| assert_eq!(replica.conflicts().unwrap(), shown, "{who}"));
}

#[test]
fn a_choice_between_two_values_ends_the_conflict_everywhere() {
    for kept in ["disability", "other"] {
        let scene = scene();
        meet([&scene.lin, &scene.zhou]);
        let conflict: Conflict = scene.zhou.workspace.conflicts().unwrap().remove(0);
        let number = conflict
            .values
            .iter()
            .position(|v| v.value == kept)
            .unwrap();
        scene.zhou.workspace.resolve(&conflict.id, number).unwrap();
        meet([&scene.zhou, &scene.lin]);
        scene.replicas(|who, replica| {
            assert_eq!(replica.conflicts().unwrap(), [], "{who}");
            assert_eq!(
                register_text(replica, "household.risk_kind").as_deref(),
                Some(kept),
                "{who}"
            );
        });
    }
}

#[test]
fn two_who_said_the_same_do_not_differ() {
    let county = County::new();
    let (lin, zhou) = (county.phone("lin", "K05"), county.phone("zhou", "K01"));
    for phone in [&lin, &zhou] {
        phone
            .workspace
            .edit(&household(), "household.phone", "13800000931")
            .unwrap();
    }
    meet([&lin, &zhou]);
    assert_eq!(lin.workspace.conflicts().unwrap(), []);
    assert_eq!(zhou.workspace.conflicts().unwrap(), []);
}

fn filled(replica: &Replica, capture: Ulid) -> Vec<Envelope> {
    replica
        .filled(capture)
        .unwrap()
        .into_iter()
        .map(|filled| match filled {
            Filled::Envelope(envelope) => envelope,
            Filled::Stopped(form) => panic!("stopped: {form:?}"),
        })
        .collect()
}

/// Every fact of C04's forms that a colleague can change afterwards.
fn colleague_changes_all(zhou: &Phone) {
    zhou_works(zhou);
    let son = zhou
        .workspace
        .find("990101198609180353", 1)
        .unwrap()
        .remove(0)
        .entity;
    let edit = |entity: &EntityId, concept, value| {
        zhou.workspace.edit(entity, concept, value).unwrap();
    };
    edit(&household(), "household.income_pc", "900");
    edit(&household(), "household.med_ok", "否");
    edit(&son, "person.health", "10");
    edit(&son, "person.work_months", "1");
    edit(&son, "person.name", "改名");
}

#[test]
fn what_a_capture_reports_is_not_changed_by_a_colleagues_later_edits_on_phone_or_hub() {
    // The colleague's edits come to the hub after the capture, or before it.
    for colleague_first in [false, true] {
        let county = County::new();
        let (lin, zhou) = (county.phone("lin", "K05"), county.phone("zhou", "K01"));
        lin.play(&county.day, &["C04"]);
        let id = lin.id("C04");
        let before = lin.envelopes(id);
        assert_eq!(before.len(), 4, "visit, member, grid event, ledger");
        colleague_changes_all(&zhou);
        if colleague_first {
            zhou.sync();
            lin.sync();
        } else {
            lin.sync();
            zhou.sync();
        }
        meet([&lin, &zhou]);
        assert_eq!(lin.envelopes(id), before);
        assert_eq!(zhou.envelopes(id), before);
        assert_eq!(filled(county.village().replica(), id), before);
        // Also after everything was rebuilt from the log.
        let reopened = Phone::open(&lin.close(), &county.address());
        assert_eq!(reopened.envelopes(id), before);
        county.settle();
        let mut sent: Vec<Envelope> = county
            .village()
            .deliveries()
            .unwrap()
            .into_iter()
            .map(|delivered| delivered.envelope)
            .filter(|envelope| envelope.capture == id)
            .collect();
        sent.sort_by_key(|envelope| before.iter().position(|b| b.key() == envelope.key()));
        assert_eq!(sent, before);

        // The edits have arrived all the same: what is said from now on has them.
        let mut visit = reopened.draft(
            "L02",
            "visit",
            Some(Subject::Entity(household())),
            vec![
                said("visit.text", "回访，情况如前，电话已换成新的号码。"),
                said("visit.need", "想把电话换成新的。"),
                said("visit.help", "medical"),
                choice("visit.unchanged", true),
                said("issue.level", "1"),
            ],
        );
        visit.photos = vec![reopened.photograph("L02-household-1", "household")];
        let later = reopened.workspace.save(&visit).unwrap().id;
        let phone = |envelopes: &[Envelope]| {
            let event = envelopes.iter().find(|e| e.system == "wg").unwrap();
            event.fields["sjrdh"].as_str().unwrap().to_owned()
        };
        assert_eq!(phone(&reopened.envelopes(later)), "138****0931");
        assert_ne!(phone(&before), "138****0931");
    }
}
