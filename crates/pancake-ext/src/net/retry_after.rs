//! The header `Retry-After`: seconds, or a date.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::time::server_time::http_date;

/// How long the server asks to wait from now on.
pub(crate) fn parse(value: &str) -> Option<Duration> {
    parse_at(value, Utc::now())
}

fn parse_at(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = http_date(value)?;
    // A date that has passed asks for no wait.
    Some((date - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_understood_and_the_past_asks_for_no_wait() {
        let now = DateTime::from_timestamp(1_774_966_418, 0).unwrap();
        for (value, seconds) in [
            ("7", Some(7)),
            ("Tue, 31 Mar 2026 14:13:48 GMT", Some(10)),
            ("Tue, 31 Mar 2020 14:13:48 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(
                parse_at(value, now),
                seconds.map(Duration::from_secs),
                "{value}"
            );
        }
    }
}
