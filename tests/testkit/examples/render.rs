//! Renders the photographs of the day into a folder, with a contact sheet for looking at them:
//! `cargo run -p fieldwork-testkit --example render DIR`.

#![allow(clippy::print_stdout, reason = "an example that reports to a terminal")]

use std::time::Instant;

use fieldwork_testkit::fixtures::Fixtures;
use fieldwork_testkit::scene::{Shot, render};
use image::{RgbImage, imageops};

/// Columns of the sheet, and the size of a picture on it in pixels.
const COLUMNS: usize = 4;
const THUMB: (u32, u32) = (480, 360);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::path::PathBuf::from(std::env::args().nth(1).ok_or("a folder is needed")?);
    std::fs::create_dir_all(&dir)?;
    let day = Fixtures::default().day()?;
    let mut thumbs = Vec::new();
    for entry in &day.captures {
        for picture in &entry.photos {
            let started = Instant::now();
            let photo = render(&Shot::of(&day, entry, picture));
            println!(
                "{} {} bytes, {} ms",
                picture.name,
                photo.len(),
                started.elapsed().as_millis()
            );
            thumbs.push(
                image::load_from_memory(&photo)?
                    .thumbnail(THUMB.0, THUMB.1)
                    .into_rgb8(),
            );
            std::fs::write(dir.join(format!("{}.jpg", picture.name)), photo)?;
        }
    }
    let rows = thumbs.len().div_ceil(COLUMNS);
    let mut sheet = RgbImage::new(THUMB.0 * COLUMNS as u32, THUMB.1 * rows as u32);
    for (number, thumb) in thumbs.iter().enumerate() {
        let (column, row) = ((number % COLUMNS) as i64, (number / COLUMNS) as i64);
        imageops::replace(
            &mut sheet,
            thumb,
            column * i64::from(THUMB.0),
            row * i64::from(THUMB.1),
        );
    }
    sheet.save(dir.join("sheet.png"))?;
    Ok(())
}
