//! How large a file may be, by channel.

use pancake_client::{Channel, PageId};

use super::unfit;
use crate::error::Error;

/// The documentation says "MB"; this is the more lenient reading.
const MB: u64 = 1024 * 1024;

/// What holds a file back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// What the channel takes, for videos.
    Channel,
    /// A number of bytes, for every file.
    Own(u64),
    /// Nothing.
    None,
}

impl Limit {
    /// The largest size in bytes for a file of this type on this page.
    pub(super) fn bytes(self, page: &PageId, is_video: bool) -> Option<u64> {
        match self {
            Limit::Channel => is_video.then(|| video_limit(page)),
            Limit::Own(bytes) => Some(bytes),
            Limit::None => None,
        }
    }

    /// The error of a file that is larger. `size` is what is known of it.
    pub(super) fn exceeded(self, file_name: &str, size: u64, bytes: u64) -> Error {
        unfit(match self {
            Limit::Own(_) => {
                format!("{file_name} has {size} bytes or more, and the limit set for it is {bytes}")
            }
            _ => format!(
                "{file_name} has {size} bytes or more, and the channel of this page takes videos of up to {bytes} \
                 ({} MB): make it smaller, or use `max_size` or `ignore_limits` if the channel takes more",
                bytes / MB
            ),
        })
    }
}

/// The documented limits for videos. The page id tells the channel.
fn video_limit(page: &PageId) -> u64 {
    const LARGEST: u64 = 100 * MB;
    match page.channel() {
        Channel::Shopee => 30 * MB,
        Channel::WhatsAppOfficial => 16 * MB,
        Channel::Lazada => 100 * MB,
        // How ids on Shopee and Lazada begin is a guess: an unknown channel may be one of them.
        Channel::Other(_) => LARGEST,
        _ => 25 * MB,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn videos_are_limited_by_channel_and_other_files_are_not() {
        for (page, megabytes) in [
            ("1000000000000001", 25),
            ("waba_1", 16),
            ("wa_1", 25),
            ("spo_1", 30),
            ("lzd_1", 100),
            ("zl_1", 25),
            ("never_seen_1", 100),
        ] {
            let page = PageId::from(page);
            let limit = Limit::Channel.bytes(&page, true);
            assert_eq!(limit, Some(megabytes * MB), "{page}");
            assert_eq!(Limit::Channel.bytes(&page, false), None);
            assert_eq!(Limit::Own(7).bytes(&page, false), Some(7));
            assert_eq!(Limit::None.bytes(&page, true), None);
        }
    }
}
