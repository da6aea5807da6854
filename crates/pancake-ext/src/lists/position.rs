//! A place in a list: all that is needed to go on from there, in this process or another.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::row::Print;

/// Rows to continue after that a position holds, in case the last one moves away.
pub(crate) const ANCHORS: usize = 8;

/// A page to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The beginning of a list with a cursor.
    Start,
    /// After the row with this id.
    After(Box<str>),
    /// After so many rows.
    Skip(u64),
    /// A numbered page, from 1.
    Number(u64),
}

/// Where a walk stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    #[serde(rename = "w", default)]
    pub(crate) phase: Phase,
    /// Offsets: rows to skip. Numbered pages: rows from the top that are known.
    #[serde(rename = "p", default, skip_serializing_if = "is_zero")]
    pub(crate) rows: u64,
    /// Cursors: the rows given last, in the order of the list.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) anchors: Vec<Anchor>,
    /// The rows of the last three pages, which come again if rows shifted.
    #[serde(rename = "s", default, skip_serializing_if = "Prints::is_empty")]
    pub(crate) seen: Prints,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<u64>,
    /// The most rows that a page had, if those are fewer than were asked for.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub(crate) page_rows: Option<u64>,
    /// The newest rows when this pass began.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub(crate) top: Option<Newest>,
    /// The newest rows when the pass before began: this one ends there.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub(crate) low: Option<Newest>,
    /// The walk ends where it meets one of these rows.
    #[serde(rename = "e", default, skip_serializing_if = "Prints::is_empty")]
    pub(crate) stop: Prints,
    /// The walk ends at a page of rows that are all older than this.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub(crate) stop_before: Option<i64>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What a walk is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// From the top to the end.
    #[default]
    Main,
    /// From the top again for the rows that moved up meanwhile; which pass it is, from 1.
    Again(u32),
    /// There is nothing more.
    Ended,
}

/// A row to continue after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Anchor {
    #[serde(rename = "i")]
    pub(crate) id: Box<str>,
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<i64>,
}

/// The newest time of a page, in unix microseconds, and the rows that have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Newest {
    #[serde(rename = "t")]
    pub(crate) time: i64,
    #[serde(rename = "r", default, skip_serializing_if = "Prints::is_empty")]
    pub(crate) rows: Prints,
}

/// Prints of rows, in compact form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prints(pub(crate) Vec<Print>);

impl Prints {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn contains(&self, print: Print) -> bool {
        self.0.contains(&print)
    }
}

impl FromIterator<Print> for Prints {
    fn from_iter<I: IntoIterator<Item = Print>>(prints: I) -> Self {
        Prints(prints.into_iter().collect())
    }
}

impl Serialize for Prints {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = self.0.iter().flat_map(|p| p.0.to_le_bytes()).collect();
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Prints {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(serde::de::Error::custom)?;
        let (prints, rest) = bytes.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(serde::de::Error::custom("a print has eight bytes"));
        }
        let prints = prints.iter().map(|bytes| Print(u64::from_le_bytes(*bytes)));
        Ok(prints.collect())
    }
}
