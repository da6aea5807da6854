//! Replacing the token file as a whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use super::place::Place;

/// At the end of the name of the file that is written before it takes the place of the old one.
const NEW: &str = ".new";

/// Writes alongside the file and renames, so that the file is either the old or the new one, whatever happens.
///
/// The new one has the same name each time: what a process left that was killed while it wrote holds tokens, and goes with
/// the next write. Only the holder of the lock may call this.
pub(super) fn replace(place: &Place, content: &[u8]) -> io::Result<()> {
    let new = place.beside(NEW);
    remove(&new)?;
    let replaced = write(&new, content).and_then(|()| fs::rename(&new, place.file()));
    if replaced.is_err() {
        // The first error is the one to tell.
        let _ = remove(&new);
    }
    replaced
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Follows no link: the file must not be there.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private().write(true).create_new(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

/// For files that only their owner can read.
#[cfg(unix)]
pub(super) fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = File::options();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
pub(super) fn private() -> OpenOptions {
    File::options()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Place) {
        let directory = tempfile::tempdir().unwrap();
        let place = Place::of(&directory.path().join("tokens.json")).unwrap();
        (directory, place)
    }

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_a_killed_process_left_half_written_goes_with_the_next_write() {
        let (directory, place) = store();
        replace(&place, b"old").unwrap();
        fs::write(place.beside(NEW), "a token, half writ").unwrap();
        replace(&place, b"new").unwrap();
        assert_eq!(fs::read(place.file()).unwrap(), b"new");
        assert_eq!(names(directory.path()), ["tokens.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_place_of_the_new_file_is_not_followed() {
        let (directory, place) = store();
        let other = directory.path().join("other");
        fs::write(&other, "untouched").unwrap();
        std::os::unix::fs::symlink(&other, place.beside(NEW)).unwrap();
        replace(&place, b"new").unwrap();
        assert_eq!(fs::read(&other).unwrap(), b"untouched");
        assert!(fs::symlink_metadata(place.file()).unwrap().is_file());
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_file_and_no_new_one() {
        let (directory, place) = store();
        // A directory can't be replaced by a file.
        fs::create_dir(place.file()).unwrap();
        replace(&place, b"new").unwrap_err();
        assert_eq!(names(directory.path()), ["tokens.json"]);
    }
}
