//! Phone numbers in what customers write, as the real API picks them out of texts.
use super::{page::PageState, records::Author};

/// A phone number that a customer wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrittenPhone {
    /// Of the message in its conversation.
    pub(crate) position: u64,
    /// Digits, with a `+` in front if it was written so.
    pub(crate) number: String,
    /// As it stands in the text.
    pub(crate) captured: String,
    /// Where it begins, in characters.
    pub(crate) offset: usize,
}

/// The Vietnamese phone numbers in a text: (offset in characters, as written, digits).
fn find(text: &str) -> Vec<(usize, String, String)> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut place = 0;
    while let Some(letter) = letters.get(place) {
        let begins = letter.is_ascii_digit() || *letter == '+';
        let in_word = place > 0 && letters.get(place - 1).is_some_and(|c| c.is_alphanumeric());
        if !begins || in_word {
            place += 1;
            continue;
        }
        let end = end_of_number(&letters, place);
        let captured: String = letters.iter().take(end).skip(place).collect();
        let number: String = captured
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect();
        if is_phone(&number) {
            found.push((place, captured, number));
        }
        place = end.max(place + 1);
    }
    found
}

/// Digits, with single spaces, dots and dashes between them.
fn end_of_number(letters: &[char], start: usize) -> usize {
    let is_digit = |place: usize| letters.get(place).is_some_and(char::is_ascii_digit);
    let mut end = start + 1;
    loop {
        let separated = matches!(letters.get(end), Some(' ' | '.' | '-')) && is_digit(end + 1);
        match (is_digit(end), separated) {
            (true, _) => end += 1,
            (_, true) => end += 2,
            _ => return end,
        }
    }
}

fn is_phone(number: &str) -> bool {
    let digits = number.trim_start_matches('+');
    match digits.strip_prefix("84") {
        Some(rest) if number.starts_with('+') || digits.len() == 11 => rest.len() == 9,
        _ => number.starts_with('0') && matches!(number.len(), 10 | 11),
    }
}

impl PageState {
    /// Oldest first.
    pub(crate) fn written_phones(&self, index: u64) -> Vec<WrittenPhone> {
        let seeded = self.seeded_phone_position(index).into_iter();
        let first_new = self.seeded_messages(index);
        let new = (first_new..).zip(self.new_messages(index));
        let new = new
            .filter(|(_, message)| message.author == Author::Customer)
            .map(|(position, _)| position);
        let positions = seeded.chain(new);
        positions
            .flat_map(|position| {
                let found = find(&self.message_text(index, position)).into_iter();
                found.map(move |(offset, captured, number)| WrittenPhone {
                    position,
                    number,
                    captured,
                    offset,
                })
            })
            .collect()
    }

    /// Where a customer first wrote a phone number.
    pub(crate) fn phone_position(&self, index: u64) -> Option<u64> {
        if let Some(position) = self.seeded_phone_position(index) {
            return Some(position);
        }
        let first = self.written_phones(index).into_iter().next();
        first.map(|phone| phone.position)
    }

    /// Whether a customer wrote a phone number there.
    pub(super) fn has_phone_at(&self, index: u64, position: u64) -> bool {
        match self.new_message(index, position) {
            Some(message) => message.author == Author::Customer && !find(&message.text).is_empty(),
            None => self.seeded_phone_position(index) == Some(position),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn phone_number_is_found_however_it_is_written() {
        let own = ["0901234567"];
        for (text, numbers) in [
            ("SĐT 0901234567 nhé", &own[..]),
            ("0901 234 567", &own),
            ("gọi 090.123.4567!", &own),
            ("0901-234-567", &own),
            ("+84 901 234 567", &["+84901234567"]),
            ("84901234567", &["84901234567"]),
            ("0901234567 hoặc 0911111111", &["0901234567", "0911111111"]),
        ] {
            let found = find(text).into_iter().map(|(_, _, number)| number);
            assert_eq!(found.collect::<Vec<_>>(), numbers, "{text}");
        }
        // The place counts characters.
        let found = find("Số của mình là 0901 234 567 nhé");
        assert_eq!(
            found,
            [(15, "0901 234 567".to_owned(), "0901234567".to_owned())]
        );
    }

    #[test]
    fn price_code_and_date_are_not_phone_numbers() {
        let texts = "250.000đ,123456,DH0901234567,01/04/2026,12345678901234,+,";
        for text in texts.split(',') {
            assert!(find(text).is_empty(), "{text}");
        }
    }
}
