//! However long a walk is, the filter needs no more memory.

use fieldwork_patrol::{Filter, Settings};
use fieldwork_patrol_tests::{Chance, Receiver, Walk};

#[test]
fn thirty_six_thousand_fixes_need_no_more_memory_than_one() {
    // It owns nothing beside itself: there is nothing to drop.
    assert!(!std::mem::needs_drop::<Filter>());
    assert!(size_of::<Filter>() <= 1_024, "{}", size_of::<Filter>());
    let mut chance = Chance::new(3);
    let walk = Walk::along(&mut chance, [40.0, 160.0], 45_000.0, 1.3, 1_400.0);
    let fixes = Receiver::new(3.0, 60.0, 0.4).fixes(&walk, &mut chance, 1);
    assert!(fixes.len() >= 36_000);
    let mut filter = Filter::new(Settings::default());
    for fix in &fixes {
        filter.push(fix);
    }
    let found = filter.summary();
    assert!((found.distance_m / walk.length_m() - 1.0).abs() < 0.05);
}
