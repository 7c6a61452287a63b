//! What a demand is called does not help it: any spelling, any depth, Chinese or English, key or field.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop anywhere"
)]

mod village;

use fieldwork_forms::Catalogue;
use fieldwork_forms::lint::{Level, Linted, lint, lint_strictly};
use serde_json::{Value, json};

fn shipped(system: &str) -> Value {
    let name = format!("systems/{system}.json");
    let files = village::spec_files().into_iter();
    let (_, text) = files.into_iter().find(|(file, _)| *file == name).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn linted(spec: &Value) -> Linted {
    let day = "2025-04-08".parse().unwrap();
    let linted = lint("spec.json", &spec.to_string(), day).unwrap().unwrap();
    let strictly = lint_strictly("spec.json", &spec.to_string(), day, None).unwrap();
    assert_eq!(strictly, linted, "told once, by its rule");
    linted
}

/// Rule, level and path of each finding.
fn found(spec: &Value) -> Vec<(&'static str, Level, String)> {
    let findings = linted(spec).findings.into_iter();
    findings
        .map(|one| (one.rule.rule().id, one.level, one.path))
        .collect()
}

fn refused(rules: &[&'static str], path: &str) -> Vec<(&'static str, Level, String)> {
    let finding = |rule: &&'static str| (*rule, Level::Refused, path.to_owned());
    rules.iter().map(finding).collect()
}

#[test]
fn a_demand_is_found_in_any_spelling_and_language() {
    for (key, rules) in [
        ("signIn", &["B-01"] as &[&str]),
        ("sign-in", &["B-01"]),
        ("daily_check_in", &["B-01"]),
        ("签到", &["B-01"]),
        ("每日打卡", &["B-01"]),
        ("考勤要求", &["B-01"]),
        ("minKm", &["B-02"]),
        ("km_per_month", &["B-02"]),
        ("kmPerMonth", &["B-02"]),
        ("monthly_count", &["B-02"]),
        ("minimum_visits", &["B-02"]),
        ("每月次数", &["B-02"]),
        ("至少公里", &["B-02"]),
        ("min_minutes", &["B-02", "B-05"]),
        ("每天在线时长", &["B-02", "B-05"]),
        ("积分", &["B-03"]),
        ("village_ranking", &["B-03"]),
        ("排名通报", &["B-03"]),
        ("likes", &["B-04"]),
        ("reposts", &["B-04"]),
        ("点赞数", &["B-04"]),
        ("study_hours", &["B-04"]),
        ("hang_time", &["B-05"]),
        ("online_minutes", &["B-05"]),
        ("挂机", &["B-05"]),
        ("app_downloads", &["B-06"]),
        ("安装率", &["B-06"]),
        ("login_days", &["B-07"]),
        ("登录", &["B-07"]),
        ("screenshots", &["B-08"]),
        ("工作视频", &["B-08"]),
        ("轨迹", &["B-09"]),
        ("考核", &["B-11"]),
        ("接龙", &["B-23"]),
        ("reply_within", &["B-23"]),
        ("参与率", &["B-24"]),
    ] {
        let mut spec = shipped("wg");
        spec[key] = json!({"n": 3});
        assert_eq!(found(&spec), refused(rules, key), "{key}");
        let mut spec = shipped("wg");
        spec["declarations"][key] = json!({"n": 3});
        let warned: Vec<Level> = found(&spec).into_iter().map(|one| one.1).collect();
        assert_eq!(warned, vec![Level::Warned; rules.len()], "{key} declared");
    }
}

#[test]
fn a_demand_is_found_however_deep_it_stands() {
    let mut spec = shipped("wg");
    spec["requirements"] = json!({"sign_in": {"per": "day"}, "要求": ["积分"]});
    let mut expected = refused(&["B-01"], "requirements.sign_in");
    expected.extend(refused(&["B-03"], "requirements.要求[0]"));
    assert_eq!(found(&spec), expected);
    let mut spec = shipped("wg");
    spec["quiz"] = json!({"participation": 0.8});
    assert_eq!(found(&spec), refused(&["B-24"], "quiz"));
    let mut spec = shipped("wg");
    spec["patrol"] = json!({"km": 8, "per": "month"});
    assert_eq!(found(&spec), refused(&["B-02"], "patrol.km"));
    for (path, part) in [
        ("forms[0].签到", "/forms/0"),
        ("forms[0].fields[1].签到", "/forms/0/fields/1"),
        ("forms[0].photos[0].签到", "/forms/0/photos/0"),
        ("routes[0].签到", "/routes/0"),
    ] {
        let mut spec = shipped("wg");
        spec.pointer_mut(part).unwrap()["签到"] = json!(true);
        assert_eq!(found(&spec), refused(&["B-01"], path));
    }
    let mut spec = shipped("xuntian");
    spec["declarations"] = json!({"demands": {"minKm": 8}});
    let warned = vec![(
        "B-02",
        Level::Warned,
        "declarations.demands.minKm".to_owned(),
    )];
    assert_eq!(found(&spec), warned);
}

#[test]
fn a_field_or_form_of_that_meaning_is_refused_by_linter_and_catalogue() {
    for (rule, id, label) in [
        ("B-01", "qd", "签到时间"),
        ("B-01", "sign_in_at", "时间"),
        ("B-01", "dk", "打卡地点"),
        ("B-01", "at", "Check-in time"),
        ("B-03", "jf", "积分"),
        ("B-03", "score", "结果"),
        ("B-03", "pm", "本月排名"),
        ("B-03", "rank", "Rank"),
        ("B-04", "dz2", "点赞数"),
        ("B-05", "sc", "在线时长"),
        ("B-05", "online_minutes", "时长"),
        ("B-06", "xz", "APP下载量"),
        ("B-07", "dl", "登录次数"),
        ("B-08", "jt", "截图"),
        ("B-11", "kh", "考核结果"),
        ("B-24", "cyl", "参与率"),
    ] {
        for required in [true, false] {
            let mut spec = shipped("wg");
            let fields = spec["forms"][0]["fields"].as_array_mut().unwrap();
            let at = fields.len();
            fields.push(
                json!({"id": id, "label": label, "type": "string", "required": required,
                "value": {"from": "issue.text"}}),
            );
            let told = found(&spec);
            assert_eq!(told.len(), 1, "{label}: {told:?}");
            let (told, level, path) = &told[0];
            assert_eq!((*told, *level), (rule, Level::Refused), "{id} {label}");
            assert!(
                path.starts_with(&format!("forms[0].fields[{at}].")),
                "{path}"
            );
            let error = read(&spec).unwrap_err();
            assert_eq!(
                (error.file.as_str(), &error.path),
                ("systems/wg.json", path)
            );
            assert!(error.reason.starts_with(rule), "{error}");
        }
    }
    let mut spec = shipped("wg");
    spec["forms"][0]["name"] = json!("每日签到");
    assert_eq!(found(&spec), refused(&["B-01"], "forms[0].name"));
}

#[test]
fn a_field_for_a_track_is_warned_of() {
    let mut spec = shipped("wg");
    spec["forms"][0]["fields"][0]["label"] = json!("巡查轨迹");
    let warned = ("B-09", Level::Warned, "forms[0].fields[0].label".to_owned());
    assert_eq!(found(&spec), [warned]);
    assert!(read(&spec).is_ok());
}

/// The shipped files with another `wg`.
fn read(wg: &Value) -> Result<Catalogue, fieldwork_forms::SpecError> {
    let files = village::spec_files().into_iter();
    let files = files.map(|(name, text)| match name.as_str() {
        "systems/wg.json" => (name, wg.to_string()),
        _ => (name, text),
    });
    Catalogue::from_files(files.collect::<Vec<_>>())
}

#[test]
fn a_field_that_only_sounds_like_it_is_taken() {
    for label in [
        "检查日期",
        "活动时长",
        "安装位置",
        "投票结果",
        "学习内容",
        "在线支付",
        "安全等级",
        "巡查里程",
        "次数",
        "培训视频名称",
        "使用率",
        "Check date",
        "Point of contact",
        "Design in brief",
    ] {
        let mut spec = shipped("wg");
        spec["forms"][0]["fields"][0]["label"] = json!(label);
        assert_eq!(found(&spec), [], "{label}");
    }
}

#[test]
fn a_concept_or_kind_of_that_meaning_is_refused() {
    let with = |file: &str, list: &str, entry: Value| {
        let files = village::spec_files().into_iter().map(|(name, text)| {
            if name != file {
                return (name, text);
            }
            let mut json: Value = serde_json::from_str(&text).unwrap();
            json[list].as_array_mut().unwrap().push(entry.clone());
            (name, json.to_string())
        });
        Catalogue::from_files(files.collect::<Vec<_>>()).unwrap_err()
    };
    let concept = json!({"id": "worker.online", "label": "在线时长", "english": "hours", "type": "number",
        "entity": "capture", "widget": "number"});
    let error = with("concepts.json", "concepts", concept);
    assert_eq!(
        (error.path.as_str(), error.reason.get(..4)),
        ("concepts.worker.online", Some("B-05"))
    );
    let kind =
        json!({"id": "sign_in", "label": "上班", "english": "arriving", "subjects": ["nobody"]});
    let error = with("kinds.json", "kinds", kind);
    assert_eq!(
        (error.path.as_str(), error.reason.get(..4)),
        ("kinds.sign_in", Some("B-01"))
    );
}

#[test]
fn more_photographs_than_needed_are_warned_of() {
    let warned = |rule: &'static str, path: &str| vec![(rule, Level::Warned, path.to_owned())];
    let slots = |slots: Value| {
        let mut spec = shipped("ffp");
        spec["forms"][0]["photos"] = slots;
        found(&spec)
    };
    let slot = |id: &str, min: u8, max: u8| json!({"slot": id, "stage": "household", "min": min, "max": max, "max_bytes": 1_000_000, "necessity": "核对住房"});
    let at = "forms[0].photos";
    assert_eq!(slots(json!([slot("a", 0, 1)])), []);
    assert_eq!(slots(json!([slot("a", 0, 2)])), warned("W-PHOTO", at));
    let two = json!([slot("a", 1, 1), slot("b", 1, 1)]);
    assert_eq!(slots(two), warned("W-PHOTO", at));
    let mut on_request = slot("b", 1, 1);
    on_request["on_request"] = json!(true);
    assert_eq!(slots(json!([slot("a", 1, 1), on_request])), []);
    let scenes: Vec<Value> = ["a", "b", "c", "d"]
        .map(|id| {
            let mut scene = slot(id, 1, 1);
            scene["stage"] = json!("scene");
            scene
        })
        .to_vec();
    assert_eq!(slots(json!(scenes)), warned("B-09", at));
    let mut signed = slot("signature", 0, 1);
    signed["stage"] = json!("scene");
    assert_eq!(slots(json!([signed])), warned("B-09", "forms[0].photos[0]"));
}
