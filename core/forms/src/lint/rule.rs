//! The rules, by id. Their wording is ours; `source` names where each stands.

use serde::{Serialize, Serializer};

/// Id of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleId {
    /// No check-in.
    B01,
    /// No quotas of use, counts, kilometres, minutes.
    B02,
    /// No scores and ranks.
    B03,
    /// No likes, votes, shares, study hours.
    B04,
    /// No counting of online time.
    B05,
    /// No install or use quotas.
    B06,
    /// No forced regular logins.
    B07,
    /// No screenshots and videos as proof.
    B08,
    /// No photos, videos, tracks without need.
    B09,
    /// No assessment of work through the tool.
    B11,
    /// Sponsor and filing number shown.
    B16,
    /// Work groups without forced replies.
    B23,
    /// No shares of participation.
    B24,
    /// Exceptions only with a rule behind them.
    B27,
    /// No deadline under a day without an emergency.
    R42,
    /// One photograph of a household to a visit.
    WPhoto,
    /// The reader of specs takes it.
    Unreadable,
}

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its id as text.
    pub id: &'static str,
    /// What it forbids.
    pub text: &'static str,
    /// Where it stands.
    pub source: &'static str,
}

const OPINION: &str = "关于防治“指尖上的形式主义”的若干意见（2023）";
const MEASURES: &str = "政务移动互联网应用程序规范化管理办法（2026）";
const BOTH: &str = "若干意见（2023）；规范化管理办法（2026）";

impl RuleId {
    /// The rule.
    pub fn rule(self) -> &'static Rule {
        match self {
            Self::B01 => &Rule {
                id: "B-01",
                text: "不得设置打卡签到；只有安保、应急等特殊场景可以例外，并须写明依据",
                source: BOTH,
            },
            Self::B02 => &Rule {
                id: "B-02",
                text: "不得把次数、里程、时长定为使用任务",
                source: OPINION,
            },
            Self::B03 => &Rule {
                id: "B-03",
                text: "不得设置积分、排名，也不得用于通报和考评",
                source: OPINION,
            },
            Self::B04 => &Rule {
                id: "B-04",
                text: "不得以点赞、投票、转发、学习时长作为考评依据",
                source: MEASURES,
            },
            Self::B05 => &Rule {
                id: "B-05",
                text: "不得统计在线时长",
                source: BOTH,
            },
            Self::B06 => &Rule {
                id: "B-06",
                text: "不得限定或考核下载量、安装率、使用率",
                source: BOTH,
            },
            Self::B07 => &Rule {
                id: "B-07",
                text: "不得强制要求定期登录",
                source: BOTH,
            },
            Self::B08 => &Rule {
                id: "B-08",
                text: "不得要求上传截图、视频来证明工作",
                source: OPINION,
            },
            Self::B09 => &Rule {
                id: "B-09",
                text: "非必要不得强制要求上传照片、视频和轨迹；须写明为什么必要",
                source: MEASURES,
            },
            Self::B11 => &Rule {
                id: "B-11",
                text: "不得作为工作考核、督查检查的载体",
                source: BOTH,
            },
            Self::B16 => &Rule {
                id: "B-16",
                text: "须写明主办单位和备案编号",
                source: MEASURES,
            },
            Self::B23 => &Rule {
                id: "B-23",
                text: "不得要求接龙、即时响应",
                source: OPINION,
            },
            Self::B24 => &Rule {
                id: "B-24",
                text: "不得要求参与比例、分数",
                source: OPINION,
            },
            Self::B27 => &Rule {
                id: "B-27",
                text: "例外只限安保、应急，须写明依据、范围和期限",
                source: BOTH,
            },
            Self::R42 => &Rule {
                id: "R-42",
                text: "没有应急依据，期限不得少于24小时",
                source: "整治形式主义为基层减负若干规定（2024）",
            },
            Self::WPhoto => &Rule {
                id: "W-PHOTO",
                text: "遍访每户只要一张照片，多余的不得要求",
                source: MEASURES,
            },
            Self::Unreadable => &Rule {
                id: "unreadable",
                text: "不能读取，不能使用",
                source: "specs/README.md",
            },
        }
    }
}

impl Serialize for RuleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.rule().id)
    }
}
