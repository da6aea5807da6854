//! Whether mentions point at the names they mention.

use pancake_client::types::Mention;

use super::draft::refuse;
use crate::error::Error;

/// Refuses mentions that lie outside the text, or on something else than the name.
///
/// Nothing says whether the API counts characters or UTF-16 units. They differ behind an emoji only, and either is taken.
///
/// # Errors
///
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest), with the number of the mention.
pub(crate) fn check(text: &str, mentions: &[Mention]) -> Result<(), Error> {
    for (number, mention) in (1..).zip(mentions) {
        let psid: &str = mention.psid.as_ref();
        if psid.is_empty() {
            return refuse(format!(
                "mention {number} has no `psid`: give the person's id"
            ));
        }
        let covered = [in_characters(text, mention), in_utf16(text, mention)];
        let fits = covered.iter().flatten().any(|part| *part == mention.name);
        if mention.name.is_empty() || !fits {
            return refuse(format!(
                "mention {number} does not cover its name: `offset` and `length` must be where the text has it, in characters"
            ));
        }
    }
    Ok(())
}

fn range(mention: &Mention) -> Option<(usize, usize)> {
    let offset = usize::try_from(mention.offset).ok()?;
    Some((offset, usize::try_from(mention.length).ok()?))
}

fn in_characters(text: &str, mention: &Mention) -> Option<String> {
    let (offset, length) = range(mention)?;
    Some(text.chars().skip(offset).take(length).collect())
}

fn in_utf16(text: &str, mention: &Mention) -> Option<String> {
    let (offset, length) = range(mention)?;
    let units: Vec<u16> = text.encode_utf16().skip(offset).take(length).collect();
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(name: &str, offset: i64, length: i64) -> Mention {
        Mention {
            psid: "2".into(),
            name: name.to_owned(),
            offset,
            length,
        }
    }

    #[test]
    fn a_mention_must_cover_its_name() {
        let text = "Dạ Nguyễn Văn A ạ";
        assert!(check(text, &[mention("Nguyễn Văn A", 3, 12)]).is_ok());
        for wrong in [
            mention("Nguyễn Văn A", 2, 12),
            mention("Nguyễn Văn A", 3, 11),
            mention("Nguyễn Văn A", 3, 99),
            mention("Nguyễn Văn A", -3, 12),
            mention("Nguyễn Văn A", i64::MAX, i64::MAX),
            mention("", 0, 0),
        ] {
            assert!(check(text, &[wrong]).is_err());
        }
    }

    #[test]
    fn behind_an_emoji_characters_and_utf16_units_are_both_taken() {
        let text = "🥭 An ạ";
        assert!(check(text, &[mention("An", 2, 2)]).is_ok());
        assert!(check(text, &[mention("An", 3, 2)]).is_ok());
        assert!(check(text, &[mention("An", 4, 2)]).is_err());
    }
}
