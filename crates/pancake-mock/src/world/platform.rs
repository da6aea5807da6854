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

impl Platform {
    /// The platform of the index-th page: the first is on Facebook, the rest go round.
    pub(crate) fn of_page(index: u64) -> Self {
        match index % 12 {
            0 => Self::Facebook,
            1 => Self::Zalo,
            2 => Self::TikTok,
            3 => Self::WhatsApp,
            4 => Self::Instagram,
            5 => Self::Telegram,
            6 => Self::Line,
            7 => Self::ChatPlugin,
            8 => Self::WhatsAppOfficial,
            9 => Self::Shopee,
            10 => Self::Lazada,
            _ => Self::PersonalZalo,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Facebook => "facebook",
            Self::Zalo => "zalo",
            Self::TikTok => "tiktok",
            Self::WhatsApp => "whatsapp",
            Self::Instagram => "instagram_official",
            Self::Telegram => "telegram",
            Self::Line => "line",
            Self::ChatPlugin => "chat_plugin",
            Self::WhatsAppOfficial => "whatsapp_official",
            Self::Shopee => "shopee",
            Self::Lazada => "lazada",
            Self::PersonalZalo => "personal_zalo",
        }
    }

    /// What page ids begin with (docs/behaviour.md#ids; those of Shopee and Lazada are our guess).
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Facebook => "",
            Self::Zalo => "zl_",
            Self::TikTok => "tt_",
            Self::WhatsApp => "wa_",
            Self::Instagram => "igo_",
            Self::Telegram => "tl_",
            Self::Line => "ln_",
            Self::ChatPlugin => "web_",
            Self::WhatsAppOfficial => "waba_",
            Self::Shopee => "spo_",
            Self::Lazada => "lzd_",
            Self::PersonalZalo => "pzl_",
        }
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
