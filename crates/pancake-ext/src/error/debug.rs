//! What `{:?}` shows of an error: what a program whose `main` returns one prints, and what stands in a log.

use std::error::Error as StdError;
use std::fmt::{self, Write};

use super::one_line::OneLine;
use super::{Error, ErrorKind, Execution};

/// In one line: what Display says, what caused it, what to do about it, then kind and execution in brackets. `{:#?}` shows the
/// fields one by one. Neither shows a token, an address with its query, or the body of an answer.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return fields(self, f);
        }
        let mut line = OneLine(f);
        let said = self.to_string();
        line.sentence(&said)?;
        let causes = causes(self, said);
        if !causes.is_empty() {
            line.write_str(" Caused by: ")?;
            line.sentence(&causes.join(": "))?;
        }
        let (hint, kind) = (self.hint(), self.kind());
        write!(line, " {hint} [{kind:?}, {}]", in_words(self.execution()))
    }
}

/// The sources, each unless the one before says the same already.
fn causes(error: &Error, mut said: String) -> Vec<String> {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(source) = next {
        let text = source.to_string();
        if !text.is_empty() && !said.contains(&text) {
            causes.push(text.clone());
            said = text;
        }
        next = source.source();
    }
    causes
}

fn in_words(execution: Execution) -> &'static str {
    match execution {
        Execution::NotExecuted => "not executed",
        Execution::Unknown => "perhaps executed",
        Execution::Executed => "executed",
    }
}

fn fields(error: &Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let inner = &*error.0;
    let kind: &ErrorKind = &inner.kind;
    f.debug_struct("Error")
        .field("kind", kind)
        .field("message", &inner.message)
        .field("code", &error.code())
        .field("operation", &inner.operation)
        .field("page_id", &inner.page_id)
        .field("status", &inner.status)
        .field("request_id", &inner.request_id)
        .field("attempts", &inner.attempts)
        .field("execution", &inner.execution)
        .field("hint", &error.hint())
        .field("source", &inner.source.as_ref().map(ToString::to_string))
        .finish_non_exhaustive()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_a_line_with_what_happened_why_and_what_to_do() {
        let refused = std::io::Error::new(std::io::ErrorKind::ConnectionRefused, "nobody listens");
        let error = Error::new(ErrorKind::Connect, "no connection to the server")
            .with_source(Error::new(ErrorKind::Transport, "no proxy").with_source(refused))
            .with_attempts(3);
        assert_eq!(
            format!("{error:?}"),
            "no connection to the server (3 attempts). Caused by: no proxy: nobody listens. See the message: it comes from \
             a transport of your own. [Connect, not executed]"
        );
    }

    #[test]
    fn a_cause_that_says_the_same_is_not_said_twice() {
        let cause = Error::new(ErrorKind::Store, "the disk is full");
        let error = Error::new(ErrorKind::Store, "no token: the disk is full").with_source(cause);
        assert_eq!(format!("{error:?}").matches("disk").count(), 1);
    }

    #[test]
    fn line_breaks_of_the_server_are_escaped_and_other_signs_are_not() {
        let error = Error::new(
            ErrorKind::Api,
            "Lỗi \"1\"\n2026 ERROR\u{1b}[2J \u{2028}made\u{202e} up!",
        );
        for shown in [format!("{error:?}"), error.to_string()] {
            let escaped = r#"Lỗi "1"\n2026 ERROR\u{1b}[2J \u{2028}made\u{202e} up!"#;
            assert!(shown.starts_with(escaped), "{shown}");
            assert!(!shown.contains(char::is_control));
        }
    }

    #[test]
    fn the_alternate_form_shows_the_fields_one_by_one() {
        let shown = format!("{:#?}", Error::new(ErrorKind::Token, "none"));
        for part in ["Error {\n", "kind: Token,", "message: \"none\",", "hint:"] {
            assert!(shown.contains(part), "{shown}");
        }
    }
}
