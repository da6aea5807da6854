//! Tells people what happens, and keeps count.

use std::io::{self, Write};

use crate::failure::Failure;

/// Characters of a line; what does not fit beside a step goes below it.
const WIDTH: usize = 112;

pub(crate) struct Narrator<W> {
    out: W,
    step: String,
    /// Whether the line of the step has not ended yet.
    open: bool,
    steps: u32,
    checks: u32,
}

impl<W: Write> Narrator<W> {
    pub(crate) fn new(out: W) -> Self {
        Narrator {
            out,
            step: "before the first step".to_owned(),
            open: false,
            steps: 0,
            checks: 0,
        }
    }

    /// The title of an area.
    pub(crate) fn area(&mut self, title: &str) -> io::Result<()> {
        self.end_line()?;
        while_read(writeln!(self.out, "\n{title}"))
    }

    /// What the next step shows, in one line.
    pub(crate) fn step(&mut self, title: &str) -> io::Result<()> {
        self.end_line()?;
        self.steps += 1;
        title.clone_into(&mut self.step);
        while_read(write!(self.out, "  {title}"))?;
        self.open = true;
        while_read(self.out.flush())
    }

    /// What came of it.
    pub(crate) fn says(&mut self, what: &str) -> io::Result<()> {
        let both = self.step.chars().count() + what.chars().count() + "   -> ".len();
        if !self.open || both > WIDTH {
            self.end_line()?;
            return while_read(writeln!(self.out, "    -> {what}"));
        }
        self.open = false;
        while_read(writeln!(self.out, " -> {what}"))
    }

    fn end_line(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.open) {
            while_read(writeln!(self.out))?;
        }
        Ok(())
    }

    /// Holds the step to what it shows; a wrong result ends the demo.
    pub(crate) fn check(&mut self, holds: bool, otherwise: &str) -> Result<(), Failure> {
        self.checks += 1;
        if holds {
            Ok(())
        } else {
            Err(Failure::new(otherwise))
        }
    }

    /// The step that is under way.
    pub(crate) fn step_title(&self) -> &str {
        &self.step
    }

    /// Steps and checks so far.
    pub(crate) fn counts(&self) -> (u32, u32) {
        (self.steps, self.checks)
    }
}

/// A reader that has seen enough, such as `head`, is no failure: the demo goes on for its exit status.
fn while_read(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Can't be written to, for this reason.
    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    fn tell(narrator: &mut Narrator<Broken>) -> io::Result<()> {
        narrator.area("Pages")?;
        narrator.step("One")?;
        narrator.says("1")?;
        narrator.step("Two")?;
        narrator.says(&"x".repeat(WIDTH))
    }

    #[test]
    fn a_reader_that_leaves_does_not_end_the_demo_and_a_full_disk_does() {
        let mut narrator = Narrator::new(Broken(io::ErrorKind::BrokenPipe));
        tell(&mut narrator).unwrap();
        assert_eq!(narrator.counts(), (2, 0));
        tell(&mut Narrator::new(Broken(io::ErrorKind::StorageFull))).unwrap_err();
    }

    #[test]
    fn a_result_stands_beside_its_step_where_it_fits_and_else_below() {
        let mut out = Vec::new();
        let mut narrator = Narrator::new(&mut out);
        narrator.step("One").unwrap();
        narrator.says("1").unwrap();
        narrator.step("Two").unwrap();
        narrator.says(&"x".repeat(WIDTH)).unwrap();
        narrator.says("2").unwrap();
        narrator.step("Three").unwrap();
        narrator.area("Four").unwrap();
        let long = "x".repeat(WIDTH);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            format!("  One -> 1\n  Two\n    -> {long}\n    -> 2\n  Three\n\nFour\n")
        );
    }

    #[test]
    fn a_wrong_result_is_a_failure_that_names_the_step_and_a_right_one_is_counted() {
        let mut out = Vec::new();
        let mut narrator = Narrator::new(&mut out);
        narrator.step("Two rows").unwrap();
        narrator.check(true, "there are none").unwrap();
        let failure = narrator.check(false, "there is one").unwrap_err();
        let shown = failure.during(narrator.step_title()).to_string();
        assert_eq!(shown, "The demo failed at: Two rows\nthere is one");
        assert_eq!(narrator.counts(), (1, 2));
    }
}
