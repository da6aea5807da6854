//! Tokens that can be found again wherever they got to.

use std::error::Error;
use std::fmt::Debug;

/// In every token below.
const MARK: &str = "CANARY";

/// A user token, of the form that real ones have.
pub const USER_TOKEN: &str = "userCANARY.eyJ1aWQiOiIxIn0.c2lnbmF0dXJl_-";
/// A page token, of the form that real ones have.
pub const PAGE_TOKEN: &str = "pageCANARY.eyJpZCI6IjEifQ.c2lnbmF0dXJl-_";

/// Texts that people may get to see, each with a name.
#[derive(Debug, Default)]
pub struct Sight(Vec<(String, String)>);

impl Sight {
    /// Nothing yet.
    pub fn new() -> Self {
        Sight::default()
    }

    /// Adds a text.
    pub fn text(&mut self, name: &str, text: impl Into<String>) {
        self.0.push((name.to_owned(), text.into()));
    }

    /// Adds both forms of Debug.
    pub fn debug(&mut self, name: &str, value: &(impl Debug + ?Sized)) {
        self.text(&format!("{name} {{:?}}"), format!("{value:?}"));
        self.text(&format!("{name} {{:#?}}"), format!("{value:#?}"));
    }

    /// Adds an error and all of its sources, in all forms.
    pub fn error(&mut self, name: &str, error: &(dyn Error + 'static)) {
        let mut next = Some(error);
        let mut depth = 0;
        while let Some(error) = next {
            let name = format!("{name}, source {depth}");
            self.text(&name, format!("{error} {error:#}"));
            self.debug(&name, error);
            next = error.source();
            depth += 1;
        }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The texts in which a token can be seen.
    pub fn leaks(&self) -> Vec<String> {
        let leaks = self.0.iter().filter(|(_, text)| text.contains(MARK));
        leaks
            .map(|(name, text)| format!("{name}: {text}"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_in_debug_display_and_sources() {
        let inner = std::io::Error::other(format!("GET /?page_access_token={PAGE_TOKEN}"));
        let outer = std::io::Error::other(inner);
        let mut sight = Sight::new();
        sight.error("error", &outer);
        assert_eq!(sight.leaks().len(), sight.len());
        let mut sight = Sight::new();
        sight.debug("tokens", &[USER_TOKEN]);
        sight.text("nothing", "[REDACTED]");
        assert_eq!(sight.leaks().len(), 2);
    }
}
