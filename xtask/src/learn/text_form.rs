//! What a captured text looks like, as far as a schema can say it.

/// The form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TextForm {
    Empty,
    /// `YYYY-MM-DDTHH:MM:SS`, with or without a fraction and a zone; also with a blank for the `T`.
    Time,
    /// `YYYY-MM-DD`; unknown parts are `00`.
    Date,
    Uuid,
    /// Nothing but digits.
    Digits,
    /// A number with a sign, a fraction or an exponent.
    Decimal,
    Other,
}

impl TextForm {
    /// The form of this text.
    pub(super) fn of(text: &str) -> TextForm {
        if text.is_empty() {
            TextForm::Empty
        } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
            TextForm::Digits
        } else if is_uuid(text) {
            TextForm::Uuid
        } else if fits(text, "dddd-dd-dd") {
            TextForm::Date
        } else if is_time(text) {
            TextForm::Time
        } else if is_decimal(text) {
            TextForm::Decimal
        } else {
            TextForm::Other
        }
    }

    /// What to call it in a report; nothing for a text like any other.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            TextForm::Empty => Some("empty"),
            TextForm::Time => Some("time"),
            TextForm::Date => Some("date"),
            TextForm::Uuid => Some("uuid"),
            TextForm::Digits => Some("digits"),
            TextForm::Decimal => Some("decimal"),
            TextForm::Other => None,
        }
    }
}

/// Whether a text has this form, where `d` is a digit and `h` a hexadecimal one.
fn fits(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text
            .bytes()
            .zip(form.bytes())
            .all(|(byte, wanted)| match wanted {
                b'd' => byte.is_ascii_digit(),
                b'h' => byte.is_ascii_hexdigit(),
                other => byte == other,
            })
}

fn is_uuid(text: &str) -> bool {
    fits(text, "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh")
}

fn is_time(text: &str) -> bool {
    let Some((start, rest)) = text.split_at_checked(19) else {
        return false;
    };
    if !fits(start, "dddd-dd-ddTdd:dd:dd") && !fits(start, "dddd-dd-dd dd:dd:dd") {
        return false;
    }
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() {
                return false;
            }
            zone
        }
        None => rest,
    };
    let offset = zone.strip_prefix(['+', '-']);
    zone.is_empty()
        || zone == "Z"
        || offset.is_some_and(|offset| fits(offset, "dd:dd") || fits(offset, "dddd"))
}

fn is_decimal(text: &str) -> bool {
    // Rust also reads `inf` and `nan`.
    let digits = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    digits && text.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_the_form_that_a_schema_can_name() {
        for (text, form) in [
            ("", TextForm::Empty),
            ("2026-03-31T14:13:38", TextForm::Time),
            ("2026-03-31T14:13:38.097000", TextForm::Time),
            ("2019-08-24T14:15:22Z", TextForm::Time),
            ("2019-08-24 14:15:22+07:00", TextForm::Time),
            ("1998-00-00", TextForm::Date),
            ("c4bafd84-7b96-4f28-b59a-031f17c32ddf", TextForm::Uuid),
            ("0900000001", TextForm::Digits),
            ("-1.5", TextForm::Decimal),
            ("2e3", TextForm::Decimal),
            ("nan", TextForm::Other),
            ("2026-03-31T14:13:38.", TextForm::Other),
            ("2026-03-31T14:13:38 noon", TextForm::Other),
            ("đđđđđđđđđđ", TextForm::Other),
        ] {
            assert_eq!(TextForm::of(text), form, "{text}");
        }
    }
}
