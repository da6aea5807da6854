//! Cursors: a place in a list as text that survives the process.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pancake_client::PageId;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::position::Position;
use super::source::Source;
use crate::error::{Error, ErrorKind};

/// Begins the text of a cursor, with the version of what follows.
const PREFIX: &str = "pancake-cursor-1.";

/// A place in a list, to go on from later: after a restart, on another machine.
///
/// Pagers give one ([`Pager::cursor`](crate::Pager::cursor)) and take one ([`ListRequest::resume`](crate::ListRequest::resume)).
/// It goes to text and back by `Display` and `FromStr`, and by serde as that text. The text is opaque, has a version, and
/// names the list and its filters: used with another list or other filters, it is refused before anything is sent. It holds
/// ids of rows, and no token.
///
/// # What it promises
///
/// A pager that is resumed gives exactly the rows the former one had not given, if the list did not change. If it did, no row
/// that was there all the time is lost; rows that shifted or changed in between may come a second time. The same holds
/// if the process was killed after the last cursor was stored: what was given since then comes again.
///
/// A cursor remembers the rows of two pages. So a list that is just being read a second time, because rows were missing by its
/// `total` ([`Guard::MissingRows`](crate::Guard::MissingRows)), gives rows again after a restart; and whether the first answer
/// after a restart is an older page, only those two pages tell.
///
/// ```
/// use pancake_ext::Cursor;
///
/// let error = "42".parse::<Cursor>().unwrap_err();
/// assert!(error.message().contains("is no cursor"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor {
    list: Box<str>,
    page: PageId,
    scope: Option<Box<str>>,
    filters: Box<str>,
    state: State,
}

/// What kind of walk the cursor is of, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// A list from one end to the other.
    #[serde(rename = "walk")]
    Walk(Position),
    /// A list that is followed.
    #[serde(rename = "watch")]
    Watch(super::watch::Watched),
    /// Windows of a range.
    #[serde(rename = "windows")]
    Windows(super::windows::WindowsState),
}

impl State {
    fn kind(&self) -> &'static str {
        match self {
            State::Walk(_) => "`stream` or `pages`",
            State::Watch(_) => "`watch`",
            State::Windows(_) => "`windows`",
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Text<S> {
    #[serde(rename = "l")]
    list: Box<str>,
    #[serde(rename = "g")]
    page: PageId,
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    scope: Option<Box<str>>,
    #[serde(rename = "f", default)]
    filters: Box<str>,
    #[serde(rename = "x")]
    state: S,
}

impl Cursor {
    pub(crate) fn new(
        source: &(impl Source + ?Sized),
        filters: impl Into<Box<str>>,
        state: State,
    ) -> Self {
        Cursor {
            list: source.operation().id.into(),
            page: source.page_id().clone(),
            scope: source.scope().map(Into::into),
            filters: filters.into(),
            state,
        }
    }

    /// The operation that lists, such as `list_conversations`.
    pub fn operation(&self) -> &str {
        &self.list
    }

    /// The page whose list it is.
    pub fn page_id(&self) -> &PageId {
        &self.page
    }

    /// The filters of the list, such as `type=INBOX&tags=7`.
    pub fn filters(&self) -> &str {
        &self.filters
    }

    /// Refuses a cursor of another list, and gives the state of this one.
    pub(crate) fn open(
        self,
        source: &(impl Source + ?Sized),
        filters: &str,
    ) -> Result<State, Error> {
        let of = |list: &str, page: &str, scope: Option<&str>| {
            let scope = scope.map(|scope| format!(" ({scope})"));
            format!("{list} of page {page}{}", scope.unwrap_or_default())
        };
        let (mine, wanted) = (
            of(&self.list, self.page.as_str(), self.scope.as_deref()),
            of(
                source.operation().id,
                source.page_id().as_str(),
                source.scope(),
            ),
        );
        if mine != wanted {
            return Err(refused(format!(
                "the cursor is of {mine}, and this is {wanted}; use it where it came from, or begin without it"
            )));
        }
        if *self.filters != *filters {
            let shown = |filters: &str| match filters {
                "" => "no filters".to_owned(),
                filters => format!("the filters `{filters}`"),
            };
            let (former, now) = (shown(&self.filters), shown(filters));
            return Err(refused(format!(
                "the cursor is of a list with {former}, and this one has {now}; ask with the same filters, or begin without it"
            )));
        }
        Ok(self.state)
    }
}

impl State {
    pub(crate) fn walk(self) -> Result<Position, Error> {
        match self {
            State::Walk(position) => Ok(position),
            other => Err(other.misused("`stream` or `pages`")),
        }
    }

    pub(crate) fn watch(self) -> Result<super::watch::Watched, Error> {
        match self {
            State::Watch(watched) => Ok(watched),
            other => Err(other.misused("`watch`")),
        }
    }

    pub(crate) fn windows(self) -> Result<super::windows::WindowsState, Error> {
        match self {
            State::Windows(windows) => Ok(windows),
            other => Err(other.misused("`windows`")),
        }
    }

    fn misused(&self, here: &str) -> Error {
        refused(format!(
            "the cursor is one of {}, and this is {here}; use it where it came from, or begin without it",
            self.kind()
        ))
    }
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::InvalidRequest, message)
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Text {
            list: self.list.clone(),
            page: self.page.clone(),
            scope: self.scope.clone(),
            filters: self.filters.clone(),
            state: &self.state,
        };
        let json = serde_json::to_vec(&text).map_err(|_| fmt::Error)?;
        write!(f, "{PREFIX}{}", URL_SAFE_NO_PAD.encode(json))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some(encoded) = text.trim().strip_prefix(PREFIX) else {
            let message = if text.trim().starts_with("pancake-cursor-") {
                "the cursor is of another version of this crate; begin without it"
            } else {
                "the text is no cursor; store what `Cursor` prints, and begin without it this time"
            };
            return Err(refused(message.into()));
        };
        let damaged = || refused("the cursor is damaged or cut off; begin without it".into());
        let json = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| damaged())?;
        let text: Text<State> = serde_json::from_slice(&json).map_err(|_| damaged())?;
        Ok(Cursor {
            list: text.list,
            page: text.page,
            scope: text.scope,
            filters: text.filters,
            state: text.state,
        })
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
            .field("operation", &self.list)
            .field("page_id", &self.page)
            .field("filters", &self.filters)
            .finish_non_exhaustive()
    }
}
