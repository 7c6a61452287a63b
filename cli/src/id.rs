//! `fieldwork id`: checks and normalises numbers and codes.

use std::process::ExitCode;

use fieldwork_ids::{IdKind, check};
use serde_json::json;

use crate::args::{Id, IdName};
use crate::error::Failed;
use crate::output;

impl From<IdName> for IdKind {
    fn from(name: IdName) -> Self {
        match name {
            IdName::Citizen => Self::Citizen,
            IdName::Firm => Self::Firm,
            IdName::Phone => Self::Phone,
            IdName::Division => Self::Division,
            IdName::Grid => Self::Grid,
            IdName::Household => Self::Household,
            IdName::Person => Self::Person,
            IdName::Issuer => Self::Issuer,
            IdName::Contractor => Self::Contractor,
            IdName::Plot => Self::Plot,
            IdName::House => Self::HouseUnit,
        }
    }
}

/// Checks each value; status 1 where one is not valid.
pub fn run(command: &Id, json: bool) -> Result<ExitCode, Failed> {
    let kind = IdKind::from(command.kind);
    let mut bad = false;
    let mut text = String::new();
    let rows: Vec<_> = command
        .values
        .iter()
        .map(|value| match check(kind, value) {
            Ok(found) => {
                text.push_str(&format!("{value}\t✓\t{}\n", found.text));
                json!({
                    "value": value, "valid": true, "normalised": found.text, "reason": null,
                    "birth": found.birth.map(|day| day.to_string()), "sex": found.sex.map(|sex| sex.code()),
                })
            }
            Err(error) => {
                bad = true;
                text.push_str(&format!("{value}\t✗\t{}\n", error.chinese()));
                json!({
                    "value": value, "valid": false, "normalised": null, "reason": error.reason(),
                    "birth": null, "sex": null,
                })
            }
        })
        .collect();
    output::result(json, &json!({ "ids": rows }), || text)?;
    Ok(ExitCode::from(u8::from(bad)))
}
