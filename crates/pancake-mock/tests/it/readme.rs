//! The README names everything there is, and says the truth about defaults; everything there is has a test.
use pancake_mock::{FaultKind, Oddity, read_faults};

const README: &str = include_str!("../../README.md");

/// The text of all tests.
const TESTS: &str = concat!(
    include_str!("faults.rs"),
    include_str!("faults_of_paging.rs"),
    include_str!("lists.rs"),
    include_str!("oddities.rs"),
    include_str!("sends.rs"),
);

/// The name of a variant alone, without what is in it.
fn variant(shown: &str) -> &str {
    let end = shown.find(|c: char| !c.is_alphanumeric());
    shown.split_at(end.unwrap_or(shown.len())).0
}

#[test]
fn every_oddity_has_a_row_and_a_test() {
    for oddity in Oddity::ALL {
        let default = if oddity.is_standard() { "on" } else { "off" };
        let row = format!("| `{oddity}` | {:?} | {default} |", oddity.evidence());
        assert!(README.contains(&row), "{row}");
        assert!(
            TESTS.contains(&format!("Oddity::{oddity:?}")),
            "no test of {oddity}"
        );
    }
}

#[test]
fn every_fault_has_a_row_and_a_test() {
    for kind in FaultKind::one_of_each() {
        assert!(
            README.contains(&format!("| `{}` |", kind.name())),
            "{kind:?}"
        );
        let shown = format!("{kind:?}");
        assert!(
            TESTS.contains(&format!("FaultKind::{}", variant(&shown))),
            "no test of {shown}"
        );
    }
}

#[test]
fn fault_file_of_the_readme_can_be_read() {
    let mut blocks = README.split("```json\n").skip(1);
    let list = blocks.find(|block| block.starts_with('[')).unwrap();
    let list = list.split("```").next().unwrap();
    assert_eq!(read_faults(list).unwrap().len(), 4);
}
