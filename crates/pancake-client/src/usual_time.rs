//! The form that nearly all times of responses have, `2026-03-31T14:13:38` with or without a fraction and a `Z`, read by its
//! places. chrono is ready for many forms and takes several times as long; a page of conversations has hundreds of times.

use chrono::{DateTime, NaiveDate, Utc};

/// The time, or `None` if it has another form: chrono decides then.
pub(crate) fn read(text: &str) -> Option<DateTime<Utc>> {
    let mut rest = Rest(text.strip_suffix('Z').unwrap_or(text).as_bytes());
    let year = rest.number(4)?.try_into().ok()?;
    let date = NaiveDate::from_ymd_opt(year, rest.after(b'-', 2)?, rest.after(b'-', 2)?)?;
    let (hour, minute, second) = (
        rest.after(b'T', 2)?,
        rest.after(b':', 2)?,
        rest.after(b':', 2)?,
    );
    let time = date.and_hms_nano_opt(hour, minute, second, rest.nanoseconds()?)?;
    Some(time.and_utc())
}

/// What is not read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// A number of so many digits.
    fn number(&mut self, digits: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        digits.iter().try_fold(0, |number, digit| {
            let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
            Some(number * 10 + digit)
        })
    }

    /// A number after this character.
    fn after(&mut self, character: u8, digits: usize) -> Option<u32> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        (*first == character).then(|| self.number(digits)).flatten()
    }

    /// A fraction such as `.097` up to the end; zero without one.
    fn nanoseconds(&mut self) -> Option<u32> {
        let digits @ 1..=9 = self.0.len().saturating_sub(1) else {
            return self.0.is_empty().then_some(0);
        };
        let missing = u32::try_from(9 - digits).ok()?;
        Some(self.after(b'.', digits)? * 10_u32.pow(missing))
    }
}

#[cfg(test)]
mod tests {
    use crate::timestamp::any_form;

    #[test]
    fn every_read_time_equals_that_of_chrono() {
        let whole = "2028-02-29T23:59:38.097001Z";
        let mut texts: Vec<String> = Vec::new();
        for place in 0..whole.len() {
            let (before, after) = whole.split_at(place);
            texts.extend([before.to_owned(), format!("{before}{}", &after[1..])]);
            for other in ' '..='~' {
                texts.push(format!("{before}{other}{}", &after[1..]));
                texts.push(format!("{before}{other}{after}"));
            }
        }
        texts.retain(|text| super::read(text).is_some());
        for text in &texts {
            assert_eq!(super::read(text), any_form(text), "{text}");
        }
        // Each length of the fraction, and each digit in its place, as far as there is such a day.
        assert!(texts.len() > 200, "{}", texts.len());
    }

    #[test]
    fn every_form_of_responses_is_read() {
        for text in [
            "2026-03-31T14:13:38",
            "2026-03-31T14:13:38.097000",
            "2026-03-31T14:13:38Z",
            "2026-03-31T14:13:38.097Z",
        ] {
            assert!(super::read(text).is_some(), "{text}");
        }
    }
}
