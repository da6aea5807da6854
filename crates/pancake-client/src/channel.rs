//! The channels that pages are on, as ids of pages and the field `platform` tell them.

use std::fmt;

use crate::id::PageId;

/// The channel of a page. The list is open: an unknown one is kept as [`Channel::Other`].
///
/// | channel | ids begin with | how sure that is |
/// |---|---|---|
/// | `Facebook` | digits only | several independent sources |
/// | `Zalo`, `PersonalZalo` | `zl_`, `pzl_` | several independent sources |
/// | `TikTok`, `TikTokMessaging` | `tt_`, `ttm_` | several independent sources for the prefixes; that `ttm_` is TikTok's Business Messaging is inferred |
/// | `Instagram` | `igo_` | several independent sources |
/// | `WhatsAppOfficial`, `WhatsApp` | `waba_`, `wa_` | several independent sources |
/// | `ChatPlugin`, `Line`, `Telegram` | `web_`, `ln_`, `tl_` | several independent sources |
/// | `Shopee`, `Lazada` | `spo_`, `lzd_` | **a guess**: no id was seen |
///
/// ```
/// use pancake_client::{Channel, PageId};
///
/// assert_eq!(PageId::from("1000000000000001").channel(), Channel::Facebook);
/// assert_eq!(PageId::from("pzl_1").channel(), Channel::PersonalZalo);
/// assert_eq!(PageId::from("new_1").channel(), Channel::Other("new".into()));
/// assert_eq!(Channel::from_platform("facebook"), Channel::Facebook);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Channel {
    /// A Facebook page.
    Facebook,
    /// A Zalo official account.
    Zalo,
    /// A personal Zalo account.
    PersonalZalo,
    /// A TikTok account or shop.
    TikTok,
    /// A TikTok account through Business Messaging.
    TikTokMessaging,
    /// An Instagram account.
    Instagram,
    /// A WhatsApp Business account.
    WhatsAppOfficial,
    /// A WhatsApp number.
    WhatsApp,
    /// The chat on a web site.
    ChatPlugin,
    /// A Line account.
    Line,
    /// A Telegram account.
    Telegram,
    /// A Shopee shop.
    Shopee,
    /// A Lazada shop.
    Lazada,
    /// Another one, in the words of the API: the prefix of an id without its `_`, or the text of `platform`. Empty if an
    /// id has neither digits only nor a prefix.
    Other(String),
}

impl Channel {
    /// The channel that `platform` of a page names. Case, spaces, `-` and `_` don't matter.
    ///
    /// `facebook`, `zalo`, `personal_zalo`, `tiktok`, `tiktok_business_messaging` and `instagram_official` were seen in
    /// responses or in programs that read them; the other names are guesses.
    pub fn from_platform(platform: &str) -> Self {
        let word: String = platform
            .chars()
            .filter(|c| !matches!(c, ' ' | '-' | '_'))
            .flat_map(char::to_lowercase)
            .collect();
        match word.as_str() {
            "facebook" | "fb" => Channel::Facebook,
            "zalo" | "zalooa" | "zaloofficial" => Channel::Zalo,
            "personalzalo" | "zalopersonal" => Channel::PersonalZalo,
            "tiktok" | "tiktokshop" => Channel::TikTok,
            "tiktokbusinessmessaging" | "tiktokmessaging" => Channel::TikTokMessaging,
            "instagram" | "instagramofficial" => Channel::Instagram,
            "whatsappofficial" | "whatsappbusiness" | "waba" => Channel::WhatsAppOfficial,
            "whatsapp" => Channel::WhatsApp,
            "chatplugin" | "webchat" | "web" => Channel::ChatPlugin,
            "line" => Channel::Line,
            "telegram" => Channel::Telegram,
            "shopee" => Channel::Shopee,
            "lazada" => Channel::Lazada,
            _ => Channel::Other(platform.trim().to_owned()),
        }
    }

    /// The name as `platform` has it, such as `personal_zalo`; the text of [`Channel::Other`].
    pub fn as_str(&self) -> &str {
        match self {
            Channel::Facebook => "facebook",
            Channel::Zalo => "zalo",
            Channel::PersonalZalo => "personal_zalo",
            Channel::TikTok => "tiktok",
            Channel::TikTokMessaging => "tiktok_business_messaging",
            Channel::Instagram => "instagram_official",
            Channel::WhatsAppOfficial => "whatsapp_official",
            Channel::WhatsApp => "whatsapp",
            Channel::ChatPlugin => "chat_plugin",
            Channel::Line => "line",
            Channel::Telegram => "telegram",
            Channel::Shopee => "shopee",
            Channel::Lazada => "lazada",
            Channel::Other(text) => text,
        }
    }
}

/// As of [`Channel::as_str`]; `unknown` where that is empty.
impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.as_str() {
            "" => "unknown",
            name => name,
        })
    }
}

impl PageId {
    /// The channel of the page, read from the prefix of the id: no call is made. [`Channel`] says how sure each prefix is.
    pub fn channel(&self) -> Channel {
        let id = self.as_str();
        if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Channel::Facebook;
        }
        match id.split_once('_').map_or("", |(prefix, _)| prefix) {
            "zl" => Channel::Zalo,
            "pzl" => Channel::PersonalZalo,
            "tt" => Channel::TikTok,
            "ttm" => Channel::TikTokMessaging,
            "igo" => Channel::Instagram,
            "waba" => Channel::WhatsAppOfficial,
            "wa" => Channel::WhatsApp,
            "web" => Channel::ChatPlugin,
            "ln" => Channel::Line,
            "tl" => Channel::Telegram,
            "spo" => Channel::Shopee,
            "lzd" => Channel::Lazada,
            other => Channel::Other(other.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [(&str, Channel); 13] = [
        ("1000000000000001", Channel::Facebook),
        ("zl_1", Channel::Zalo),
        ("pzl_1", Channel::PersonalZalo),
        ("tt_1", Channel::TikTok),
        ("ttm_-000A_b", Channel::TikTokMessaging),
        ("igo_1", Channel::Instagram),
        ("waba_1", Channel::WhatsAppOfficial),
        ("wa_1", Channel::WhatsApp),
        ("web_1", Channel::ChatPlugin),
        ("ln_1", Channel::Line),
        ("tl_1", Channel::Telegram),
        ("spo_1", Channel::Shopee),
        ("lzd_1", Channel::Lazada),
    ];

    #[test]
    fn known_channel_survives_id_and_name() {
        for (id, channel) in KNOWN {
            assert_eq!(PageId::from(id).channel(), channel, "{id}");
            let name = channel.to_string();
            assert_eq!(Channel::from_platform(&name), channel);
            let loud = name.to_uppercase().replace('_', " ");
            assert_eq!(Channel::from_platform(&loud), channel, "{loud}");
        }
    }

    #[test]
    fn unknown_channel_is_kept_as_text() {
        let other = |text: &str| Channel::Other(text.to_owned());
        for (id, text) in [("th_1", "th"), ("12a", ""), ("", "")] {
            assert_eq!(PageId::from(id).channel(), other(text), "{id}");
        }
        assert_eq!(Channel::from_platform(" Threads "), other("Threads"));
        assert_eq!(other("").to_string(), "unknown");
    }
}
