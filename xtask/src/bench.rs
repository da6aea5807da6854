//! `cargo xtask bench`: what the SDK costs, as ratios of times from one run, against their targets.
//!
//! A new bench is a candidate in `tests/benches` and a line in `RATIOS`. Times of different runs or machines say nothing
//! beside each other; two times of one run do.

use std::process::{Command, ExitCode, Stdio};

use crate::{console, workspace};

/// What the command can be asked.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Fail when a target is missed
    #[arg(long)]
    pub check: bool,
}

/// Two benches and what their times should be to each other.
struct Ratio {
    about: &'static str,
    /// The time above the line, and the one below, by the names that the benches print.
    times: [&'static str; 2],
    target: Target,
}

enum Target {
    AtLeast(f64),
    AtMost(f64),
}

const RATIOS: &[Ratio] = &[
    Ratio {
        about: "decoding 60 conversations: speed of the generated types, structs by hand = 1",
        times: ["decode/by_hand", "decode/generated"],
        target: Target::AtLeast(0.9),
    },
    Ratio {
        about: "the same against structs by hand that keep unknown fields with `flatten`",
        times: ["decode/by_hand_with_flatten", "decode/generated"],
        target: Target::AtLeast(0.9),
    },
    Ratio {
        about: "asking whether an answer is a failure: its part of decoding by hand",
        times: ["envelope", "decode/by_hand"],
        target: Target::AtMost(0.05),
    },
];

impl Target {
    fn is_met(&self, ratio: f64) -> bool {
        match self {
            Target::AtLeast(bound) => ratio >= *bound,
            Target::AtMost(bound) => ratio <= *bound,
        }
    }

    fn shown(&self) -> String {
        match self {
            Target::AtLeast(bound) => format!(">= {bound}"),
            Target::AtMost(bound) => format!("<= {bound}"),
        }
    }
}

/// Runs the benches and says what they found.
pub fn run(options: &Options) -> ExitCode {
    match measured() {
        Ok((table, met)) => {
            console::say(table);
            if options.check && !met {
                console::warn(
                    "A target was missed. On a busy machine, run it again before believing it.",
                );
                return ExitCode::FAILURE;
            }
            ExitCode::SUCCESS
        }
        Err(problem) => {
            console::warn(problem);
            ExitCode::FAILURE
        }
    }
}

fn measured() -> Result<(String, bool), String> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([
        "bench",
        "--quiet",
        "--package",
        "pancake-benches",
        "--benches",
        "--locked",
    ]);
    cargo.current_dir(workspace::root()).stdin(Stdio::null());
    cargo.stderr(Stdio::inherit());
    match cargo.output() {
        Ok(output) if output.status.success() => table(&String::from_utf8_lossy(&output.stdout)),
        Ok(_) => Err("the benches did not run through: see above".to_owned()),
        Err(error) => Err(format!("cargo could not be started: {error}")),
    }
}

/// The ratios as a table, and whether all targets are met.
fn table(results: &str) -> Result<(String, bool), String> {
    let mut lines = vec![format!("{:>7}  {:>7}  {:6}  what", "ratio", "target", "")];
    let mut all_met = true;
    for Ratio {
        about,
        times: [above, below],
        target,
    } in RATIOS
    {
        let ratio = time(results, above)? / time(results, below)?;
        let met = target.is_met(ratio);
        all_met &= met;
        let word = if met { "met" } else { "missed" };
        lines.push(format!(
            "{ratio:>7.3}  {:>7}  {word:6}  {about}",
            target.shown()
        ));
    }
    Ok((lines.join("\n"), all_met))
}

/// The time of a bench in nanoseconds, from the line `name time` that it printed.
fn time(results: &str, name: &str) -> Result<f64, String> {
    let found = results
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let time = found.and_then(|time| time.trim().parse().ok());
    time.filter(|time| *time > 0.0)
        .ok_or_else(|| format!("the bench `{name}` left no result: is it still in tests/benches?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "decode/generated 100\ndecode/by_hand 95\ndecode/by_hand_with_flatten 200\nenvelope 1\n";

    #[test]
    fn every_ratio_stands_beside_its_target() {
        let (table, met) = table(GOOD).unwrap();
        assert!(met && table.contains("  0.950   >= 0.9  met "), "{table}");
    }

    #[test]
    fn a_target_that_is_missed_is_named() {
        let (table, met) = table(&GOOD.replace("envelope 1", "envelope 50")).unwrap();
        assert!(!met && table.contains("<= 0.05  missed"), "{table}");
    }

    #[test]
    fn a_bench_without_a_result_is_a_problem_and_not_a_good_result() {
        for results in [
            "",
            "decode/generated x",
            "decode/generated 0",
            "decode/generatedly 1",
        ] {
            let problem = table(&format!("decode/by_hand 1\n{results}")).unwrap_err();
            assert!(
                problem.contains("`decode/generated` left no result"),
                "{problem}"
            );
        }
    }
}
