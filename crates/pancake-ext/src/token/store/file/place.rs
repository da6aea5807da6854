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
        let real = match fs::canonicalize(given) {
            // A link to nothing is an error: the link would be replaced.
            Err(error) if error.kind() == ErrorKind::NotFound && !given.is_symlink() => {
                missing(given)
            }
            found => found,
        };
        let place = Place {
            given: given.to_owned(),
            real: real.as_ref().cloned().unwrap_or_default(),
        };
        match real {
            Ok(real) if !real.is_dir() => Ok(place),
            Ok(_) => Err(place.problem(
                "is a directory: name a file in it",
                ErrorKind::IsADirectory.into(),
            )),
            Err(error) => Err(place.problem(
                "can't be found: its directory and what its links lead to have to exist",
                error,
            )),
        }
    }

    pub(super) fn file(&self) -> &Path {
        &self.real
    }

    /// A file alongside it, with this at the end of its name.
    pub(super) fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = self.real.file_name().unwrap_or_default().to_owned();
        name.push(suffix);
        self.real.with_file_name(name)
    }

    /// What is wrong with the file, and what to do. No part of its content may be in it.
    pub(super) fn problem(&self, what: &str, error: io::Error) -> Error {
        let message = format!("the token file {} {what}", self.given.display());
        Error::store(message, error)
    }
}

/// The place of a file that is not there yet.
fn missing(given: &Path) -> io::Result<PathBuf> {
    let name = given.file_name().ok_or(ErrorKind::InvalidFilename)?;
    let parent = given.parent().filter(|parent| *parent != Path::new(""));
    let directory = fs::canonicalize(parent.unwrap_or(Path::new(".")))?;
    Ok(directory.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_without_a_file_is_an_error_naming_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        let missing = path.join("no/tokens.json");
        for (path, advice) in [
            (path, "name a file"),
            (Path::new("/"), "name a file"),
            (Path::new(""), "can't be found"),
            (missing.as_path(), "its directory"),
        ] {
            let error = Place::of(path).err().unwrap();
            assert_eq!(error.kind(), crate::ErrorKind::Store);
            let said = error.to_string();
            assert!(said.contains(advice), "{said}");
            assert!(said.contains(&path.display().to_string()), "{said}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn link_to_nothing_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        for target in ["gone.json", "link.json"] {
            let link = directory.path().join("link.json");
            let _ = fs::remove_file(&link);
            std::os::unix::fs::symlink(target, &link).unwrap();
            let said = Place::of(&link).err().unwrap().to_string();
            assert!(said.contains("link.json can't be found"), "{said}");
        }
    }
}
