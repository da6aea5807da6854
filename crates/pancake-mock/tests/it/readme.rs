//! The README names everything there is, and says the truth about defaults.
use pancake_mock::{Oddity, read_faults};

const README: &str = include_str!("../../README.md");

#[test]
fn every_oddity_has_its_row_with_grade_and_default() {
    for oddity in Oddity::ALL {
        let default = if oddity.is_standard() { "on" } else { "off" };
        let row = format!(
            "| `{}` | {:?} | {default} |",
            oddity.name(),
            oddity.evidence()
        );
        assert!(README.contains(&row), "{row}");
    }
}

#[test]
fn every_fault_has_its_row() {
    let error = read_faults(r#"[{"fault": "?"}]"#).unwrap_err().to_string();
    let (_, names) = error.split_once("there are: ").unwrap();
    assert_eq!(names.split(", ").count(), 21);
    for name in names.split(", ") {
        assert!(README.contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn the_fault_file_of_the_readme_can_be_read() {
    let blocks = README.split("```json\n").skip(1);
    let list = blocks
        .map(|block| block.split("```").next().unwrap())
        .find(|b| b.starts_with('['));
    assert_eq!(read_faults(list.unwrap()).unwrap().len(), 4);
}
