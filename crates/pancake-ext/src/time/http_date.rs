//! Dates in HTTP headers.

use chrono::{DateTime, Utc};

/// Reads a date as `Date` and `Retry-After` have it, such as `Tue, 31 Mar 2026 14:13:38 GMT`.
pub(crate) fn parse(value: &str) -> Option<DateTime<Utc>> {
    let date = DateTime::parse_from_rfc2822(value.trim()).ok()?;
    Some(date.with_timezone(&Utc))
}
