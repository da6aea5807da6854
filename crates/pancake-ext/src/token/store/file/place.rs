//! Where the token file really is: all that is read, locked and replaced goes by that.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// A token file behind all links.
///
/// By the name that a program gave, a link would be replaced instead of the file behind it, and two programs with two
/// names of one file would not wait for each other.
pub(super) struct Place {
    /// As the program named it, for messages.
    given: PathBuf,
    real: PathBuf,
}

impl Place {
    /// Follows the links. The file itself need not be there.
    pub(super) fn of(given: &Path) -> Result<Place, Error> {
        let place = |real| Place {
            given: given.to_owned(),
            real,
        };
        match fs::canonicalize(given) {
            Ok(real) if real.is_file() => Ok(place(real)),
            Ok(real) => Err(place(real).problem(
                "is no file: name a file, which may be missing, in a directory that is there",
                ErrorKind::InvalidInput.into(),
            )),
            Err(error) if error.kind() == ErrorKind::NotFound => missing(given, error).map(place),
            Err(error) => Err(place(given.to_owned()).problem(
                "can't be found: check the directories and links on the way to it",
                error,
            )),
        }
    }

    pub(super) fn file(&self) -> &Path {
        &self.real
    }

    /// A file beside it, with this at the end of its name.
    pub(super) fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.real.file_name().unwrap_or_default().to_owned();
        name.push(suffix);
        self.real.with_file_name(name)
    }

    /// The directory it is in.
    pub(super) fn directory(&self) -> &Path {
        self.real.parent().unwrap_or(Path::new("."))
    }

    /// What is wrong with the file, and what to do. No part of its content may be in it.
    pub(super) fn problem(&self, what: &str, error: io::Error) -> Error {
        problem(&self.given, what, error)
    }
}

fn problem(given: &Path, what: &str, error: io::Error) -> Error {
    Error::store(format!("the token file {} {what}", given.display()), error)
}

/// The place of a file that is not there yet.
fn missing(given: &Path, error: io::Error) -> Result<PathBuf, Error> {
    if let Ok(target) = fs::read_link(given) {
        let what = format!(
            "is a link to {}, which does not exist: put a file with the text {{}} there, or remove the link",
            target.display()
        );
        return Err(problem(given, &what, error));
    }
    let Some(name) = given.file_name() else {
        return Err(problem(given, "has no name: name a file", error));
    };
    let directory = match given.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    match fs::canonicalize(directory) {
        Ok(directory) => Ok(directory.join(name)),
        Err(error) => {
            let what = "is in a directory that can't be found: make the directory first";
            Err(problem(given, what, error))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(path: &Path) -> String {
        let error = Place::of(path).err().unwrap();
        assert_eq!(error.kind(), crate::ErrorKind::Store);
        error.to_string()
    }

    #[test]
    fn a_missing_directory_is_named_before_anything_is_minted_for_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("no/tokens.json");
        let said = refused(&path);
        assert!(
            said.contains("no/tokens.json") && said.contains("make the directory"),
            "{said}"
        );
    }

    #[test]
    fn a_path_that_names_no_file_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        for path in [directory.path(), Path::new(""), Path::new("/")] {
            let said = refused(path);
            assert!(said.contains("name a file"), "{said}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_nothing_is_an_error_that_names_what_it_points_to() {
        let directory = tempfile::tempdir().unwrap();
        let link = directory.path().join("link.json");
        std::os::unix::fs::symlink("gone.json", &link).unwrap();
        let said = refused(&link);
        assert!(
            said.contains("link.json is a link to gone.json, which does not exist"),
            "{said}"
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_that_lead_to_each_other_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        let link = directory.path().join("link.json");
        std::os::unix::fs::symlink("link.json", &link).unwrap();
        assert!(refused(&link).contains("check the directories and links"));
    }
}
