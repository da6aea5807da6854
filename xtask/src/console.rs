//! The one place that writes to the terminal.

/// Writes a line of result to standard output.
#[allow(
    clippy::print_stdout,
    reason = "a command line program talks to the person who started it"
)]
pub fn say(text: impl std::fmt::Display) {
    println!("{text}");
}

/// Writes a line about the work, or a problem, to standard error.
#[allow(
    clippy::print_stderr,
    reason = "a command line program talks to the person who started it"
)]
pub fn warn(text: impl std::fmt::Display) {
    eprintln!("{text}");
}
