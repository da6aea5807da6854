//! Where snapshots are, and which of them nobody asks for any more.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// The directory of a group of snapshots.
pub fn directory(group: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("snapshots")
        .join(group)
}

/// Settings for a group: one directory each, and files named only after what they show.
pub fn settings(group: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(directory(group));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

/// Snapshots of a group that are on disk under none of these names. insta itself never notices them.
///
/// # Errors
///
/// The directory cannot be read.
pub fn orphans<'a>(
    group: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> io::Result<Vec<String>> {
    let names: BTreeSet<&str> = names.into_iter().collect();
    let mut orphans = Vec::new();
    for entry in std::fs::read_dir(directory(group))? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        if let Some(name) = file.strip_suffix(".snap")
            && !names.contains(name)
        {
            orphans.push(name.to_owned());
        }
    }
    orphans.sort();
    Ok(orphans)
}
