//! `cargo xtask bench`: what the SDK costs, as ratios of what one run measured, against their targets.
//!
//! A new bench is a candidate in `tests/benches`, or a measurement beside this file, and a line in `RATIOS`. Figures of
//! different runs or machines say nothing beside each other; two figures of one run do.

mod compile;
mod ratios;

use std::process::{Command, ExitCode, Stdio};

use clap::ValueEnum;

use crate::{console, workspace};

/// What the command can be asked.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// What to measure; decode, walk and limiter if none is named
    pub names: Vec<Bench>,
    /// Fail when a target is missed
    #[arg(long)]
    pub check: bool,
}

/// Something that can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Bench {
    /// Decoding a page of conversations, and asking whether it is a failure
    Decode,
    /// Reading a list to its end
    Walk,
    /// 200 pages at once under the limiter: some ten seconds
    Limiter,
    /// Memory while 1,000,000 conversations are read: some minutes, Linux only
    Memory,
    /// A clean `cargo check` of pancake-ext: some minutes, Linux only
    Compile,
}

/// Runs the benches and says what they found.
pub fn run(options: &Options) -> ExitCode {
    let names = match options.names.as_slice() {
        [] => &[Bench::Decode, Bench::Walk, Bench::Limiter],
        names => names,
    };
    match measured(names) {
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

fn measured(names: &[Bench]) -> Result<(String, bool), String> {
    let mut results = String::new();
    for name in names {
        results += &match name {
            Bench::Decode => run_bench("decode")?,
            Bench::Walk => run_bench("walk")?,
            Bench::Limiter => run_bench("limiter")?,
            Bench::Memory => memory()?,
            Bench::Compile => compile::measure()?,
        };
    }
    ratios::table(&results)
}

fn run_bench(name: &str) -> Result<String, String> {
    output_of(cargo().args([
        "bench",
        "--quiet",
        "--package",
        "pancake-benches",
        "--bench",
        name,
        "--locked",
    ]))
}

/// A program of `tests/` reads the list in a process of its own and prints the largest memory it took.
fn memory() -> Result<String, String> {
    let rows = "1000000";
    let printed = output_of(cargo().args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "pancake-tests",
        "--bin",
        "walk",
        "--locked",
        "--",
        rows,
    ]))?;
    let most = printed
        .lines()
        .find_map(|line| line.split("at most ").nth(1)?.strip_suffix(" KiB"));
    let most = most.ok_or("the walk did not print its memory")?;
    Ok(format!("memory/walk {most}\nmemory/allowed 65536\n"))
}

fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace::root()).stdin(Stdio::null());
    cargo
}

/// What a command printed; what it says beside that goes to the person who asked.
fn output_of(command: &mut Command) -> Result<String, String> {
    command.stderr(Stdio::inherit());
    match command.output() {
        Ok(output) if output.status.success() => {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Ok(_) => Err("a bench did not run through: see above".to_owned()),
        Err(error) => Err(format!("cargo could not be started: {error}")),
    }
}
