//! `cargo xtask bench`: what the SDK costs, as ratios of times from one run, against their targets.
//!
//! A new bench is a function in `tests/benches` and a line in [`RATIOS`]. Times of different runs or machines say nothing
//! beside each other; two times of one run do.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;

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
    /// The time above the line, and the one below, by their names in criterion.
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
        target: Target::AtLeast(1.0),
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
    // A directory of its own: what an earlier run left must not be taken for a result of this one.
    let results =
        tempfile::tempdir().map_err(|error| format!("no place for the results: {error}"))?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([
        "bench",
        "--quiet",
        "--package",
        "pancake-benches",
        "--locked",
    ]);
    cargo.env("CRITERION_HOME", results.path());
    cargo.current_dir(workspace::root()).stdin(Stdio::null());
    match cargo.status() {
        Ok(status) if status.success() => table(results.path()),
        Ok(_) => Err("the benches did not run through: see above".to_owned()),
        Err(error) => Err(format!("cargo could not be started: {error}")),
    }
}

/// The ratios as a table, and whether all targets are met.
fn table(results: &Path) -> Result<(String, bool), String> {
    let mut lines = vec![format!("{:>7}  {:>7}  {:6}  what", "ratio", "target", "")];
    let mut all_met = true;
    for Ratio {
        about,
        times: [above, below],
        target,
    } in RATIOS
    {
        let ratio = median(results, above)? / median(results, below)?;
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

/// The median of a bench in nanoseconds: unlike the mean it does not mind a few samples that something else disturbed.
fn median(results: &Path, name: &str) -> Result<f64, String> {
    let file = results.join(name).join("new/estimates.json");
    let missing = || format!("the bench `{name}` left no result: is it still in tests/benches?");
    let text = std::fs::read_to_string(file).map_err(|_| missing())?;
    let estimates: Value = serde_json::from_str(&text).map_err(|_| missing())?;
    estimates["median"]["point_estimate"]
        .as_f64()
        .ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results(times: &[(&str, f64)]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (name, time) in times {
            let place = directory.path().join(name).join("new");
            std::fs::create_dir_all(&place).unwrap();
            let text = format!(r#"{{"median":{{"point_estimate":{time}}}}}"#);
            std::fs::write(place.join("estimates.json"), text).unwrap();
        }
        directory
    }

    const GOOD: [(&str, f64); 4] = [
        ("decode/generated", 100.0),
        ("decode/by_hand", 95.0),
        ("decode/by_hand_with_flatten", 200.0),
        ("envelope", 1.0),
    ];

    #[test]
    fn every_ratio_stands_beside_its_target() {
        let (table, met) = table(results(&GOOD).path()).unwrap();
        assert!(met && table.contains("  0.950   >= 0.9  met "), "{table}");
    }

    #[test]
    fn a_target_that_is_missed_is_named() {
        let mut slow = GOOD;
        slow[3].1 = 50.0;
        let (table, met) = table(results(&slow).path()).unwrap();
        assert!(!met && table.contains("<= 0.05  missed"), "{table}");
    }

    #[test]
    fn a_bench_without_a_result_is_a_problem_and_not_a_good_result() {
        let problem = table(results(&GOOD[1..]).path()).unwrap_err();
        assert!(
            problem.contains("`decode/generated` left no result"),
            "{problem}"
        );
    }
}
