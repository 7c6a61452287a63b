//! Accepted messages as files, for people to look at.

use std::fs;
use std::io;
use std::path::Path;

use serde_json::json;

use super::{Accepted, StoredFile};

pub(super) fn write(dir: &Path, accepted: &[Accepted], files: &[StoredFile]) -> io::Result<usize> {
    fs::create_dir_all(dir)?;
    for message in accepted {
        let name = format!("{:03}-{}", message.order, message.form);
        fs::write(
            dir.join(format!("{name}.{}", message.extension)),
            &message.raw,
        )?;
        let meta = json!({
            "order": message.order,
            "key": message.key,
            "form": message.form,
            "path": message.path,
            "reference": message.reference,
            "repeats": message.repeats,
        });
        fs::write(dir.join(format!("{name}.meta.json")), format!("{meta:#}\n"))?;
    }
    if !files.is_empty() {
        fs::create_dir_all(dir.join("files"))?;
    }
    for (number, file) in (1..).zip(files) {
        fs::write(
            dir.join("files").join(format!("{number:03}.jpg")),
            &file.bytes,
        )?;
    }
    Ok(accepted.len())
}
