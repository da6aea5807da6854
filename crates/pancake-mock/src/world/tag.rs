//! The tags of a page.
use crate::vocabulary;

#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) id: u64,
    pub(crate) text: &'static str,
    pub(crate) color: &'static str,
    pub(crate) lighten_color: &'static str,
    pub(crate) is_lead_event: bool,
}

pub(super) fn seeded() -> Vec<Tag> {
    (0..)
        .zip(vocabulary::TAGS)
        .map(|(id, (text, color, lighten_color))| Tag {
            id,
            text,
            color,
            lighten_color,
            is_lead_event: *text == "Lead",
        })
        .collect()
}
