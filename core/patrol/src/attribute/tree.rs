//! Boxes that are built into a tree once, and asked which of them touch another.

/// Boxes under one of the next level.
const FAN: usize = 12;

/// West, south, east, north in 1e-7 degree; wide integers, so that a margin cannot overflow.
pub(super) type Box4 = [i64; 4];

/// A packed tree: boxes sorted into strips, levels of boxes around them.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    /// What the lowest boxes stand for.
    items: Vec<u32>,
    /// From the lowest level to the highest.
    levels: Vec<Vec<Box4>>,
}

pub(super) fn touches(a: &Box4, b: &Box4) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

fn around(boxes: &[Box4]) -> Box4 {
    let empty = [i64::MAX, i64::MAX, i64::MIN, i64::MIN];
    boxes.iter().fold(empty, |all, one| {
        [
            all[0].min(one[0]),
            all[1].min(one[1]),
            all[2].max(one[2]),
            all[3].max(one[3]),
        ]
    })
}

impl Tree {
    pub(super) fn new(boxes: &[Box4]) -> Self {
        let mut sorted: Vec<(u32, Box4)> = (0_u32..).zip(boxes.iter().copied()).collect();
        // Into as many strips as there are leaves in one, each from south to north.
        sorted.sort_by_key(|(_, one)| one[0] + one[2]);
        let leaves = sorted.len().div_ceil(FAN);
        let in_strip = leaves.isqrt().max(1) * FAN;
        for strip in sorted.chunks_mut(in_strip) {
            strip.sort_by_key(|(_, one)| one[1] + one[3]);
        }
        let (items, mut level): (Vec<u32>, Vec<Box4>) = sorted.into_iter().unzip();
        let mut levels = Vec::new();
        while level.len() > FAN {
            let above = level.chunks(FAN).map(around).collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Self { items, levels }
    }

    /// Calls `found` with each item whose box touches `asked`, in no order.
    pub(super) fn each(&self, asked: &Box4, mut found: impl FnMut(usize)) {
        // Depth is the logarithm of the count, so a small stack of places to go on is enough.
        let Some(top) = self.levels.len().checked_sub(1) else {
            return;
        };
        let mut open = vec![(top, 0, self.levels.last().map_or(0, Vec::len))];
        while let Some((level, from, to)) = open.pop() {
            let boxes = self.levels.get(level).and_then(|boxes| boxes.get(from..to));
            for (at, one) in (from..).zip(boxes.unwrap_or_default()) {
                if !touches(one, asked) {
                    continue;
                }
                if level == 0 {
                    if let Some(item) = self.items.get(at) {
                        found(*item as usize);
                    }
                } else {
                    let below = self.levels.get(level - 1).map_or(0, Vec::len);
                    open.push((level - 1, at * FAN, (at * FAN + FAN).min(below)));
                }
            }
        }
    }
}
