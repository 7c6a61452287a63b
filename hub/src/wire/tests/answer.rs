//! What answers mean.

use super::*;

fn refused(reason: &str) -> Verdict {
    Verdict::Refused {
        reason: reason.into(),
    }
}

fn busy(reason: &str) -> Verdict {
    Verdict::Busy {
        reason: reason.into(),
    }
}

#[test]
fn an_answer_is_judged_as_the_chapter_of_the_system_says() {
    let wg = wg();
    let judge = |status, body: &str| judge(Rule::from(&wg), status, body.as_bytes());
    let accepted = |id: Option<&str>| Verdict::Accepted {
        upstream_ref: id.map(Into::into),
    };
    assert_eq!(
        judge(200, r#"{"success":true,"data":{"id":"WG1"}}"#),
        accepted(Some("WG1"))
    );
    assert_eq!(
        judge(200, r#"{"success":true,"data":{"id":17}}"#),
        accepted(Some("17"))
    );
    assert_eq!(judge(200, r#"{"success":true}"#), accepted(None));
    assert_eq!(
        judge(200, r#"{"success":false,"code":50001,"message":"繁忙"}"#),
        busy("繁忙")
    );
    assert_eq!(
        judge(200, r#"{"success":false,"code":40001,"message":"缺少"}"#),
        refused("缺少")
    );
    assert_eq!(judge(200, r#"{"success":"true"}"#), refused("status 200"));
    assert_eq!(judge(200, ""), refused("status 200"));
    assert_eq!(judge(201, r#"{"success":true}"#), refused("status 201"));
    assert_eq!(judge(302, "<html>"), refused("status 302"));
    assert_eq!(judge(401, "no key"), refused("no key"));
    assert_eq!(judge(429, ""), busy("status 429"));
    assert_eq!(judge(503, ""), busy("status 503"));
    assert_eq!(
        judge(502, ""),
        Verdict::Unclear {
            reason: "status 502".into()
        }
    );
}

#[test]
fn a_table_is_accepted_where_the_body_begins_as_agreed() {
    let ffp = ffp();
    let judge = |status, body: &str| judge(Rule::plain(&ffp.success), status, body.as_bytes());
    assert_eq!(
        judge(200, "OK 1 row"),
        Verdict::Accepted { upstream_ref: None }
    );
    assert_eq!(
        judge(200, "第2行：证件号码有误"),
        refused("第2行：证件号码有误")
    );
    assert_eq!(judge(404, "OK"), refused("OK"));
}

#[test]
fn a_reason_from_a_stranger_is_one_short_line_without_hidden_characters() {
    assert_eq!(verdict::clean("a\r\n\tb\u{1b}[31m\u{202e}c  "), "a b [31mc");
    let long = verdict::clean(&"字".repeat(1_000));
    assert_eq!(long.chars().count(), verdict::REASON_CHARS);
    assert!(long.ends_with('…'));
}

proptest! {
    #[test]
    fn any_answer_gets_a_verdict_with_a_bounded_clean_reason(
        status in 100_u16..700, body in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let wg = wg();
        match judge(Rule::from(&wg), status, &body) {
            Verdict::Accepted { upstream_ref } => {
                prop_assert!(upstream_ref.is_none_or(|id| id.chars().count() <= verdict::REFERENCE_CHARS));
            }
            Verdict::Busy { reason } | Verdict::Unclear { reason } | Verdict::Refused { reason } => {
                prop_assert!(!reason.is_empty() && reason.chars().count() <= verdict::REASON_CHARS);
                prop_assert!(!reason.chars().any(char::is_control));
            }
        }
    }
}
