//! Import of the fixture village: counts, and every trap in its files.

mod common;

use common::{files, fixture, id, imported, texts};
use fieldwork_register::{
    Base, Counts, Effect, Files, IndexedBase, RegisterError, SourceFile, import,
};

#[test]
fn every_person_house_and_plot_of_the_village_is_there() {
    let (base, report) = imported();
    let expected = Counts {
        persons: 1386,
        households: 412,
        houses: 430,
        plots: 1860,
        premises: 38,
        grids: 9,
        workers: 8,
    };
    assert_eq!(report.counts, expected);
    assert_eq!(base.entities.len(), 1386 + 412 + 430 + 1860 + 38 + 9 + 8);
    let village = &base.village;
    assert_eq!(village.code, "990101100201");
    assert_eq!(
        (&*village.county, &*village.town, &*village.name),
        ("示例县", "清溪镇", "青禾村")
    );
    let groups: Vec<_> = village
        .groups
        .iter()
        .map(|(number, name)| format!("{number}{name}"))
        .collect();
    assert_eq!(groups, ["01一组", "02二组", "03三组", "04四组", "05五组"]);
    for rows in &report.rows {
        let left_out = if rows.file == SourceFile::Roster {
            2
        } else {
            0
        };
        assert_eq!(rows.read - rows.taken, left_out, "{}", rows.file);
    }
}

#[test]
fn every_trap_of_the_roster_is_reported_by_row_and_nothing_else_is() {
    let (_, report) = imported();
    let expected = [
        "7 证件号码: lower-case letter made upper-case",
        "45 户联系电话: telephone number with a leading zero kept as text",
        "399 -: the same as row 398, skipped",
        "701 户联系电话: full-width characters made half-width",
        "973 证件号码: citizen number of 15 digits upgraded to 18",
        "1020 是否解决安全饮用水: blank where something is expected",
        "1389 -: the same as row 1027, skipped",
    ];
    assert_eq!(texts(&report, SourceFile::Roster), expected);
    assert_eq!(report.findings.len(), expected.len());
    assert_eq!(report.with_effect(Effect::Skipped).count(), 2);
    let shown: Vec<String> = report
        .findings
        .iter()
        .map(|finding| finding.chinese())
        .collect();
    assert_eq!(
        shown[4],
        "人口花名册.csv 第973行“证件号码”：15位旧号码已升为18位"
    );
}

#[test]
fn what_was_mended_is_in_the_register_as_it_should_be() {
    let village = IndexedBase::new(imported().0);
    let cell = |entity: &str, concept: &str| {
        village
            .entity(&id(entity))
            .unwrap()
            .cells
            .get(concept)
            .cloned()
    };
    assert_eq!(
        cell("person:99010110020100028801", "person.id_no").as_deref(),
        Some("99010119380912023X")
    );
    assert_eq!(
        cell("person:99010110020100000301", "person.id_no").as_deref(),
        Some("99010119570302023X")
    );
    assert_eq!(
        cell("household:990101100201000207", "household.phone").as_deref(),
        Some("13800000207")
    );
    assert_eq!(
        cell("household:990101100201000015", "household.phone").as_deref(),
        Some("09900000015")
    );
    assert_eq!(
        cell("household:990101100201000300", "household.water_ok"),
        None
    );
    assert_eq!(
        cell("household:990101100201000074", "household.unsafe_house").as_deref(),
        Some("是")
    );
    assert_eq!(
        cell("household:990101100201000074", "household.house_ok").as_deref(),
        Some("否")
    );
    assert_eq!(
        cell("person:99010110020100020002", "person.name").as_deref(),
        Some("王\u{23C97}")
    );
    assert_eq!(
        cell("person:99010110020100033302", "person.name").as_deref(),
        Some("古丽娜尔·艾山")
    );
}

#[test]
fn heads_of_the_same_name_are_persons_of_their_own() {
    let (base, _) = imported();
    let named = |name: &str| {
        let persons = base.entities.iter().filter(|entity| {
            entity
                .cells
                .get("person.name")
                .is_some_and(|own| own == name)
        });
        persons
            .map(|entity| entity.parent.clone().unwrap().id[12..].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(named("王伟"), ["000019", "000058", "000266"]);
    assert_eq!(named("张志强"), ["000031", "000266"]);
}

#[test]
fn cells_dates_parents_and_places_come_from_their_files() {
    let village = IndexedBase::new(imported().0);
    let household = village.entity(&id("household:990101100201000031")).unwrap();
    let cells: Vec<_> = household
        .cells
        .iter()
        .map(|(concept, value)| format!("{concept}={value}"))
        .collect();
    let expected = [
        "household.contractor=990101100201010031",
        "household.edu_ok=是",
        "household.group=一组",
        "household.hamlet=上湾",
        "household.house_ok=是",
        "household.identified=2014-06-30",
        "household.income_pc=14860",
        "household.kind=脱贫户",
        "household.med_ok=是",
        "household.monitor_kind=脱贫不稳定户",
        "household.phone=13800000031",
        "household.poverty_cause=因病",
        "household.risk_identified=2023-11-15",
        "household.risk_kind=因病",
        "household.risk_removed=否",
        "household.unsafe_house=否",
        "household.water_ok=是",
    ];
    assert_eq!(cells, expected);
    let son = village.entity(&id("person:99010110020100003103")).unwrap();
    assert_eq!(son.parent.as_ref(), Some(&household.id));
    assert_eq!(son.as_of, household.as_of);
    assert!(household.as_of.is_some());

    let house = village
        .entity(&id("house:990101001001JC00032F00010001"))
        .unwrap();
    assert_eq!(house.as_of.unwrap().to_string(), "2024-09-20");
    assert_eq!(house.parent, Some(id("household:990101100201000032")));
    assert!(house.point.is_some() && house.cells["house.structure"] == "砖木");

    let plot = village.entity(&id("plot:9901011002010100017")).unwrap();
    assert_eq!(plot.parent, Some(id("household:990101100201000047")));
    assert_eq!(
        (
            &*plot.cells["plot.area"],
            &*plot.cells["plot.basic_farmland"]
        ),
        ("1.8", "1")
    );
    assert!((plot.outline.as_ref().unwrap().area_m2() - 1200.0).abs() < 1.0);

    let worker = village.worker("K05").unwrap();
    assert_eq!(
        worker.cells["worker.roles"],
        "两委;网格员;村级田长;房屋信息员;文化管理员;执法协管员"
    );
    let shop = village.entity(&id("premises:PR01")).unwrap();
    assert_eq!(
        (
            &*shop.cells["premises.kind"],
            &*shop.cells["premises.owner"]
        ),
        ("01", "周丽")
    );
}

#[test]
fn the_base_comes_back_from_cbor_and_two_imports_are_the_same_bytes() {
    let cbor = |base: &Base| {
        let mut bytes = Vec::new();
        ciborium::into_writer(base, &mut bytes).unwrap();
        bytes
    };
    let (base, _) = imported();
    let bytes = cbor(&base);
    assert_eq!(ciborium::from_reader::<Base, _>(&bytes[..]).unwrap(), base);
    assert_eq!(cbor(&imported().0), bytes);
}

#[test]
fn a_missing_file_is_named() {
    for missing in SourceFile::ALL {
        let read = |name: &str| {
            Ok::<_, std::io::Error>(
                (name != missing.name()).then(|| fixture(&format!("register/{name}"))),
            )
        };
        let error = import(&Files::read_with(read).unwrap()).unwrap_err();
        assert!(
            matches!(error, RegisterError::FileMissing { file } if file == missing),
            "{error}"
        );
    }
}

#[test]
fn a_missing_heading_is_named_with_its_file() {
    let headings = [
        (SourceFile::Roster, "危房户"),
        (SourceFile::Households, "承包方编码"),
        (SourceFile::Houses, "经度"),
        (SourceFile::Plots, "CBFBM"),
        (SourceFile::Premises, "负责人"),
        (SourceFile::Grids, "WGDM"),
        (SourceFile::Workers, "角色"),
    ];
    for (wanted, heading) in headings {
        let changed = common::files_with(wanted, |text| text.replace(heading, "别的"));
        let error = import(&changed).unwrap_err();
        let named = matches!(error, RegisterError::HeadingMissing { file, heading: missing } if file == wanted && missing == heading);
        assert!(named, "{error}");
        assert!(error.to_string().contains(heading) && error.to_string().contains(wanted.name()));
    }
}

#[test]
fn a_roster_in_gb_18030_and_a_map_that_is_none_are_named() {
    let mut wrong = files();
    wrong.insert(
        SourceFile::Roster,
        fixture("register/人口花名册_gb18030.csv"),
    );
    assert!(matches!(
        import(&wrong),
        Err(RegisterError::NotUtf8 {
            file: SourceFile::Roster
        })
    ));

    let mut wrong = files();
    wrong.insert(SourceFile::Grids, b"{\n \"features\": [{]}".to_vec());
    let error = import(&wrong).unwrap_err();
    assert!(
        matches!(
            error,
            RegisterError::NotGeoJson {
                file: SourceFile::Grids,
                line: 2,
                ..
            }
        ),
        "{error}"
    );

    let empty = common::files_with(SourceFile::Roster, |text| {
        text.lines().next().unwrap().to_owned()
    });
    assert!(matches!(import(&empty), Err(RegisterError::NoVillage)));
}
