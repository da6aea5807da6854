//! Birthdays, whose parts may be unknown. [`Birthday`] replaces the generated type of the same name.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::object::Object;

/// A birthday. Each part may be unknown: the API writes `1998-00-00`, which is not a date.
///
/// ```
/// use pancake_client::Birthday;
///
/// let birthday: Birthday = serde_json::from_str("\"1998-00-00\"").unwrap();
/// assert_eq!((birthday.year, birthday.month, birthday.day), (Some(1998), None, None));
/// assert_eq!("1998-00-00".parse(), Ok(birthday));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Birthday {
    /// Year, such as 1998.
    pub year: Option<u16>,
    /// Month, 1 to 12.
    pub month: Option<u8>,
    /// Day of the month, 1 to 31.
    pub day: Option<u8>,
}

impl Birthday {
    /// Parts out of range are unknown.
    fn from_parts(year: Option<u64>, month: Option<u64>, day: Option<u64>) -> Self {
        let part = |number: Option<u64>, most| number.filter(|number| (1..=most).contains(number));
        let small = |number: Option<u64>| number?.try_into().ok();
        Birthday {
            year: part(year, u16::MAX.into()).and_then(|year| year.try_into().ok()),
            month: small(part(month, 12)),
            day: small(part(day, 31)),
        }
    }

    fn from_lenient_text(text: &str) -> Self {
        let parts = text.splitn(3, ['-', 'T']);
        let mut parts = parts.map(|part| part.trim().parse().ok());
        let mut next = || parts.next().flatten();
        Birthday::from_parts(next(), next(), next())
    }
}

/// All three parts; a year that does not fit into `YYYY-MM-DD` counts as unknown.
impl From<NaiveDate> for Birthday {
    fn from(date: NaiveDate) -> Self {
        let year = u64::try_from(date.year()).ok().filter(|year| *year <= 9999);
        Birthday::from_parts(year, Some(date.month().into()), Some(date.day().into()))
    }
}

crate::strict::strict_text! {
    Birthday,
    /// Text that is not a birthday.
    InvalidBirthday: "a birthday is `YYYY-MM-DD` with zeros for unknown parts, and the day must exist"
}

/// `YYYY-MM-DD`, with zeros for unknown parts. Anything else is refused, unlike in a response.
impl FromStr for Birthday {
    type Err = InvalidBirthday;

    fn from_str(text: &str) -> Result<Self, InvalidBirthday> {
        let mut parts = text.split('-');
        let mut part = |digits| {
            let part = parts.next().filter(|part| part.len() == digits)?;
            let plain = part.bytes().all(|byte| byte.is_ascii_digit());
            part.parse::<u16>().ok().filter(|_| plain)
        };
        let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else {
            return Err(InvalidBirthday);
        };
        // An unknown year may be a leap year.
        let known = |part: u16, instead: u16| if part == 0 { instead } else { part };
        let date = NaiveDate::from_ymd_opt(
            known(year, 2000).into(),
            known(month, 1).into(),
            known(day, 1).into(),
        );
        if parts.next().is_some() || date.is_none() || (year, month, day) == (0, 0, 0) {
            return Err(InvalidBirthday);
        }
        let parts = [year, month, day].map(|part| Some(part.into()));
        Ok(Birthday::from_parts(parts[0], parts[1], parts[2]))
    }
}

/// `YYYY-MM-DD` with zeros for unknown parts, as the API writes it.
impl fmt::Display for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.year.unwrap_or(0);
        let (month, day) = (self.month.unwrap_or(0), self.day.unwrap_or(0));
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Takes `YYYY-MM-DD`, and `{date, month, year}` as conversations have it; anything else counts as all unknown.
impl<'de> Deserialize<'de> for Birthday {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyForm)
    }
}

/// The form of conversations.
struct Parts {
    year: Option<i64>,
    month: Option<i64>,
    date: Option<i64>,
}

crate::object::fields! {
    Parts {
        "year" => year: integer,
        "month" => month: integer,
        "date" => date: integer,
    }
}

/// A visitor of its own, since every conversation has a birthday.
struct AnyForm;

impl<'de> Visitor<'de> for AnyForm {
    type Value = Birthday;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a birthday")
    }

    fn visit_str<E>(self, text: &str) -> Result<Birthday, E> {
        Ok(Birthday::from_lenient_text(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Birthday, A::Error> {
        let parts = Parts::read(entries)?;
        let part = |number: Option<i64>| number?.try_into().ok();
        Ok(Birthday::from_parts(
            part(parts.year),
            part(parts.month),
            part(parts.date),
        ))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Birthday, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Birthday::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Birthday, E> {
        Ok(Birthday::default())
    }

    fn visit_i64<E>(self, _: i64) -> Result<Birthday, E> {
        Ok(Birthday::default())
    }

    fn visit_u64<E>(self, _: u64) -> Result<Birthday, E> {
        Ok(Birthday::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Birthday, E> {
        Ok(Birthday::default())
    }

    fn visit_unit<E>(self) -> Result<Birthday, E> {
        Ok(Birthday::default())
    }
}

#[cfg(feature = "schemars")]
crate::json_schema::json_schema_of! {
    Birthday => { "type": ["string", "object"], "description": "A birthday; unknown parts are 0." },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn birthday(year: u16, month: u8, day: u8) -> Birthday {
        Birthday::from_parts(Some(year.into()), Some(month.into()), Some(day.into()))
    }

    #[test]
    fn both_forms_of_responses_are_read() {
        for (json, expected) in [
            (r#""1998-01-31""#, birthday(1998, 1, 31)),
            (r#""1998-00-00""#, birthday(1998, 0, 0)),
            (r#"{"date":1,"month":2,"year":1990}"#, birthday(1990, 2, 1)),
            (r#"{"date":1,"month":2,"year":null}"#, birthday(0, 2, 1)),
            (r#""string""#, Birthday::default()),
            ("false", Birthday::default()),
            ("[1]", Birthday::default()),
        ] {
            let read: Birthday = serde_json::from_str(json).unwrap();
            assert_eq!(read, expected, "{json}");
        }
    }

    #[test]
    fn date_becomes_birthday_with_all_parts() {
        let date = NaiveDate::from_ymd_opt(1998, 1, 31).unwrap();
        assert_eq!(Birthday::from(date), birthday(1998, 1, 31));
        assert_eq!(Birthday::from(NaiveDate::MAX).year, None);
    }

    #[test]
    fn strict_text_is_written_as_it_was_read() {
        for text in ["1998-01-31", "1998-00-00", "0000-02-29"] {
            let birthday = Birthday::try_from(text).unwrap();
            let json = serde_json::to_string(&birthday).unwrap();
            assert_eq!(json, format!("{text:?}"));
        }
        assert_eq!("1998-00-00".parse().ok(), Some(birthday(1998, 0, 0)));
    }

    #[test]
    fn text_in_another_form_is_refused() {
        let bad = ",1998,31/01/1998,1998-1-31,1998-01-31T00:00:00,1998-02-29,1998-13-01,0000-00-00,+998-01-31,1998-01-31-1";
        for text in bad.split(',') {
            assert_eq!(text.parse::<Birthday>(), Err(InvalidBirthday), "{text}");
        }
    }
}
