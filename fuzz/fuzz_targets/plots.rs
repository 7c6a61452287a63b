//! Any bytes as a file of plots, as a geometry of a GeoPackage and as a reference system:
//! `cargo +nightly fuzz run plots`.
#![no_main]

use fieldwork_patrol::read::geopackage::{self, Layer, LayerRow};
use fieldwork_patrol::read::{Crs, PlotOptions, plots};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = PlotOptions::default();
    if let Ok(file) = plots(bytes, &options) {
        for plot in &file.plots {
            assert!(plot.outline.area_m2().is_finite());
        }
    }
    let layer = Layer {
        organization: "EPSG".to_owned(),
        code: 4490,
        rows: vec![LayerRow {
            geometry: bytes.to_vec(),
            ..LayerRow::default()
        }],
        ..Layer::default()
    };
    let _ = geopackage::plots(layer, &options);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Crs::from_wkt(text);
        let _ = Crs::from_name(text);
    }
});
