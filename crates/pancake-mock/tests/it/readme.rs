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

/// The names of all tests here.
fn tests() -> Vec<String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mut names = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        // What is between `#[tokio::test]` or `#[test]` and the brackets of the function.
        for after in text
            .split("test]\n")
            .skip(1)
            .chain(text.split(")]\n").skip(1))
        {
            let head = after.split('(').next().unwrap();
            if let Some((_, name)) = head.split_once("fn ") {
                names.push(name.to_owned());
            }
        }
    }
    names
}

#[test]
fn every_oddity_and_every_fault_has_a_test_that_begins_with_its_name() {
    let tests = tests();
    let mut names: Vec<String> = Oddity::ALL.iter().map(|o| o.name().to_owned()).collect();
    names.extend(fault_names());
    for name in names {
        let longer = format!("{name}_");
        let fits = |test: &String| *test == name || test.starts_with(&longer);
        assert!(tests.iter().any(fits), "no test is named after {name}");
    }
}

fn fault_names() -> Vec<String> {
    let error = read_faults(r#"[{"fault": "?"}]"#).unwrap_err().to_string();
    let (_, names) = error.split_once("there are: ").unwrap();
    names.split(", ").map(str::to_owned).collect()
}

#[test]
fn every_fault_has_its_row() {
    let names = fault_names();
    assert_eq!(names.len(), 25);
    for name in names {
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
