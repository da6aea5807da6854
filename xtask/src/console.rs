//! The one place that writes to the terminal.

use std::io::Write as _;

/// Writes a line of result to standard output.
pub fn say(text: impl std::fmt::Display) {
    // A reader that has seen enough, such as `head`, is no failure.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Writes a line about the work, or a problem, to standard error.
pub fn warn(text: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
