//! Where the workspace and its files are.

use std::path::{Path, PathBuf};

/// The API document that our own crates are generated from.
pub const SPEC: &str = "openapi/pancake.yaml";

/// The root of the workspace that the command is about: cargo's for `cargo xtask`; for a binary that is started by itself
/// the one around the current directory, or else the one it was built in.
pub fn root() -> PathBuf {
    choose(
        std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from),
        std::env::current_dir().ok(),
    )
}

fn choose(manifest: Option<PathBuf>, current: Option<PathBuf>) -> PathBuf {
    let parent = |directory: &Path| directory.parent().map(Path::to_path_buf);
    let own = manifest.filter(|directory| directory.ends_with("xtask"));
    own.as_deref()
        .and_then(parent)
        .or_else(|| around(current.as_deref()?))
        .or_else(|| parent(Path::new(env!("CARGO_MANIFEST_DIR"))))
        .unwrap_or_else(|| PathBuf::from("."))
}

/// The nearest directory, from this one upwards, that holds a workspace with our document.
fn around(directory: &Path) -> Option<PathBuf> {
    let holds_us = |directory: &&Path| {
        let manifest = std::fs::read_to_string(directory.join("Cargo.toml"));
        let workspace = |text: String| text.lines().any(|line| line.trim() == "[workspace]");
        manifest.is_ok_and(workspace) && directory.join(SPEC).is_file()
    };
    directory.ancestors().find(holds_us).map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Another clone, as far as anyone looks.
    fn clone() -> tempfile::TempDir {
        let clone = tempfile::tempdir().unwrap();
        for directory in ["openapi", "crates/a/src"] {
            fs::create_dir_all(clone.path().join(directory)).unwrap();
        }
        fs::write(clone.path().join(SPEC), "").unwrap();
        fs::write(clone.path().join("Cargo.toml"), "[workspace]\n").unwrap();
        fs::write(clone.path().join("crates/a/Cargo.toml"), "[package]\n").unwrap();
        clone
    }

    #[test]
    fn a_binary_that_was_built_elsewhere_works_on_the_clone_it_is_started_in() {
        let clone = clone();
        for below in ["", "openapi", "crates/a/src"] {
            let current = clone.path().join(below);
            assert_eq!(choose(None, Some(current)), clone.path(), "{below}");
        }
    }

    #[test]
    fn what_cargo_says_comes_first_and_the_place_of_the_build_last() {
        let clone = clone();
        let current = || Some(clone.path().to_path_buf());
        let manifest = |directory: &str| Some(PathBuf::from(directory));
        assert_eq!(
            choose(manifest("/other/xtask"), current()),
            Path::new("/other")
        );
        // The variable can come from the tests of another package.
        assert_eq!(choose(manifest("/other/tests"), current()), clone.path());
        let outside = tempfile::tempdir().unwrap();
        let built = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        assert_eq!(choose(None, Some(outside.path().to_path_buf())), built);
        assert_eq!(choose(None, None), built);
    }

    #[test]
    fn the_root_holds_the_workspace_manifest() {
        assert!(super::root().join("Cargo.toml").is_file());
        assert!(super::root().join("xtask").is_dir());
    }
}
