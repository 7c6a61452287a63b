//! Blur by blurring again (Crété-Roffet and others, "The blur effect", 2007, with Sobel gradients).
//!
//! A picture loses much of its gradients when it is smoothed if it was sharp, and little if it was
//! blurred already. The share that is left does not depend on how much of the picture is blank, which
//! measures of absolute sharpness take for blur.

use crate::Luma;

/// Half of the smoothing window, whose eleven pixels are those of the usual definition.
const REACH: usize = 5;
const WINDOW: i32 = 2 * REACH as i32 + 1;

/// Blur, 0 sharp to 1: the share of the gradients that a smoothing over eleven pixels leaves, of the
/// worse direction. To be comparable, measure at a long side of 1,008 pixels. A picture without any
/// gradient, or too small to tell, has 0.
#[must_use]
pub fn blur(luma: &Luma) -> f64 {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    if width < 4 || height < 4 {
        return 0.0;
    }
    across(luma.pixels(), width, height).max(down(luma.pixels(), width, height))
}

/// Parts of a side that are looked at one by one.
const PARTS: usize = 4;

/// Blur of the sharper of the two parts with the most detail, of sixteen: a photo of one thing before a
/// soft background is soft for the most part and still sharp where it is looked at, and one that was
/// moved or out of focus is sharp nowhere.
#[must_use]
pub(super) fn sharpest_part(luma: &Luma) -> f64 {
    let width = luma.width() as usize;
    let (wide, high) = (width / PARTS, luma.height() as usize / PARTS);
    let mut parts: Vec<(u64, Vec<u8>)> = (0..PARTS * PARTS)
        .map(|at| {
            let (left, top) = (at % PARTS * wide, at / PARTS * high);
            let rows = (top..top + high).map(|y| &luma.pixels()[y * width + left..][..wide]);
            let part: Vec<u8> = rows.flatten().copied().collect();
            (detail(&part, wide), part)
        })
        .collect();
    parts.sort_by_key(|(detail, _)| std::cmp::Reverse(*detail));
    parts
        .into_iter()
        .take(2)
        .filter_map(|(_, part)| Luma::new(wide as u32, high as u32, part).ok())
        .map(|part| blur(&part))
        .fold(1.0, f64::min)
}

/// Squares of the steps from each pixel to the next right and below.
fn detail(pixels: &[u8], width: usize) -> u64 {
    let step = |ahead: usize| -> u64 {
        pixels
            .iter()
            .zip(pixels.get(ahead..).unwrap_or_default())
            .map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2))
            .sum()
    };
    step(1) + step(width)
}

/// Along rows: gradient of columns smoothed over three rows.
fn across(pixels: &[u8], width: usize, height: usize) -> f64 {
    let pad = REACH + 1;
    let mut line = vec![0_i32; width + 2 * pad];
    let mut sums = Sums::default();
    for y in 2..height - 1 {
        let rows = [y - 1, y, y + 1].map(|y| &pixels[y * width..(y + 1) * width]);
        let inside = line[pad..pad + width].iter_mut();
        for ((into, above), (middle, below)) in inside.zip(rows[0]).zip(rows[1].iter().zip(rows[2]))
        {
            *into = i32::from(*above) + 2 * i32::from(*middle) + i32::from(*below);
        }
        for beyond in 0..pad {
            line[beyond] = line[pad + mirrored(beyond.cast_signed() - pad.cast_signed(), width)];
            line[pad + width + beyond] =
                line[pad + mirrored((width + beyond).cast_signed(), width)];
        }
        let at = |offset: usize| &line[2 + offset..width - 1 + offset];
        sums.add(
            at(pad + 1),
            at(pad - 1),
            [at(2 * pad), at(2 * pad - 1), at(1), at(0)],
        );
    }
    sums.left()
}

/// Along columns: gradient of rows smoothed over three columns.
fn down(pixels: &[u8], width: usize, height: usize) -> f64 {
    let mut smooth = vec![0_i32; width * height];
    for (from, into) in pixels
        .chunks_exact(width)
        .zip(smooth.chunks_exact_mut(width))
    {
        for ((into, left), (middle, right)) in into[1..]
            .iter_mut()
            .zip(from)
            .zip(from[1..].iter().zip(&from[2..]))
        {
            *into = i32::from(*left) + 2 * i32::from(*middle) + i32::from(*right);
        }
    }
    let mut sums = Sums::default();
    for y in 2..height - 1 {
        let row = |offset: isize| {
            let y = mirrored(y.cast_signed() + offset, height);
            &smooth[y * width + 2..(y + 1) * width - 1]
        };
        sums.add(row(1), row(-1), [row(6), row(5), row(-5), row(-6)]);
    }
    sums.left()
}

/// An index beyond a border, reflected at it.
fn mirrored(index: isize, length: usize) -> usize {
    let period = 2 * length.cast_signed();
    let index = index.rem_euclid(period);
    let index = if index < length.cast_signed() {
        index
    } else {
        period - 1 - index
    };
    index.unsigned_abs()
}

#[derive(Default)]
struct Sums {
    /// Gradients of the picture.
    sharp: u64,
    /// What smoothing took of them.
    lost: u64,
}

impl Sums {
    /// The gradient of a sum over a window is the difference of what enters and what leaves it.
    fn add(&mut self, after: &[i32], before: &[i32], window: [&[i32]; 4]) {
        let [enter_a, enter_b, leave_a, leave_b] = window;
        let (mut sharp, mut lost) = (0_u64, 0_u64);
        for x in 0..after.len() {
            let gradient = (after[x] - before[x]).abs() * WINDOW;
            let smoothed = (enter_a[x] + enter_b[x] - leave_a[x] - leave_b[x]).abs();
            sharp += u64::from(gradient.unsigned_abs());
            lost += u64::from((gradient - smoothed).max(0).unsigned_abs());
        }
        self.sharp += sharp;
        self.lost += lost;
    }

    fn left(&self) -> f64 {
        if self.sharp == 0 {
            return 0.0;
        }
        (self.sharp - self.lost) as f64 / self.sharp as f64
    }
}
