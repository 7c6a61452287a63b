//! What the numbers of a file mean, and which are not guessed at.
#![allow(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use fieldwork_patrol::Datum;
use fieldwork_patrol::read::{Crs, PlotFile, PlotOptions, ReadError, WarningKind, plots};

fn text(json: &str) -> Result<PlotFile, ReadError> {
    plots(json.as_bytes(), &PlotOptions::default())
}

fn kinds(file: &PlotFile) -> Vec<WarningKind> {
    file.warnings.iter().map(|warning| warning.kind).collect()
}

#[test]
fn xian_1980_beijing_1954_and_foreign_systems_are_refused_by_name() {
    let xian = r#"PROJCS["Xian_1980_3_Degree_GK_Zone_38",GEOGCS["GCS_Xian_1980",DATUM["D_Xian_1980",
        SPHEROID["Xian_1980",6378140.0,298.257]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],
        PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",38500000.0],PARAMETER["Central_Meridian",114.0],
        UNIT["Meter",1.0]]"#;
    assert_eq!(
        Crs::from_wkt(xian).unwrap_err().name,
        "Xian_1980_3_Degree_GK_Zone_38"
    );
    for (name, refused) in [
        ("EPSG:2362", "Xi'an 1980 (EPSG:2362)"),
        ("urn:ogc:def:crs:EPSG::2434", "Beijing 1954 (EPSG:2434)"),
        ("EPSG:28992", "EPSG:28992"),
        ("http://www.opengis.net/def/crs/EPSG/0/3857", "EPSG:3857"),
        ("奇怪", "奇怪"),
    ] {
        assert_eq!(Crs::from_name(name).unwrap_err().name, refused);
    }
    let json = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:2362"}},"features":[]}"#;
    let Err(ReadError::CrsUnsupported(error)) = text(json) else {
        panic!("read");
    };
    assert!(error.to_string().contains("convert them to CGCS2000"));
}

#[test]
fn well_known_text_of_both_versions_is_understood() {
    let town = r#"PROJCRS["town",BASEGEOGCRS["CGCS2000",DATUM["China 2000",ELLIPSOID["CGCS2000",6378137,298.257222101,
        LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0]],CONVERSION["own",METHOD["Transverse Mercator",ID["EPSG",9807]],
        PARAMETER["Latitude of natural origin",0],PARAMETER["Longitude of natural origin",115.75],
        PARAMETER["Scale factor at natural origin",1],PARAMETER["False easting",500000],
        PARAMETER["False northing",0]],CS[Cartesian,2],AXIS["(E)",east],LENGTHUNIT["metre",1]]"#;
    let Ok(Crs::TransverseMercator(grid)) = Crs::from_wkt(town) else {
        panic!("{:?}", Crs::from_wkt(town));
    };
    assert!((grid.meridian_deg - 115.75).abs() < 1e-12);
    let utm = r#"PROJCS["WGS_1984_UTM_Zone_50N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137,298.257223563]],
        PRIMEM["Greenwich",0],UNIT["Degree",0.017453292519943295]],PROJECTION["Transverse_Mercator"],
        PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",117],PARAMETER["scale_factor",0.9996],
        PARAMETER["false_easting",500000],PARAMETER["false_northing",0],UNIT["Meter",1]]"#;
    assert_eq!(Crs::from_wkt(utm), Crs::from_epsg(32_650));
    let coded = r#"GEOGCS["whatever",AUTHORITY["EPSG","4490"]]"#;
    assert_eq!(Crs::from_wkt(coded), Ok(Crs::Degrees(Datum::Cgcs2000)));
    for broken in [
        "",
        "[",
        "PROJCS",
        "PROJCS[",
        "A[\"",
        &"A[".repeat(10_000),
        "GEOGCS[\"x\",DATUM[\"y\"]]",
    ] {
        assert!(Crs::from_wkt(broken).is_err());
    }
}

#[test]
fn degrees_of_gcj02_are_read_only_when_the_caller_says_so() {
    // Reference value of the customary formula, as two public programs give it.
    let json = r#"{"type":"Polygon","coordinates":[[[121.531541859215,31.17530398364597],[121.54,31.18],[121.53,31.19]]]}"#;
    let options = PlotOptions {
        crs: Some(Crs::Degrees(Datum::Gcj02)),
        ..PlotOptions::default()
    };
    let file = plots(json.as_bytes(), &options).unwrap();
    assert_eq!(
        file.plots[0].outline.parts()[0][0][0],
        [1_215_272_106, 311_774_276]
    );
    assert_eq!(
        text(json).unwrap().plots[0].outline.parts()[0][0][0],
        [1_215_315_419, 311_753_040]
    );
}

#[test]
fn numbers_in_the_wrong_order_are_exchanged_and_said() {
    let json =
        r#"{"type":"Polygon","coordinates":[[[33.28,115.41],[33.281,115.41],[33.28,115.411]]]}"#;
    let file = text(json).unwrap();
    assert!(kinds(&file).contains(&WarningKind::AxesSwapped));
    assert_eq!(
        file.plots[0].outline.bounding_box().min,
        [1_154_100_000, 332_800_000]
    );
}
