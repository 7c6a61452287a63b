//! Every file that once broke a decoder, or was thought of as one that might, again and again.

use std::fs;
use std::path::Path;

use fieldwork_photo::framing::Features;
use fieldwork_photo::{Budget, IntakeRule, PhotoError, Profile, derive, intake, probe};

/// `fuzz/README.md` says how files come here.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/crashers/photo");

#[test]
fn no_file_that_was_ever_found_breaks_anything() {
    let mut seen = 0;
    for file in fs::read_dir(Path::new(FOLDER)).expect("the folder") {
        let path = file.expect("a name").path();
        let bytes = fs::read(&path).expect("readable");
        let name = path.display();
        let _ = Features::from_bytes(&bytes);
        let budget = Budget::default();
        let taken = intake(&bytes, &IntakeRule::default(), &budget).map(|_| ());
        assert_ne!(taken, Err(PhotoError::BrokeDown), "{name}");
        let copy = derive(&bytes, &Profile::default(), 1, &budget).map(|_| ());
        assert_ne!(copy, Err(PhotoError::BrokeDown), "{name}");
        if let Err(refused) = probe(&bytes) {
            assert_eq!(taken, Err(refused), "{name}");
        }
        seen += 1;
    }
    assert!(seen >= 5, "the folder lacks its files");
}
