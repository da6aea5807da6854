//! How many uploaded files one send takes, by channel. The one table of it.

use pancake_client::{Channel, PageId};

const LARGEST: usize = 30;

/// How many content ids one send takes on the channel of this page.
pub(crate) fn content_ids_a_send(page: &PageId) -> usize {
    match page.channel() {
        Channel::Facebook | Channel::PersonalZalo => LARGEST,
        Channel::Instagram | Channel::Telegram | Channel::ChatPlugin => 10,
        // What a channel takes that nobody knows, it says itself.
        Channel::Other(_) => LARGEST,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_send_takes_as_many_files_as_its_channel_does() {
        for (page, most) in [
            ("1000000000000001", 30),
            ("pzl_1", 30),
            ("zl_1", 1),
            ("igo_1", 10),
            ("tl_1", 10),
            ("web_1", 10),
            ("waba_1", 1),
            ("new_1", 30),
        ] {
            assert_eq!(content_ids_a_send(&PageId::from(page)), most, "{page}");
        }
    }
}
