//! Smoothing before single pixels are compared, so that noise does not decide.

use crate::Luma;

/// The picture smoothed over five pixels each way, with weights 1, 4, 6, 4, 1.
pub(super) fn smooth(luma: &Luma) -> Vec<u8> {
    let (width, height) = (luma.width() as usize, luma.height() as usize);
    let pixels = luma.pixels();
    let mut rows = vec![0_u16; pixels.len()];
    for y in 0..height {
        let row = |offset: isize| {
            let y = y.saturating_add_signed(offset).min(height - 1);
            &pixels[y * width..(y + 1) * width]
        };
        let (a, b, c, d, e) = (row(-2), row(-1), row(0), row(1), row(2));
        for (x, into) in rows[y * width..(y + 1) * width].iter_mut().enumerate() {
            *into = u16::from(a[x])
                + u16::from(e[x])
                + 4 * (u16::from(b[x]) + u16::from(d[x]))
                + 6 * u16::from(c[x]);
        }
    }
    let mut out = pixels.to_vec();
    if width >= 5 {
        for (from, into) in rows.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
            for (five, into) in from.windows(5).zip(&mut into[2..]) {
                let sum = u32::from(five[0])
                    + u32::from(five[4])
                    + 4 * (u32::from(five[1]) + u32::from(five[3]))
                    + 6 * u32::from(five[2]);
                *into = (sum >> 8) as u8;
            }
        }
    }
    out
}
