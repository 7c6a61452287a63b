//! Plots from a file, and what may be said about it where the file does not.

use std::path::PathBuf;

use clap::Args;
use fieldwork::store::geopackage;
use fieldwork_patrol::Plot;
use fieldwork_patrol::read::{Crs, CrsError, PlotOptions};

use crate::error::Failed;
use crate::output;

/// Options about a file of plots.
#[derive(Debug, Args)]
pub struct PlotFile {
    /// Plots: GeoJSON, GeoPackage or zipped Shapefile
    #[arg(long, value_name = "FILE")]
    pub plots: Option<PathBuf>,
    /// What their numbers mean, where the file does not say: EPSG:4547, gcj02 …
    #[arg(long, value_name = "SYSTEM", value_parser = system, requires = "plots")]
    pub plots_crs: Option<Crs>,
    /// Which layer of a file that holds several
    #[arg(long, value_name = "NAME", requires = "plots")]
    pub plots_layer: Option<String>,
    /// The column of codes [default: the first of DKBM, 地块编码 and other usual names]
    #[arg(long, value_name = "COLUMN", requires = "plots")]
    pub plots_code: Option<String>,
    /// The column of names [default: the first of DKMC, 地块名称 and other usual names]
    #[arg(long, value_name = "COLUMN", requires = "plots")]
    pub plots_name: Option<String>,
}

fn system(name: &str) -> Result<Crs, CrsError> {
    Crs::from_name(name)
}

impl PlotFile {
    /// The plots, none without a file. What was odd about it goes to standard error.
    ///
    /// # Errors
    /// Where the file cannot be read or is not taken.
    pub fn read(&self) -> Result<Vec<Plot>, Failed> {
        let Some(file) = &self.plots else {
            return Ok(Vec::new());
        };
        let options = PlotOptions {
            code_field: self.plots_code.clone(),
            name_field: self.plots_name.clone(),
            layer: self.plots_layer.clone(),
            crs: self.plots_crs,
        };
        let read = geopackage::plots(file, &options)?;
        for warning in &read.warnings {
            output::note(&format!("{}: {warning}", file.display()));
        }
        Ok(read.plots)
    }
}
