//! What a name means: the words, Chinese and English, by which each rule knows what it forbids.
//!
//! Two lists, because two things are told apart. A key that no spec has is a demand as soon as one of its
//! words says so ([`of_demand`]). A field of a form may well be called 安装 or 投票; there only what can
//! mean nothing else counts ([`of_field`]).

use super::rule::RuleId::{self, B01, B02, B03, B04, B05, B06, B07, B08, B09, B11, B23, B24};

/// Words, all of which stand in a name, and the rules that it then breaks. English words are singular and
/// may be several in a row; Chinese ones may stand anywhere.
type Row = (&'static [&'static str], &'static [RuleId]);

/// What means the same wherever it stands.
const CERTAIN: &[Row] = &[
    (&["sign in"], &[B01]),
    (&["sign out"], &[B01]),
    (&["signin"], &[B01]),
    (&["signout"], &[B01]),
    (&["check in"], &[B01]),
    (&["check out"], &[B01]),
    (&["checkin"], &[B01]),
    (&["checkout"], &[B01]),
    (&["clock in"], &[B01]),
    (&["clock out"], &[B01]),
    (&["punch"], &[B01]),
    (&["attendance"], &[B01]),
    (&["qiandao"], &[B01]),
    (&["qiantui"], &[B01]),
    (&["daka"], &[B01]),
    (&["签到"], &[B01]),
    (&["签退"], &[B01]),
    (&["打卡"], &[B01]),
    (&["考勤"], &[B01]),
    (&["出勤"], &[B01]),
    (&["score"], &[B03]),
    (&["rank"], &[B03]),
    (&["ranking"], &[B03]),
    (&["leaderboard"], &[B03]),
    (&["jifen"], &[B03]),
    (&["paiming"], &[B03]),
    (&["积分"], &[B03]),
    (&["得分"], &[B03]),
    (&["分数"], &[B03]),
    (&["排名"], &[B03]),
    (&["排行"], &[B03]),
    (&["名次"], &[B03]),
    (&["repost"], &[B04]),
    (&["dianzan"], &[B04]),
    (&["点赞"], &[B04]),
    (&["转发量"], &[B04]),
    (&["转发数"], &[B04]),
    (&["转发次数"], &[B04]),
    (&["阅读量"], &[B04]),
    (&["网络投票"], &[B04]),
    (&["学习时长"], &[B04]),
    (&["online", "time"], &[B05]),
    (&["online", "minute"], &[B05]),
    (&["online", "hour"], &[B05]),
    (&["online", "duration"], &[B05]),
    (&["hang time"], &[B05]),
    (&["hangtime"], &[B05]),
    (&["usage", "time"], &[B05]),
    (&["usage", "minute"], &[B05]),
    (&["usage", "duration"], &[B05]),
    (&["session", "duration"], &[B05]),
    (&["在线时长"], &[B05]),
    (&["在线时间"], &[B05]),
    (&["在线分钟"], &[B05]),
    (&["使用时长"], &[B05]),
    (&["停留时长"], &[B05]),
    (&["挂时长"], &[B05]),
    (&["挂机"], &[B05]),
    (&["usage", "rate"], &[B06]),
    (&["app", "install"], &[B06]),
    (&["app", "download"], &[B06]),
    (&["下载量"], &[B06]),
    (&["安装率"], &[B06]),
    (&["安装量"], &[B06]),
    (&["激活率"], &[B06]),
    (&["激活人数"], &[B06]),
    (&["app", "安装"], &[B06]),
    (&["app", "使用率"], &[B06]),
    (&["平台使用率"], &[B06]),
    (&["login"], &[B07]),
    (&["登录次数"], &[B07]),
    (&["登录天数"], &[B07]),
    (&["登录时间"], &[B07]),
    (&["screenshot"], &[B08]),
    (&["video"], &[B08]),
    (&["截图"], &[B08]),
    (&["截屏"], &[B08]),
    (&["录屏"], &[B08]),
    (&["工作视频"], &[B08]),
    (&["track"], &[B09]),
    (&["trajectory"], &[B09]),
    (&["轨迹"], &[B09]),
    (&["足迹"], &[B09]),
    (&["appraisal"], &[B11]),
    (&["考核"], &[B11]),
    (&["考评"], &[B11]),
    (&["绩效"], &[B11]),
    (&["接龙"], &[B23]),
    (&["参与率"], &[B24]),
    (&["参与比例"], &[B24]),
];

/// What means it in a key that no spec has.
const DEMANDED: &[Row] = &[
    (&["quota"], &[B02]),
    (&["指标"], &[B02]),
    (&["任务量"], &[B02]),
    (&["point"], &[B03]),
    (&["评分"], &[B03]),
    (&["like"], &[B04]),
    (&["vote"], &[B04]),
    (&["share"], &[B04]),
    (&["forward"], &[B04]),
    (&["study"], &[B04]),
    (&["投票"], &[B04]),
    (&["转发"], &[B04]),
    (&["学习"], &[B04]),
    (&["online"], &[B05]),
    (&["hang"], &[B05]),
    (&["在线"], &[B05]),
    (&["时长"], &[B05]),
    (&["install"], &[B06]),
    (&["installation"], &[B06]),
    (&["download"], &[B06]),
    (&["activation"], &[B06]),
    (&["下载"], &[B06]),
    (&["安装"], &[B06]),
    (&["激活"], &[B06]),
    (&["使用率"], &[B06]),
    (&["登录"], &[B07]),
    (&["登陆"], &[B07]),
    (&["日活"], &[B07]),
    (&["视频"], &[B08]),
    (&["录像"], &[B08]),
    (&["assessment"], &[B11]),
    (&["inspection"], &[B11]),
    (&["督查"], &[B11]),
    (&["reply within"], &[B23]),
    (&["respond within"], &[B23]),
    (&["instant reply"], &[B23]),
    (&["即时响应"], &[B23]),
    (&["即时回复"], &[B23]),
    (&["限时回复"], &[B23]),
    (&["participation"], &[B24]),
    (&["quiz"], &[B24]),
    (&["答题"], &[B24]),
    (&["参与度"], &[B24]),
];

/// Words that make an amount a task.
const AT_LEAST: &[&str] = &[
    "min",
    "minimum",
    "at least",
    "target",
    "required",
    "daily",
    "weekly",
    "monthly",
    "yearly",
    "per day",
    "per week",
    "per month",
    "per quarter",
    "per year",
    "最少",
    "至少",
    "最低",
    "不少于",
    "每日",
    "每天",
    "每周",
    "每月",
    "每季",
    "每年",
    "次数要求",
    "里程要求",
];
/// Amounts that are no time.
const AMOUNTS: &[&str] = &[
    "count",
    "time",
    "number",
    "visit",
    "report",
    "record",
    "entry",
    "patrol",
    "event",
    "upload",
    "photo",
    "km",
    "kilometre",
    "kilometer",
    "mileage",
    "distance",
    "次",
    "条",
    "件",
    "户",
    "张",
    "公里",
    "里程",
];
/// Times.
const TIMES: &[&str] = &["minute", "hour", "duration", "分钟", "小时", "时长"];

/// The rules that a key breaks, in their order, each once.
pub(super) fn of_demand(name: &str) -> Vec<RuleId> {
    let name = Name::of(name);
    let mut rules = name.rules(CERTAIN);
    rules.extend(name.rules(DEMANDED));
    if name.has_any(AT_LEAST) {
        if name.has_any(AMOUNTS) || name.has_any(TIMES) {
            rules.push(B02);
        }
        if name.has_any(TIMES) {
            rules.push(B05);
        }
        let daily = ["daily", "per day", "每日", "每天"];
        if name.has_any(&daily) && name.has_any(&["photo", "照片"]) {
            rules.push(B09);
        }
    }
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The rules that a field, a form, a concept or a kind of this name breaks, in their order, each once.
pub(super) fn of_field(name: &str) -> Vec<RuleId> {
    let mut rules = Name::of(name).rules(CERTAIN);
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// A name in words, with a space before and behind each: small letters, singular.
struct Name(String);

impl Name {
    /// Words end where something else than a letter or digit stands, where a capital begins the next, and
    /// where Chinese begins or ends.
    fn of(name: &str) -> Self {
        let mut words = vec![String::new()];
        let mut before = ' ';
        for c in name.chars() {
            let apart = (before.is_lowercase() && c.is_uppercase())
                || (before.is_ascii() != c.is_ascii())
                || !c.is_alphanumeric();
            if apart {
                words.push(String::new());
            }
            if c.is_alphanumeric()
                && let Some(word) = words.last_mut()
            {
                word.extend(c.to_lowercase());
            }
            before = c;
        }
        let words = words.iter().filter(|word| !word.is_empty());
        let words: Vec<&str> = words.map(|word| singular(word)).collect();
        Self(format!(" {} ", words.join(" ")))
    }

    fn has(&self, word: &str) -> bool {
        match word.is_ascii() {
            true => self.0.contains(&format!(" {word} ")),
            false => self.0.contains(word),
        }
    }

    fn has_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.has(word))
    }

    fn rules(&self, rows: &[Row]) -> Vec<RuleId> {
        rows.iter()
            .filter(|(words, _)| words.iter().all(|word| self.has(word)))
            .flat_map(|(_, rules)| rules.iter().copied())
            .collect()
    }
}

fn singular(word: &str) -> &str {
    match word {
        "entries" => "entry",
        word if word.len() > 3 && !word.ends_with("ss") => word.strip_suffix('s').unwrap_or(word),
        word => word,
    }
}
