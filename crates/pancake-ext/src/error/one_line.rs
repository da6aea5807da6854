//! Text in one line: what a server wrote must not look like lines of a log, nor steer a terminal.

use std::fmt::{self, Write};

/// Escapes what breaks a line, controls a terminal, or turns the direction of writing.
pub(super) struct OneLine<'a, 'b>(pub(super) &'a mut fmt::Formatter<'b>);

impl OneLine<'_, '_> {
    /// Writes a text that ends as a sentence does.
    pub(super) fn sentence(&mut self, text: &str) -> fmt::Result {
        self.write_str(text)?;
        match text.ends_with(['.', '!', '?']) {
            true => Ok(()),
            false => self.write_str("."),
        }
    }
}

impl Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|sign| match is_unsafe(sign) {
            true => write!(self.0, "{}", sign.escape_default()),
            false => self.0.write_char(sign),
        })
    }
}

fn is_unsafe(sign: char) -> bool {
    let breaks_a_line = matches!(sign, '\u{2028}' | '\u{2029}');
    let turns_the_direction = matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    sign.is_control() || breaks_a_line || turns_the_direction
}
