//! A place in a walk: all that is needed to go on from there, in this process or another.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::dialect::Place;
use super::mark::{Mark, Print};

/// Rows to continue after that are kept, should the last one move away.
pub(crate) const ANCHORS: usize = 8;

/// Where a walk stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// The page to ask for next.
    #[serde(rename = "p")]
    pub(crate) place: Place,
    #[serde(rename = "w")]
    pub(crate) phase: Phase,
    /// The rows given last, in the order of the list.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) anchors: Vec<Mark>,
    /// Rows that may come again on the next page because it was given in part, or because rows shifted.
    #[serde(rename = "s", default, skip_serializing_if = "Prints::is_empty")]
    pub(crate) seen: Prints,
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<u64>,
    /// Rows a page, if the server gives fewer than it is asked for.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub(crate) page_rows: Option<u64>,
    /// The newest time there was when the walk began, a little less, and the rows of about that time as they were.
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    pub(crate) high: Option<(i64, Prints)>,
    /// The walk ends where it meets one of these rows.
    #[serde(rename = "e", default, skip_serializing_if = "Prints::is_empty")]
    pub(crate) stop: Prints,
    /// The walk ends at a page of rows from well before this time.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub(crate) stop_before: Option<i64>,
}

impl Position {
    /// The beginning of a list.
    pub(crate) fn first(place: Place) -> Self {
        Position {
            place,
            phase: Phase::Main,
            anchors: Vec::new(),
            seen: Prints::default(),
            total: None,
            page_rows: None,
            high: None,
            stop: Prints::default(),
            stop_before: None,
        }
    }
}

/// What a walk is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// From the top to the end.
    Main,
    /// From the top again, down to the newest time of the pass before, for the rows that moved up meanwhile.
    CatchUp {
        /// Rows below this time were seen.
        #[serde(rename = "l")]
        low: i64,
        /// The newest time of this pass, a little less: the next one goes down to it.
        #[serde(rename = "t")]
        top: Option<i64>,
        /// Which pass it is, from 1.
        #[serde(rename = "k")]
        pass: u32,
    },
    /// There is nothing more.
    Ended,
}

/// Prints of rows, in compact form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prints(pub(crate) Vec<Print>);

impl Prints {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
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
        if rest.is_empty() {
            Ok(prints
                .iter()
                .map(|b| Print(u64::from_le_bytes(*b)))
                .collect())
        } else {
            Err(serde::de::Error::custom("a print has eight bytes"))
        }
    }
}
