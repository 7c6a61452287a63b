//! Whether a spec may demand what the rules forbid: only by an exception that is whole and has not ended.

use fieldwork_ids::Date;
use serde::Deserialize;
use serde_json::Value;

use crate::exception::Exception;

use super::rule::RuleId::B27;
use super::{Finding, Level, finding};

/// Whether the spec has an exception that holds on a day, or on any where none is given. One that has not
/// all it needs, or has ended, excuses nothing and is a finding.
pub(super) fn look(spec: &Value, on: Option<Date>, findings: &mut Vec<Finding>) -> bool {
    let Some(claimed) = spec.get("exception").filter(|value| !value.is_null()) else {
        return false;
    };
    // Keys that an exception does not have are the reader's business.
    let known = ["kind", "basis", "scope", "expires"];
    let known = claimed.as_object().map(|claimed| {
        let mut claimed = claimed.clone();
        claimed.retain(|key, _| known.contains(&key.as_str()));
        Value::Object(claimed)
    });
    let exception = known.and_then(|known| Exception::deserialize(known).ok());
    let Some(exception) = exception.filter(Exception::is_whole) else {
        findings.push(finding(B27, Level::Refused, "exception"));
        return false;
    };
    match on.is_some_and(|day| day > exception.expires) {
        true => {
            findings.push(Finding {
                text: format!(
                    "例外已于{}到期，须重新提出依据或去掉所要求的内容",
                    exception.expires
                ),
                ..finding(B27, Level::Refused, "exception.expires")
            });
            false
        }
        false => true,
    }
}
