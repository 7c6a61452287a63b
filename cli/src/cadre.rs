//! The register as the script of a day wants it: the worker whom the script names has the name, phone,
//! lines and roles that the script gives, whatever the list of workers says.
//!
//! So a day can be tried in another role without writing a register for it.

use std::fs;
use std::path::{Path, PathBuf};

use fieldwork_testkit::day::Cadre;
use tempfile::TempDir;

use crate::error::Failed;

/// The list of workers in a register folder.
const LIST: &str = "干部.csv";

/// A register folder, copied where something had to be changed.
pub struct RegisterFolder {
    path: PathBuf,
    _copy: Option<TempDir>,
}

impl RegisterFolder {
    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The register in which `cadre` is as the script says.
///
/// # Errors
/// [`Failed`] where a file cannot be read or copied.
pub fn register_for(register: &Path, cadre: &Cadre) -> Result<RegisterFolder, Failed> {
    let unchanged = || RegisterFolder {
        path: register.to_owned(),
        _copy: None,
    };
    let list = register.join(LIST);
    let Ok(text) = fs::read_to_string(&list) else {
        // Whoever imports the register says better what is wrong with it.
        return Ok(unchanged());
    };
    let Some(changed) = with_cadre(text.trim_start_matches('\u{feff}'), cadre) else {
        return Ok(unchanged());
    };
    let copy = tempfile::tempdir().map_err(Failed::file(std::env::temp_dir()))?;
    for entry in fs::read_dir(register).map_err(Failed::file(register))? {
        let entry = entry.map_err(Failed::file(register))?;
        let into = copy.path().join(entry.file_name());
        fs::copy(entry.path(), &into).map_err(Failed::file(&into))?;
    }
    let into = copy.path().join(LIST);
    fs::write(&into, changed).map_err(Failed::file(&into))?;
    Ok(RegisterFolder {
        path: copy.path().to_owned(),
        _copy: Some(copy),
    })
}

/// The list with the worker's row changed or added; `None` where it says the same already, or is no such
/// list.
fn with_cadre(text: &str, cadre: &Cadre) -> Option<Vec<u8>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headings = reader.headers().ok()?.clone();
    let column = |name: &str| headings.iter().position(|heading| heading == name);
    let id = column("编号")?;
    let wanted = [
        (id, cadre.id.clone()),
        (column("姓名")?, cadre.name.clone()),
        (column("联系电话")?, cadre.phone.clone()),
        (column("条线")?, cadre.lines.join(";")),
        (column("角色")?, cadre.roles.join(";")),
    ];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in reader.records() {
        rows.push(row.ok()?.iter().map(str::to_owned).collect());
    }
    let at = rows
        .iter()
        .position(|row| row.get(id).is_some_and(|known| *known == cadre.id));
    let row = match at {
        Some(at) => rows.get_mut(at)?,
        None => {
            rows.push(vec![String::new(); headings.len()]);
            rows.last_mut()?
        }
    };
    let mut same = at.is_some();
    for (column, value) in wanted {
        let cell = row.get_mut(column)?;
        if *cell != value {
            *cell = value;
            same = false;
        }
    }
    if same {
        return None;
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&headings).ok()?;
    for row in &rows {
        writer.write_record(row).ok()?;
    }
    writer.into_inner().ok()
}
