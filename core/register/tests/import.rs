//! Import of the fixture village: counts, every trap, and damage of all kinds.

mod common;

use common::imported;

#[test]
fn dump() {
    let (_, report) = imported();
    for f in &report.findings {
        println!("{f} | {}", f.chinese());
    }
    println!("{:?} {:?}", report.counts, report.rows);
}
