//! The scene as SVG.

use std::fmt::Write;

use super::scene::{At, Colour, PAPER, Scene, Shape};

pub(super) fn write(scene: &Scene) -> String {
    let mut svg = String::new();
    // Writing into a string does not fail.
    let _ = write_to(&mut svg, scene);
    svg
}

fn write_to(svg: &mut String, scene: &Scene) -> std::fmt::Result {
    let (width, height) = (scene.width, scene.height);
    write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
        hex(PAPER)
    )?;
    for shape in &scene.shapes {
        match shape {
            Shape::Area {
                rings,
                fill,
                border,
                title,
            } => {
                svg.push_str("<path d=\"");
                for ring in rings {
                    path(svg, ring)?;
                    svg.push('Z');
                }
                let (fill, border) = (hex(*fill), hex(*border));
                write!(
                    svg,
                    "\" fill=\"{fill}\" fill-rule=\"evenodd\" stroke=\"{border}\""
                )?;
                if title.is_empty() {
                    svg.push_str("/>\n");
                } else {
                    writeln!(svg, "><title>{}</title></path>", escaped(title))?;
                }
            }
            Shape::Line {
                points,
                colour,
                width,
                dash,
            } => {
                svg.push_str("<path d=\"");
                path(svg, points)?;
                let colour = hex(*colour);
                write!(
                    svg,
                    "\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\""
                )?;
                if *dash > 0.0 {
                    write!(svg, " stroke-dasharray=\"{dash}\"")?;
                } else {
                    svg.push_str(" stroke-linecap=\"round\"");
                }
                svg.push_str("/>\n");
            }
            Shape::Disc {
                at: (x, y),
                radius,
                fill,
                border,
            } => {
                let (fill, border) = (hex(*fill), hex(*border));
                writeln!(
                    svg,
                    "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{border}\" stroke-width=\"2\"/>"
                )?;
            }
            Shape::Text { at: (x, y), text } => writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#282828\">{}</text>",
                escaped(text)
            )?,
        }
    }
    svg.push_str("</svg>\n");
    Ok(())
}

fn path(svg: &mut String, points: &[At]) -> std::fmt::Result {
    for (at, (x, y)) in points.iter().enumerate() {
        write!(svg, "{}{x:.1} {y:.1}", if at == 0 { 'M' } else { 'L' })?;
    }
    Ok(())
}

fn hex([red, green, blue]: Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Names come out of files: nothing in them may be taken for markup, and what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            char if char.is_control() => {}
            char => safe.push(char),
        }
    }
    safe
}
