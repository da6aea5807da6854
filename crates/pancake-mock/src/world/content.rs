//! Uploaded files: only what a later send needs to know of them.
use super::page::PageState;

/// Content ids are short-lived; how short is not known (docs/behaviour.md#content-ids).
pub(crate) const LIFETIME: i64 = 3_600_000_000;

#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub(crate) attachment_type: &'static str,
    pub(crate) file_name: String,
    pub(crate) mime_type: String,
    pub(crate) uploaded_at: i64,
    pub(crate) used: bool,
}

impl PageState {
    pub(crate) fn store_content(&mut self, content: Content) -> String {
        self.uploads += 1;
        let id = self.seed.of("content").with(self.uploads).text(86);
        self.contents.insert(id.clone(), content);
        id
    }

    pub(crate) fn content_mut(&mut self, id: &str) -> Option<&mut Content> {
        self.contents.get_mut(id)
    }
}
