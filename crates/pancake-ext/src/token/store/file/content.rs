//! What is in the token file: a JSON object, page id to token, that only its owner can read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, ErrorKind, Read};

use zeroize::Zeroizing;

use super::place::Place;
use super::replace;
use crate::error::Error;

pub(super) type Tokens = BTreeMap<String, Zeroizing<String>>;

/// Reads the file as it stands. No lock is needed: it is only ever replaced as a whole.
pub(super) fn read(place: &Place) -> Result<Tokens, Error> {
    let mut file = match File::open(place.file()) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Tokens::new()),
        Err(error) => return Err(unreadable(place, error)),
    };
    keep_others_out(place, &file)?;
    let mut text = Zeroizing::new(Vec::new());
    file.read_to_end(&mut text)
        .map_err(|error| unreadable(place, error))?;
    parse(&text).map_err(|what| place.problem(&what, ErrorKind::InvalidData.into()))
}

/// Replaces the file by these tokens. No other process may do so meanwhile.
pub(super) fn write(place: &Place, tokens: &Tokens) -> Result<(), Error> {
    let plain: BTreeMap<&str, &str> = tokens
        .iter()
        .map(|(page, token)| (page.as_str(), token.as_str()))
        .collect();
    serde_json::to_vec_pretty(&plain)
        .map_err(io::Error::from)
        .and_then(|text| replace::replace(place, &Zeroizing::new(text)))
        .map_err(|error| {
            let what =
                "can't be replaced, and is as it was: check its directory, and the space left";
            place.problem(what, error)
        })
}

fn unreadable(place: &Place, error: io::Error) -> Error {
    place.problem("can't be read: check its permissions", error)
}

fn parse(text: &[u8]) -> Result<Tokens, String> {
    // serde quotes what it did not expect, and here that would be a token.
    let tokens = serde_json::from_slice::<BTreeMap<String, String>>(text).map_err(|error| {
        format!(
            "is not a JSON object of page ids and tokens, {{}} without tokens (line {} column {}): it was left as it is; put \
             it right, or move it away",
            error.line(),
            error.column()
        )
    })?;
    let wiped = |(page, token)| (page, Zeroizing::new(token));
    Ok(tokens.into_iter().map(wiped).collect())
}

/// A file that people made, or copied, can be open to everybody.
#[cfg(unix)]
fn keep_others_out(place: &Place, file: &File) -> Result<(), Error> {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    let permissions = file
        .metadata()
        .map_err(|error| unreadable(place, error))?
        .permissions();
    let mode = permissions.mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    file.set_permissions(Permissions::from_mode(mode & 0o700))
        .map_err(|error| {
            let what = format!(
                "is open to others (mode {mode:03o}), and that can't be changed here: run `chmod 600` on it as its owner"
            );
            place.problem(&what, error)
        })?;
    tracing::warn!(
        "the token file was open to others (mode {mode:03o}); now only its owner can read it"
    );
    Ok(())
}

#[cfg(not(unix))]
fn keep_others_out(_: &Place, _: &File) -> Result<(), Error> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_content_is_an_error_without_tokens() {
        for content in [
            "canary",
            r#"{"1":{"canary":1}}"#,
            r#"["canary"]"#,
            "{\"1\":\"canary",
            "",
        ] {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("tokens.json");
            std::fs::write(&path, content).unwrap();
            let error = read(&Place::of(&path).unwrap()).unwrap_err();
            let source = std::error::Error::source(&error).unwrap();
            let said = format!("{error} {error:?} {source} {source:?}");
            assert!(said.contains("tokens.json is not a JSON object"), "{said}");
            assert!(said.contains("line 1 column"), "{said}");
            assert!(!said.contains("canary"), "{said}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn file_open_to_others_is_closed() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;

        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tokens.json");
        std::fs::write(&path, r#"{"1":"a"}"#).unwrap();
        for (before, after) in [
            (0o644, 0o600),
            (0o440, 0o400),
            (0o400, 0o400),
            (0o602, 0o600),
        ] {
            std::fs::set_permissions(&path, Permissions::from_mode(before)).unwrap();
            assert_eq!(read(&Place::of(&path).unwrap()).unwrap().len(), 1);
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, after, "{before:o}");
        }
    }
}
