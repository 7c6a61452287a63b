//! Damaged and contradicting rows: each is a finding with its row, and all others are imported.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::{files_with, texts};
use fieldwork_register::{Base, Files, ImportReport, SourceFile, import};
use proptest::prelude::*;

/// Imports the village with one line of a table changed, the heading being line 1.
fn with_line(
    file: SourceFile,
    line: usize,
    change: impl Fn(&str) -> String,
) -> (Base, ImportReport) {
    let changed = files_with(file, |text| {
        let lines = text.split("\r\n").enumerate();
        lines
            .map(|(at, old)| {
                if at + 1 == line {
                    change(old)
                } else {
                    old.to_owned()
                }
            })
            .collect::<Vec<_>>()
            .join("\r\n")
    });
    import(&changed).unwrap()
}

/// Findings about a file that the village does not have by itself.
fn news(report: &ImportReport, file: SourceFile) -> Vec<String> {
    let usual = texts(&common::imported().1, file);
    texts(report, file)
        .into_iter()
        .filter(|text| !usual.contains(text))
        .collect()
}

fn assert_one(report: &ImportReport, file: SourceFile, expected: &str) {
    assert_eq!(news(report, file), [expected]);
}

#[test]
fn a_wrong_check_digit_is_kept_as_written_and_reported() {
    let (base, report) = with_line(SourceFile::Roster, 2, |row| {
        row.replace("990101197603230220", "990101197603230221")
    });
    assert_one(
        &report,
        SourceFile::Roster,
        "2 证件号码: number kept as written: the check digit does not agree",
    );
    assert_eq!(report.counts.persons, 1386);
    assert!(base.entities.iter().any(|entity| {
        entity
            .cells
            .get("person.id_no")
            .is_some_and(|id| id == "990101197603230221")
    }));
    // The house of that head says otherwise now.
    assert_one(
        &report,
        SourceFile::Houses,
        "2 证件号码: disagrees with 证件号码 of 人口花名册.csv",
    );
}

#[test]
fn a_row_with_too_few_or_too_many_cells_is_reported_and_the_rest_imported() {
    let (_, report) = with_line(SourceFile::Roster, 3, |row| format!("{row},多"));
    let expected = [
        "2 人数: 2 members stated, 1 rows",
        "3 -: 31 cells where the heading has 30, skipped",
    ];
    assert_eq!(news(&report, SourceFile::Roster), expected);
    assert_eq!(report.counts.persons, 1385);
    let (_, report) = with_line(SourceFile::Premises, 5, |row| {
        row.split(',').take(4).collect::<Vec<_>>().join(",")
    });
    assert_one(
        &report,
        SourceFile::Premises,
        "5 -: 4 cells where the heading has 11, skipped",
    );
    assert_eq!(report.counts.premises, 37);
}

#[test]
fn a_quote_that_is_never_closed_costs_its_own_row_only() {
    for place in ["\"", "\"\"\"", ",\""] {
        let (_, report) = with_line(SourceFile::Houses, 100, |row| {
            row.replacen(',', &format!(",{place}"), 1)
        });
        assert_one(
            &report,
            SourceFile::Houses,
            "100 -: a quotation mark is not closed, row skipped",
        );
        assert_eq!(report.counts.houses, 429);
    }
    // In the last cell it leaves the number of cells as it should be.
    let (_, report) = with_line(SourceFile::Roster, 10, |row| format!("{row}\""));
    assert_eq!(report.counts.persons, 1385);
    assert!(
        news(&report, SourceFile::Roster)
            .contains(&"10 -: a quotation mark is not closed, row skipped".to_owned())
    );
}

#[test]
fn a_cell_of_several_lines_is_one_cell_and_later_rows_keep_their_line_numbers() {
    let (base, report) = with_line(SourceFile::Houses, 2, |row| {
        row.replace(",,A,", ",\"屋面漏雨,\r\n山墙开裂\",A,")
    });
    assert_eq!(news(&report, SourceFile::Houses), [] as [&str; 0]);
    assert_eq!(report.counts.houses, 430);
    assert!(base.entities.iter().any(|house| {
        house
            .cells
            .get("house.hazard_text")
            .is_some_and(|text| text.contains('\n'))
    }));
}

#[test]
fn a_row_that_is_not_utf_8_is_reported() {
    let mut files = common::files();
    let mut bytes = common::fixture("register/干部.csv");
    let name = bytes
        .windows("宋海波".len())
        .position(|window| window == "宋海波".as_bytes())
        .unwrap();
    bytes[name] = 0xff;
    files.insert(SourceFile::Workers, bytes);
    let (_, report) = import(&files).unwrap();
    assert_one(&report, SourceFile::Workers, "4 -: not utf-8, row skipped");
    assert_eq!(report.counts.workers, 7);
}

#[test]
fn a_second_row_of_one_person_with_other_content_is_reported_and_the_first_counts() {
    let doubled = files_with(SourceFile::Roster, |text| {
        let second = text.lines().nth(1).unwrap().replace(",健康,", ",残疾,");
        format!("{text}{second}\r\n")
    });
    let (base, report) = import(&doubled).unwrap();
    let expected = "1390 人编号: same code as row 2 with other content, row 2 counts";
    assert_one(&report, SourceFile::Roster, expected);
    assert_eq!(report.counts.persons, 1386);
    let person = base
        .entities
        .iter()
        .find(|entity| entity.id.id == "99010110020100000101")
        .unwrap();
    assert_eq!(person.cells["person.health"], "健康");
}

#[test]
fn a_person_of_no_household_stays_and_is_reported() {
    let (base, report) = with_line(SourceFile::Roster, 3, |row| {
        row.replace(",990101100201000001,", ",,")
    });
    let expected = [
        "2 人数: 2 members stated, 1 rows",
        "3 户编号: no such household",
    ];
    assert_eq!(news(&report, SourceFile::Roster), expected);
    let person = base
        .entities
        .iter()
        .find(|entity| entity.id.id == "99010110020100000102")
        .unwrap();
    assert_eq!(person.parent, None);
}

#[test]
fn a_citizen_number_in_the_place_of_a_code_never_becomes_an_id() {
    let (base, report) = with_line(SourceFile::Roster, 3, |row| {
        row.replace("99010110020100000102", "990101197911220235")
    });
    assert!(
        news(&report, SourceFile::Roster)[1].starts_with("3 人编号: the code is a citizen number")
    );
    assert!(
        !base
            .entities
            .iter()
            .any(|entity| entity.id.id == "990101197911220235")
    );
}

#[test]
fn two_persons_of_one_citizen_number_are_reported() {
    let (_, report) = with_line(SourceFile::Roster, 3, |row| {
        row.replace("990101197911220235", "990101197603230220")
    });
    assert_one(
        &report,
        SourceFile::Roster,
        "3 证件号码: same citizen number as row 2",
    );
}

#[test]
fn households_that_contradict_themselves_are_reported() {
    let unsafe_house = |row: &str| row.replace(",是,,否,是,", ",是,,是,是,");
    let (_, report) = with_line(SourceFile::Roster, 2, unsafe_house);
    assert_one(
        &report,
        SourceFile::Roster,
        "3 危房户: differs from row 2 of the household, which counts",
    );
    assert_one(
        &report,
        SourceFile::Households,
        "2 住房安全有保障: disagrees with 危房户 of 人口花名册.csv",
    );

    let (base, report) = with_line(SourceFile::Households, 2, |row| {
        row.replace("是,是,是,是,", "是,是,是,否,")
    });
    assert_one(
        &report,
        SourceFile::Households,
        "2 饮水安全有保障: disagrees with 是否解决安全饮用水 of 人口花名册.csv",
    );
    assert_eq!(base.entities[0].cells["household.water_ok"], "是");

    let (_, report) = with_line(SourceFile::Households, 2, |row| {
        row.replace("郑秀芳,2,", "郑秀兰,3,")
    });
    let expected = [
        "2 人口数: 3 members stated, 2 rows",
        "2 户主姓名: disagrees with 姓名 of 人口花名册.csv",
    ];
    assert_eq!(news(&report, SourceFile::Households), expected);
}

#[test]
fn a_household_without_a_head_or_with_two_is_reported() {
    let (_, report) = with_line(SourceFile::Roster, 2, |row| row.replace("户主", "其他"));
    assert!(
        news(&report, SourceFile::Roster)
            .contains(&"2 与户主关系: no member is marked as head of the household".to_owned())
    );
    let (_, report) = with_line(SourceFile::Roster, 3, |row| row.replace("配偶", "户主"));
    assert_one(
        &report,
        SourceFile::Roster,
        "3 与户主关系: a second head of the household, the first is in row 2",
    );
}

#[test]
fn a_household_in_one_file_only_is_reported() {
    let (_, report) = with_line(SourceFile::Households, 2, |row| {
        row.replace("990101100201000001", "990101100201009999")
    });
    assert_one(
        &report,
        SourceFile::Roster,
        "2 户编号: household has no row in 户情.csv",
    );
    assert_one(
        &report,
        SourceFile::Households,
        "2 户编号: household has no row in 人口花名册.csv",
    );
    assert_eq!(report.counts.households, 413);
}

#[test]
fn unknown_words_dates_numbers_and_places_are_reported_and_kept() {
    let (base, report) = with_line(SourceFile::Houses, 2, |row| {
        row.replace(",否,否,否,", ",无,否,否,")
            .replace("2023-03-27", "去年")
            .replace(",1986,", ",很早,")
            .replace("115.4128636", "315.4")
    });
    let expected = [
        "2 -: no usable position",
        "2 建成年代: not a number, kept as written",
        "2 是否出租: neither 是 nor 否, kept as written",
        "2 核实日期: not a date, kept as written",
    ];
    let mut found = news(&report, SourceFile::Houses);
    found.sort();
    assert_eq!(found, expected);
    assert!(base.entities.iter().any(|house| {
        house
            .cells
            .get("house.built")
            .is_some_and(|built| built == "很早")
    }));

    let (_, report) = with_line(SourceFile::Premises, 2, |row| {
        row.replace("115.4144030,33.2799066", "33.2799066,15.4144030")
    });
    assert_one(
        &report,
        SourceFile::Premises,
        "2 -: position in no grid of the village",
    );
    let (_, report) = with_line(SourceFile::Workers, 2, |row| {
        row.replace("990101100201009", "990101100201009;990101100201010")
    });
    assert_one(&report, SourceFile::Workers, "2 负责网格: no such grid");
    let (_, report) = with_line(SourceFile::Workers, 1, |row| format!("{row},备注"));
    assert_eq!(report.counts.workers, 0);
    assert_eq!(
        news(&report, SourceFile::Workers)[0],
        "1 备注: column not read"
    );
}

#[test]
fn a_plot_of_an_unknown_contractor_or_without_an_outline_is_reported_and_stays() {
    let plots = files_with(SourceFile::Plots, |text| {
        text.replacen("990101100201010006", "990101100201019999", 1)
            .replacen("Polygon", "Point", 1)
    });
    let (base, report) = import(&plots).unwrap();
    assert_eq!(
        news(&report, SourceFile::Plots),
        ["1 -: no usable outline", "1 CBFBM: no such contractor"]
    );
    assert_eq!(report.counts.plots, 1860);
    let plot = base
        .entities
        .iter()
        .find(|entity| entity.id.id == "9901011002010100001")
        .unwrap();
    assert!(plot.parent.is_none() && plot.outline.is_none());
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.file == SourceFile::Plots)
        .unwrap();
    assert_eq!(
        finding.to_string(),
        "地块.geojson feature 1: no usable outline"
    );
}

#[test]
fn no_finding_shows_a_value_of_the_files() {
    let (_, report) = with_line(SourceFile::Roster, 2, |row| {
        row.replace("990101197603230220", "990101197603230221")
            .replace(",是,", ",郑秀芳,")
    });
    assert!(report.findings.len() > 8);
    for finding in &report.findings {
        let texts = format!("{finding} {} {finding:?}", finding.chinese());
        assert!(
            !texts.contains("郑秀芳") && !texts.contains("9901011976"),
            "{finding}"
        );
    }
}

#[test]
fn line_ends_of_any_kind_and_blank_lines_make_no_difference() {
    let usual = common::imported().0;
    let unix = files_with(SourceFile::Roster, |text| text.replace("\r\n", "\n"));
    let spaced = files_with(SourceFile::Roster, |text| {
        text.trim_start_matches('\u{feff}')
            .replace("\r\n", "\r\n\r\n")
            + ",,,\r\n"
    });
    assert_eq!(import(&unix).unwrap().0, usual);
    let (base, report) = import(&spaced).unwrap();
    assert_eq!(base, usual);
    assert_eq!(report.findings[0].row, 13);
}

fn small() -> Files {
    let mut files = common::files();
    for file in SourceFile::ALL {
        let text =
            String::from_utf8(common::fixture(&format!("register/{}", file.name()))).unwrap();
        let text = match file.name().ends_with("csv") {
            true => text.split_inclusive('\n').take(8).collect(),
            false => {
                text.split_inclusive('\n')
                    .take(4)
                    .collect::<String>()
                    .trim_end()
                    .trim_end_matches(',')
                    .to_owned()
                    + "]}"
            }
        };
        files.insert(file, text.into_bytes());
    }
    files
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_change_of_any_byte_makes_an_import_panic(
        file in prop::sample::select(SourceFile::ALL.to_vec()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), prop::sample::select(b"\",\r\n0X/:;".to_vec())], 0..3u8), 1..20),
    ) {
        let mut files = small();
        prop_assert!(import(&files).is_ok());
        let mut bytes = files.remove(file).unwrap();
        for (at, byte, what) in changes {
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ if bytes.len() > 1 => drop(bytes.remove(at)),
                _ => {}
            }
        }
        files.insert(file, bytes);
        if let Ok((base, report)) = import(&files) {
            prop_assert_eq!(base.entities.len(), report.counts.persons + report.counts.households + report.counts.houses
                + report.counts.plots + report.counts.premises + report.counts.grids + report.counts.workers);
            for rows in &report.rows {
                prop_assert!(rows.taken <= rows.read);
                // Whatever was left out of a file has a finding.
                let of_file = report.findings.iter().filter(|finding| finding.file == rows.file).count();
                prop_assert!(rows.read - rows.taken <= of_file, "{}", rows.file);
            }
            fieldwork_register::IndexedBase::new(base);
        }
    }
}
