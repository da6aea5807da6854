//! Cursors: a place in a list as text that survives the process.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pancake_client::PageId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::position::Position;
use super::source::Source;
use super::watch::watched::Watched;
use super::windows::state::WindowsState;
use crate::error::{Error, ErrorKind};

/// Begins the text of a cursor.
const PREFIX: &str = "pancake-cursor-";
/// The version of what follows.
const VERSION: &str = "2.";

/// A place in a list, to go on from later: after a restart, on another machine.
///
/// Pagers give one ([`Pager::cursor`](crate::Pager::cursor)) and take one ([`ListRequest::resume`](crate::ListRequest::resume)).
/// It goes to text and back by `Display` and `FromStr`, and by serde as that text. The text is opaque, has a version, and
/// names the list and its filters: used with another list or other filters, it is refused before anything is sent. It holds
/// ids of rows, and no token.
///
/// # What it promises
///
/// A pager that is resumed gives exactly the rows the former one had not given, if the list did not change. If it did, no
/// row that was there all the time is lost; rows that shifted or changed in between may come a second time, one page of
/// them at most. The same holds if the process was killed after the last cursor was stored: what was given since then comes
/// again.
///
/// ```
/// use pancake_ext::Cursor;
///
/// let error = "42".parse::<Cursor>().unwrap_err();
/// assert!(error.message().contains("not a cursor"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor(Text<State>);

/// What kind of walk the cursor is of, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// A list from one end to the other.
    Walk(Position),
    /// A list that is followed.
    Watch(Watched),
    /// Windows of a range.
    Windows(WindowsState),
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Text<S> {
    #[serde(rename = "l")]
    list: Box<str>,
    #[serde(rename = "g")]
    page: PageId,
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    scope: Option<Box<str>>,
    #[serde(rename = "f", default, skip_serializing_if = "str::is_empty")]
    filters: Box<str>,
    #[serde(rename = "x")]
    state: S,
}

impl Cursor {
    pub(crate) fn new(source: &(impl Source + ?Sized), state: State) -> Self {
        Cursor(Text {
            list: source.operation().id.into(),
            page: source.page().id().clone(),
            scope: source.scope().map(Into::into),
            filters: source.filters().into(),
            state,
        })
    }

    /// The operation that lists, such as `list_conversations`.
    pub fn operation(&self) -> &str {
        &self.0.list
    }

    /// The page whose list it is.
    pub fn page_id(&self) -> &PageId {
        &self.0.page
    }

    /// The filters of the list, such as `type=INBOX&tags=7`.
    pub fn filters(&self) -> &str {
        &self.0.filters
    }

    /// Refuses a cursor of another list, and gives the state of this one.
    pub(crate) fn open(self, source: &(impl Source + ?Sized)) -> Result<State, Error> {
        let Text {
            list,
            page,
            scope,
            filters,
            state,
        } = self.0;
        let of = |list: &str, page: &str, scope: Option<&str>| {
            let scope = scope.map(|scope| format!(" ({scope})"));
            format!("{list} of page {page}{}", scope.unwrap_or_default())
        };
        let former = of(&list, page.as_str(), scope.as_deref());
        let wanted = of(
            source.operation().id,
            source.page().id().as_str(),
            source.scope(),
        );
        if former != wanted {
            return Err(refused(format!(
                "the cursor is of {former}, and this is {wanted}; use it where it came from, or begin without it"
            )));
        }
        let now = source.filters();
        if *filters != *now {
            let shown = |filters: &str| match filters {
                "" => "no filters".to_owned(),
                filters => format!("the filters `{filters}`"),
            };
            let (former, now) = (shown(&filters), shown(&now));
            return Err(refused(format!(
                "the cursor is of a list with {former}, and this one has {now}; ask with the same filters, or begin without it"
            )));
        }
        Ok(state)
    }
}

impl State {
    pub(crate) fn walk(self) -> Result<Position, Error> {
        match self {
            State::Walk(position) => Ok(position),
            other => Err(other.misused("`stream` or `pages`")),
        }
    }

    /// The cursor of a walk that is at its end can be watched from, too.
    pub(crate) fn watch(self) -> Result<Watched, Error> {
        match self {
            State::Watch(watched) => Ok(watched),
            State::Walk(position) => Watched::after(&position).ok_or_else(|| {
                refused(
                    "the cursor is of a walk that has not come to its end, so `watch` and `catch_up` can't follow it; \
                     finish it with `stream` or `pages`, or begin without it"
                        .into(),
                )
            }),
            other => Err(other.misused("`watch`")),
        }
    }

    pub(crate) fn windows(self) -> Result<WindowsState, Error> {
        match self {
            State::Windows(windows) => Ok(windows),
            other => Err(other.misused("`windows`")),
        }
    }

    fn misused(&self, here: &str) -> Error {
        let from = match self {
            State::Walk(_) => "`stream` or `pages`",
            State::Watch(_) => "`watch` or `catch_up`",
            State::Windows(_) => "`windows`",
        };
        refused(format!(
            "the cursor is one of {from}, and this is {here}; use it where it came from, or begin without it"
        ))
    }
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::InvalidRequest, message)
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_vec(&self.0).map_err(|_| fmt::Error)?;
        write!(f, "{PREFIX}{VERSION}{}", URL_SAFE_NO_PAD.encode(json))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some(versioned) = text.trim().strip_prefix(PREFIX) else {
            return Err(refused(
                "the text is not a cursor; store what `Cursor` prints, and begin without it this time".into(),
            ));
        };
        let Some(encoded) = versioned.strip_prefix(VERSION) else {
            let (version, _) = versioned.split_once('.').unwrap_or(("unknown", ""));
            return Err(refused(format!(
                "the cursor is of another version ({version}) than this crate reads (2); begin without it, and write rows \
                 by their id, since they come again"
            )));
        };
        let damaged = || refused("the cursor is damaged or cut off; begin without it".into());
        let json = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| damaged())?;
        serde_json::from_slice(&json)
            .map(Cursor)
            .map_err(|_| damaged())
    }
}

/// As text.
impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(|error: Error| serde::de::Error::custom(error.message()))
    }
}

/// The list, not the place in it: rows are named by ids, which need not be in logs.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("operation", &self.0.list)
            .field("page_id", &self.0.page)
            .field("filters", &self.0.filters)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Programs have these texts in their databases.
    const GOLDEN: [(&str, &str); 4] = [
        (
            "pancake-cursor-2.eyJsIjoibGlzdF9jb252ZXJzYXRpb25zIiwiZyI6IjEiLCJmIjoidHlwZT1JTkJPWCIsIngiOnsid2FsayI6eyJ3IjoibWFpbiIsImEiOlt7ImkiOiIxXzIiLCJ0IjoxNzc0OTY2NDE4MDk3MDAwfV0sInQiOnsidCI6MTc3NDk2NjQxOTAwMDAwMCwiciI6IkFRQUFBQUFBQUFBIn19fX0",
            r#"{"l":"list_conversations","g":"1","f":"type=INBOX","x":{"walk":{"w":"main","a":[{"i":"1_2","t":1774966418097000}],"t":{"t":1774966419000000,"r":"AQAAAAAAAAA"}}}}"#,
        ),
        (
            "pancake-cursor-2.eyJsIjoibGlzdF9tZXNzYWdlcyIsImciOiIxIiwibyI6IjFfMiIsIngiOnsid2FsayI6eyJ3IjoibWFpbiIsInAiOjI5LCJzIjoiQVFBQUFBQUFBQUFDQUFBQUFBQUFBQSJ9fX0",
            r#"{"l":"list_messages","g":"1","o":"1_2","x":{"walk":{"w":"main","p":29,"s":"AQAAAAAAAAACAAAAAAAAAA"}}}"#,
        ),
        (
            "pancake-cursor-2.eyJsIjoibGlzdF9jb252ZXJzYXRpb25zIiwiZyI6IjEiLCJ4Ijp7IndhdGNoIjp7ImwiOjcsImsiOltbOSwxXV19fX0",
            r#"{"l":"list_conversations","g":"1","x":{"watch":{"l":7,"k":[[9,1]]}}}"#,
        ),
        (
            "pancake-cursor-2.eyJsIjoibGlzdF9wb3N0cyIsImciOiIxIiwiZiI6InNpbmNlPTAmdW50aWw9MTAwIiwieCI6eyJ3aW5kb3dzIjp7InMiOjUwLCJuIjoxLCJvIjpbWzAseyJ3Ijp7ImFnYWluIjoxfSwicCI6MzAsIm4iOjcwfV1dfX19",
            r#"{"l":"list_posts","g":"1","f":"since=0&until=100","x":{"windows":{"s":50,"n":1,"o":[[0,{"w":{"again":1},"p":30,"n":70}]]}}}"#,
        ),
    ];

    #[test]
    fn golden_cursors_are_read_and_written_as_they_were() {
        for (text, json) in GOLDEN {
            let cursor: Cursor = text.parse().unwrap();
            assert_eq!(serde_json::to_string(&cursor.0).unwrap(), json);
            assert_eq!(cursor.to_string(), text);
        }
    }

    #[test]
    fn version_one_is_refused_with_its_number() {
        let error = "pancake-cursor-1.eyJsIjoi".parse::<Cursor>().unwrap_err();
        assert!(error.message().contains("another version (1)"), "{error}");
    }
}
