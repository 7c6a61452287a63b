//! The ledger 台账 as files: CSV for machines, a workbook fit for printing, the whole of it and one of
//! each for every line of work.
//!
//! Both hold the same cells: the workbook is made from the CSV.

use fieldwork_forms::ledger::{self, Row};
use fieldwork_forms::spec::Spec;
use fieldwork_forms::wire::Wire;
use fieldwork_ids::time;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::village::{Delivered, Village, VillageError};
use crate::wire::by_hand::{ImportFile, file_name};

/// A4.
const PAPER: u8 = 9;

/// Narrowest and widest column, in characters of the usual font; a Chinese one counts twice.
const WIDTHS: (usize, usize) = (8, 36);

impl Village {
    /// The files of the village's ledgers as they stand now. What a correction has replaced is not in
    /// them.
    ///
    /// # Errors
    /// [`VillageError`].
    pub fn ledger_files(&self) -> Result<Vec<ImportFile>, VillageError> {
        self.fill()?;
        let catalogue = self.replica().catalogue()?;
        let deliveries = self.deliveries()?;
        let specs: Vec<&Spec> = catalogue
            .specs
            .values()
            .filter(|spec| matches!(spec.wire, Wire::Ledger(_)))
            .collect();
        let mut files = Vec::new();
        for spec in &specs {
            let name = match specs.len() {
                1 => "ledger".to_owned(),
                _ => format!("ledger-{}", spec.id),
            };
            files.extend(files_of(spec, &name, &deliveries, self.now_ms())?);
        }
        Ok(files)
    }
}

fn files_of(
    spec: &Spec,
    name: &str,
    deliveries: &[Delivered],
    now_ms: i64,
) -> Result<Vec<ImportFile>, VillageError> {
    let mine: Vec<(String, &Delivered)> = deliveries
        .iter()
        .filter(|one| one.envelope.system == spec.id && !one.replaced)
        .map(|one| {
            let id = || one.envelope.capture.to_string();
            (one.label.clone().unwrap_or_else(id), one)
        })
        .collect();
    let rows: Vec<Row<'_>> = mine
        .iter()
        .map(|(capture, one)| Row {
            capture,
            envelope: &one.envelope,
        })
        .collect();
    let lines = ledger::lines(spec, &rows);
    let mut files = Vec::new();
    for line in std::iter::once(None).chain(lines.into_iter().map(Some)) {
        let Some(csv) = ledger::ledger(spec, &rows, line) else {
            continue;
        };
        let (name, title) = match line {
            None => (name.to_owned(), spec.name.clone()),
            Some(line) => (format!("{name}-{line}"), format!("{}（{line}）", spec.name)),
        };
        let bytes = printed(&title, &csv, now_ms).map_err(|_| VillageError::Envelope)?;
        for (ending, bytes) in [("csv", csv.into_bytes()), ("xlsx", bytes)] {
            files.push(ImportFile {
                name: file_name(&format!("{name}.{ending}")),
                bytes,
            });
        }
    }
    Ok(files)
}

/// The cells of a CSV as a workbook that prints well: A4 across, all columns on one page's width, the
/// headings on every page, pages numbered.
fn printed(title: &str, csv: &str, now_ms: i64) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let day = time::china_date(now_ms);
    let created = ExcelDateTime::from_ymd(
        u16::try_from(day.year()).unwrap_or(1900).max(1900),
        u8::try_from(day.month()).unwrap_or(1),
        u8::try_from(day.day()).unwrap_or(1),
    )?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let page = workbook.add_worksheet();
    page.set_name("台账")?;
    page.set_landscape();
    page.set_paper_size(PAPER);
    page.set_print_fit_to_pages(1, 0);
    page.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    page.set_footer("&C第&P页 共&N页&R打印日期&D");
    page.set_repeat_rows(0, 1)?;
    page.set_freeze_panes(2, 0)?;
    cells(page, title, csv)?;
    workbook.save_to_buffer()
}

fn cells(page: &mut Worksheet, title: &str, csv: &str) -> Result<(), XlsxError> {
    // Text throughout: a program that opens the file must not round a long number.
    let plain = Format::new()
        .set_num_format("@")
        .set_text_wrap()
        .set_align(FormatAlign::Top)
        .set_border(FormatBorder::Thin);
    let heading = plain.clone().set_bold().set_align(FormatAlign::Center);
    let large = Format::new().set_bold().set_font_size(14);
    page.write_string_with_format(0, 0, title, &large)?;
    let csv = csv.strip_prefix('\u{feff}').unwrap_or(csv);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_bytes());
    let mut widths: Vec<usize> = Vec::new();
    for (down, record) in (1..).zip(reader.records().map_while(Result::ok)) {
        let format = if down == 1 { &heading } else { &plain };
        for (across, cell) in (0..).zip(&record) {
            page.write_string_with_format(down, across, cell, format)?;
            let width: usize = cell
                .chars()
                .map(|one| if one.is_ascii() { 1 } else { 2 })
                .sum();
            match widths.get_mut(usize::from(across)) {
                Some(widest) => *widest = width.max(*widest),
                None => widths.push(width),
            }
        }
    }
    for (across, width) in (0..).zip(widths) {
        let width = u32::try_from(width.clamp(WIDTHS.0, WIDTHS.1)).unwrap_or(8);
        page.set_column_width(across, f64::from(width) + 1.0)?;
    }
    Ok(())
}
