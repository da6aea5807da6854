//! Runs steps, says what they do, and stops at the first that fails.

use std::ffi::OsString;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};

use super::features;
use super::steps::{Command, STEPS, Step};
use crate::{codegen, console, workspace};

/// What `cargo xtask ci` can be asked.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Run only this step
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(STEPS.iter().map(|step| step.name)))]
    pub step: Option<String>,
    /// Print the steps and their commands instead of running them
    #[arg(long, conflicts_with = "step")]
    pub list: bool,
}

/// How a step ended.
enum Outcome {
    Passed(Duration),
    Failed(String),
}

/// Runs all steps, or the one that was asked for.
pub fn run(options: &Options) -> ExitCode {
    if options.list {
        console::say(list());
        return ExitCode::SUCCESS;
    }
    let wanted = |step: &&Step| options.step.as_deref().is_none_or(|name| name == step.name);
    let steps: Vec<&Step> = STEPS.iter().filter(wanted).collect();
    let root = workspace::root();
    let mut summary = Vec::new();
    let mut skipped = Vec::new();
    for step in &steps {
        console::say(format!("\n== {}: {}", step.name, step.about));
        match run_step(step, &root, &mut skipped) {
            Outcome::Passed(time) => summary.push(format!(
                "  ok    {:<10} {:.1} s",
                step.name,
                time.as_secs_f64()
            )),
            Outcome::Failed(command) => {
                summary.push(format!("  FAIL  {}", step.name));
                console::say(closing(&summary, &skipped));
                console::warn(format!(
                    "\n`{}` failed. Repeat it with\n\n    {command}\n",
                    step.name
                ));
                return ExitCode::FAILURE;
            }
        }
    }
    console::say(closing(&summary, &skipped));
    ExitCode::SUCCESS
}

fn closing(summary: &[String], skipped: &[String]) -> String {
    let mut text = format!("\n== summary\n{}", summary.join("\n"));
    for command in skipped {
        text.push_str(&format!("\n  SKIPPED, no OpenSSL headers: {command}"));
    }
    text
}

fn list() -> String {
    let line = |step: &Step| {
        let commands = step
            .commands
            .iter()
            .map(|command| format!("    {}", shown(command, command.arguments)));
        format!(
            "{}: {}\n{}",
            step.name,
            step.about,
            commands.collect::<Vec<_>>().join("\n")
        )
    };
    STEPS.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn run_step(step: &Step, root: &Path, skipped: &mut Vec<String>) -> Outcome {
    let start = Instant::now();
    for command in step.commands {
        let all_features = command.arguments.contains(&"--all-features");
        let openssl = !(command.needs_openssl || all_features) || features::openssl_is_here();
        if command.needs_openssl && !openssl {
            let text = shown(command, command.arguments);
            console::warn(format!(
                "SKIPPED: {text}\n  The headers of OpenSSL are missing: `pkg-config --exists openssl` fails. Install libssl-dev and pkg-config to run it."
            ));
            skipped.push(text);
            continue;
        }
        let arguments = if openssl {
            command.arguments.to_vec()
        } else {
            features::without_openssl(command.arguments)
        };
        if !openssl {
            console::warn(
                "Without the feature native-tls: the headers of OpenSSL are missing here.",
            );
        }
        let text = shown(command, &arguments);
        console::say(format!("$ {text}"));
        if let Err(problem) = execute(command, &arguments, root) {
            if let Some(problem) = problem {
                console::warn(problem);
            }
            return Outcome::Failed(text);
        }
    }
    Outcome::Passed(start.elapsed())
}

/// A command as a person would type it.
fn shown(command: &Command, arguments: &[&str]) -> String {
    let variables = command
        .variables
        .iter()
        .map(|(name, value)| format!("{name}={value} "));
    format!(
        "{}cargo {}",
        variables.collect::<String>(),
        arguments.join(" ")
    )
}

fn execute(command: &Command, arguments: &[&str], root: &Path) -> Result<(), Option<String>> {
    let mut process = cargo();
    process
        .args(arguments)
        .envs(command.variables.iter().copied())
        .current_dir(root)
        .stdin(Stdio::null());
    let _target = match arguments.first() {
        Some(&"package") => Some(fresh_target(&mut process, root)?),
        _ => None,
    };
    match process.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(None),
        Err(error) => Err(Some(format!("cargo could not be started: {error}"))),
    }
}

/// A target directory that nobody used before, removed with the value.
///
/// cargo keeps what it unpacked of a package by the directory it was packed in and by its version, and would hold a new
/// state of one crate against the old state of another after the second run in the same place.
fn fresh_target(
    process: &mut std::process::Command,
    root: &Path,
) -> Result<tempfile::TempDir, Option<String>> {
    let parent = root.join("target");
    let directory = std::fs::create_dir_all(&parent).and_then(|()| {
        tempfile::Builder::new()
            .prefix("package-")
            .tempdir_in(&parent)
    });
    let directory = directory
        .map_err(|error| Some(format!("{} can't be written: {error}", parent.display())))?;
    process.env("CARGO_TARGET_DIR", directory.path());
    Ok(directory)
}

/// The cargo that started us, or the one on the path.
fn cargo() -> std::process::Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut process = std::process::Command::new(program);
    // Cargo sets these for the program it runs; the packages it builds next must not take them for their own.
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        if name_text.starts_with("CARGO_PKG_") || name_text.starts_with("CARGO_MANIFEST_") {
            process.env_remove(&name);
        }
    }
    process
}

/// Checks the generated code, then runs the demo program of `tests/`.
pub fn demo() -> ExitCode {
    console::say("First: is the generated code what openapi/pancake.yaml asks for?");
    let checked = codegen::run(&codegen::Options {
        check: true,
        ..codegen::Options::default()
    });
    if checked != ExitCode::SUCCESS {
        return checked;
    }
    console::say(
        "\nThen: the whole SDK, against the fake server on this machine (tests/src/bin/demo). It is compiled first, \
         which takes some minutes in a fresh clone.",
    );
    let mut process = cargo();
    process.args(["run", "--quiet", "-p", "pancake-tests", "--bin", "demo"]);
    process.current_dir(workspace::root()).stdin(Stdio::null());
    match process.status() {
        // A program that a signal ended has no code.
        Ok(status) => status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .map_or(ExitCode::FAILURE, ExitCode::from),
        Err(error) => {
            console::warn(format!("cargo could not be started: {error}"));
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_shows_what_a_person_can_type() {
        let list = list();
        assert!(list.contains("\n    cargo fmt --all --check"), "{list}");
        assert!(
            list.contains("\n    RUSTDOCFLAGS=-Dwarnings cargo doc --workspace"),
            "{list}"
        );
    }
}
