//! How times look on the wire: without a zone, with or without microseconds (docs/behaviour.md#time).
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

use crate::oddity::{Oddities, Oddity};

/// `2026-03-31T14:13:38.097000`: conversations, messages, tag histories.
pub(crate) fn micros(oddities: &Oddities, unix_micros: i64) -> String {
    let format = if oddities.is_on(Oddity::Microseconds) {
        "%Y-%m-%dT%H:%M:%S%.6f"
    } else {
        "%Y-%m-%dT%H:%M:%S"
    };
    render(oddities, unix_micros, format)
}

/// `2026-03-31T14:13:38`: customers, ads, posts.
pub(crate) fn seconds(oddities: &Oddities, unix_micros: i64) -> String {
    render(oddities, unix_micros, "%Y-%m-%dT%H:%M:%S")
}

/// An hour of the page's own clock, such as `2026-03-31T21:00:00`: never with a zone, whatever the oddities say.
pub(crate) fn local_hour(unix_micros: i64, zone_hours: i64) -> String {
    let local = unix_micros + zone_hours * 3_600_000_000;
    let time = DateTime::from_timestamp_micros(local).unwrap_or(DateTime::UNIX_EPOCH);
    time.format("%Y-%m-%dT%H:00:00").to_string()
}

fn render(oddities: &Oddities, unix_micros: i64, format: &str) -> String {
    let time = DateTime::from_timestamp_micros(unix_micros).unwrap_or(DateTime::UNIX_EPOCH);
    let mut text = time.format(format).to_string();
    if !oddities.is_on(Oddity::ZonelessTimes) {
        text.push('Z');
    }
    text
}

/// Reads `27/07/2021 00:00:00 - 26/08/2021 23:59:59`, which is in the page's own zone, as unix microseconds. Days alone are
/// whole days.
pub(crate) fn date_range(text: &str, zone_hours: i64) -> Option<(i64, i64)> {
    let (from, to) = ends(text)?;
    let read = |part: &str| {
        let local = NaiveDateTime::parse_from_str(part, "%d/%m/%Y %H:%M:%S").ok()?;
        Some(local.and_utc().timestamp_micros() - zone_hours * 3_600_000_000)
    };
    match (read(from), read(to)) {
        // The last second is part of the range, as a whole.
        (Some(from), Some(to)) => Some((from, to + 999_999)),
        _ => day_range(text, zone_hours),
    }
}

/// Both ends of a range; clients write it with and without spaces around the dash.
fn ends(text: &str) -> Option<(&str, &str)> {
    let (from, to) = text.split_once(" - ").or(text.split_once('-'))?;
    Some((from.trim(), to.trim()))
}

/// Reads `20/07/2020 - 20/08/2020`, whole days in the page's own zone, as unix microseconds.
pub(crate) fn day_range(text: &str, zone_hours: i64) -> Option<(i64, i64)> {
    let (from, to) = ends(text)?;
    let read = |part: &str| {
        let day = NaiveDate::parse_from_str(part, "%d/%m/%Y").ok()?;
        let local = day.and_time(NaiveTime::MIN);
        Some(local.and_utc().timestamp_micros() - zone_hours * 3_600_000_000)
    };
    Some((read(from)?, read(to)? + 24 * 3_600_000_000 - 1))
}

/// `2026-03-31`, the day of a time in the page's own zone.
pub(crate) fn day(unix_micros: i64, zone_hours: i64) -> String {
    let local = DateTime::from_timestamp_micros(unix_micros + zone_hours * 3_600_000_000);
    let local = local.unwrap_or(DateTime::UNIX_EPOCH);
    local.format("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_in_the_zone_and_end_whole() {
        let shown = |range: Option<(i64, i64)>| {
            let (from, to) = range.unwrap();
            [from, to + 1].map(|time| seconds(&Oddities::none(), time))
        };
        let days = ["2021-07-26T17:00:00Z", "2021-08-26T17:00:00Z"];
        let text = "27/07/2021 00:00:00 - 26/08/2021 23:59:59";
        assert_eq!(shown(date_range(text, 7)), days);
        assert_eq!(day_range(text, 7), None);
        for text in ["27/07/2021 - 26/08/2021", "27/07/2021-26/08/2021"] {
            assert_eq!(shown(date_range(text, 7)), days);
            assert_eq!(shown(day_range(text, 7)), days);
        }
        assert_eq!(date_range("", 7), None);
        let (from, to) = day_range("27/07/2021 - 28/07/2021", 7).unwrap();
        assert_eq!([day(from, 7), day(to, 7)], ["2021-07-27", "2021-07-28"]);
    }

    #[test]
    fn times_have_no_zone_and_some_have_microseconds() {
        let (oddities, time) = (Oddities::standard(), 1_774_966_418_097_000);
        assert_eq!(micros(&oddities, time), "2026-03-31T14:13:38.097000");
        assert_eq!(seconds(&oddities, time), "2026-03-31T14:13:38");
    }
}
