//! What a person reads when a document or an output is not as it should be.

use std::fmt;

/// How much a [`Diagnostic`] weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written while one of these is left.
    Error,
    /// Worth knowing; the work goes on.
    Note,
}

/// One problem: where it is, what it is, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file as the person named it.
    pub file: String,
    /// The line, counted from 1, where one is known.
    pub line: Option<usize>,
    /// The column, counted from 1, where one is known.
    pub column: Option<usize>,
    /// The place inside the document as a JSON pointer, where there is one.
    pub pointer: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub fix: String,
    /// Whether it stops the work.
    pub severity: Severity,
}

impl Diagnostic {
    /// An error about a whole file.
    pub fn file(
        file: impl Into<String>,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            file: file.into(),
            line: None,
            column: None,
            pointer: None,
            what: what.into(),
            fix: fix.into(),
            severity: Severity::Error,
        }
    }

    /// An error at a line of a file.
    pub fn line(
        file: impl Into<String>,
        line: usize,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic {
            line: Some(line),
            ..Diagnostic::file(file, what, fix)
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        let note = if self.severity == Severity::Note {
            "note: "
        } else {
            ""
        };
        write!(f, ": {note}")?;
        f.write_str(&self.what)?;
        if let Some(pointer) = self
            .pointer
            .as_deref()
            .filter(|pointer| !pointer.is_empty())
        {
            write!(f, " ({pointer})")?;
        }
        write!(f, "; {}", self.fix)
    }
}

/// All the problems found in one go, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Whether any of them stops the work.
    pub fn has_errors(&self) -> bool {
        self.0
            .iter()
            .any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Sorts by place, so that a person walks through the file once.
    pub fn sort(&mut self) {
        self.0.sort_by_key(|a| (a.line, a.column, a.severity));
        self.0.dedup();
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Diagnostics {
        Diagnostics(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, diagnostic) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            diagnostic.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_names_file_line_problem_and_cure() {
        let diagnostic = Diagnostic::line("api.yaml", 7, "no operationId", "add one");
        assert_eq!(
            diagnostic.to_string(),
            "api.yaml:7: no operationId; add one"
        );
    }

    #[test]
    fn finding_names_its_place() {
        let mut diagnostic = Diagnostic::line("api.yaml", 7, "no operationId", "add one");
        diagnostic.pointer = Some("/paths/~1a/get".to_owned());
        assert_eq!(
            diagnostic.to_string(),
            "api.yaml:7: no operationId (/paths/~1a/get); add one"
        );
    }

    #[test]
    fn a_note_says_that_it_is_one() {
        let mut diagnostic = Diagnostic::file("api.yaml", "odd", "look");
        diagnostic.severity = Severity::Note;
        assert_eq!(diagnostic.to_string(), "api.yaml: note: odd; look");
        assert!(!Diagnostics::from(diagnostic).has_errors());
    }
}
