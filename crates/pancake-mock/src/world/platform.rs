//! The channels a page can be on, and what differs between them.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Platform {
    Facebook,
    Zalo,
    TikTok,
    WhatsApp,
    Instagram,
    Telegram,
    Line,
    ChatPlugin,
    WhatsAppOfficial,
    Shopee,
    Lazada,
    PersonalZalo,
}

/// Each with its name, and with what page ids begin with (field notes, section 1; those of Shopee and Lazada are our guess).
/// The first page is on the first, the rest go round.
const PLATFORMS: [(Platform, &str, &str); 12] = [
    (Platform::Facebook, "facebook", ""),
    (Platform::Zalo, "zalo", "zl_"),
    (Platform::TikTok, "tiktok", "tt_"),
    (Platform::WhatsApp, "whatsapp", "wa_"),
    (Platform::Instagram, "instagram_official", "igo_"),
    (Platform::Telegram, "telegram", "tl_"),
    (Platform::Line, "line", "ln_"),
    (Platform::ChatPlugin, "chat_plugin", "web_"),
    (Platform::WhatsAppOfficial, "whatsapp_official", "waba_"),
    (Platform::Shopee, "shopee", "spo_"),
    (Platform::Lazada, "lazada", "lzd_"),
    (Platform::PersonalZalo, "personal_zalo", "pzl_"),
];

impl Platform {
    pub(crate) fn of_page(index: u64) -> Self {
        let places = PLATFORMS.iter().zip(0..);
        let mut fitting = places.filter(|(_, place)| *place == index % 12);
        fitting
            .next()
            .map_or(Self::Facebook, |((platform, ..), _)| *platform)
    }

    fn texts(self) -> (&'static str, &'static str) {
        let own = PLATFORMS.iter().find(|(platform, ..)| *platform == self);
        own.map_or(("", ""), |(_, name, prefix)| (name, prefix))
    }

    pub(crate) fn name(self) -> &'static str {
        self.texts().0
    }

    /// What page ids begin with (docs/behaviour.md#ids; those of Shopee and Lazada are our guess).
    pub(crate) fn prefix(self) -> &'static str {
        self.texts().1
    }

    /// How many content ids one send takes (docs/behaviour.md#content-ids).
    pub(crate) fn content_ids_a_send(self) -> usize {
        match self {
            Self::Facebook | Self::PersonalZalo => 30,
            Self::Instagram | Self::Telegram | Self::ChatPlugin => 10,
            _ => 1,
        }
    }

    /// The documented video limit in bytes; `other` holds for platforms without their own.
    pub(crate) fn video_limit(self, other: usize) -> usize {
        const MB: usize = 1024 * 1024;
        match self {
            Self::Shopee => 30 * MB,
            Self::WhatsAppOfficial => 16 * MB,
            Self::Lazada => 100 * MB,
            _ => other,
        }
    }

    /// Posts with comments exist on these only.
    pub(crate) fn has_comments(self) -> bool {
        matches!(self, Self::Facebook | Self::Instagram | Self::TikTok)
    }
}
