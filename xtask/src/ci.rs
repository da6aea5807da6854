//! `cargo xtask ci`: the one list of checks, by hand and on the server.

use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use crate::{console, workspace};

/// The checks by name, the quick ones first, and the commands that each one runs.
#[rustfmt::skip]
pub const STEPS: &[(&str, &[&str])] = &[
    ("format", &["cargo fmt --all --check"]),
    ("generated", &["cargo xtask codegen --check"]),
    ("coverage", &["cargo test -p xtask --test coverage --locked"]),
    ("clippy", &["cargo clippy --workspace --all-targets --all-features --locked -- -D warnings"]),
    ("test", &["cargo test --workspace --locked"]),
    ("features", &[
        "cargo check -p pancake-client --no-default-features --locked",
        "cargo check -p pancake-client --no-default-features --features schemars --locked",
        "cargo check -p pancake-client --no-default-features --features native-tls --locked",
        "cargo check -p pancake-ext --no-default-features --locked",
        "cargo check -p pancake-ext --no-default-features --features schemars --locked",
        "cargo check -p pancake-ext --no-default-features --features native-tls --locked",
    ]),
    ("docs", &["RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps --all-features --locked"]),
    // Building all packages from nothing, as `--workspace` would, takes twice the time for what nobody installs.
    ("package", &[
        "cargo package --target-dir target/package-check -p pancake-client -p pancake-ext -p pancake-mock --allow-dirty --locked",
        "cargo package --target-dir target/package-check --workspace --no-verify --allow-dirty --locked",
    ]),
    ("demo", &["cargo xtask demo"]),
];

/// The features that `--all-features` gives way to on a machine without OpenSSL.
const WITHOUT_OPENSSL: &str = "--features pancake-client/rustls,pancake-client/schemars,pancake-ext/rustls,pancake-ext/schemars";

/// What `cargo xtask ci` can be asked.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Run only this step
    #[arg(value_parser = clap::builder::PossibleValuesParser::new(STEPS.iter().map(|(name, _)| name)))]
    pub step: Option<String>,
    /// Print the steps and their commands instead of running them
    #[arg(long, conflicts_with = "step")]
    pub list: bool,
}

/// Runs all steps, or the one that was asked for; stops at the first that fails.
pub fn run(options: &Options) -> ExitCode {
    let mut summary = String::from("\n== summary");
    let wanted = STEPS
        .iter()
        .filter(|(name, _)| options.step.as_deref().is_none_or(|step| step == *name));
    for (name, commands) in wanted {
        console::say(format!("\n== {name}"));
        let start = Instant::now();
        for command in *commands {
            if options.list {
                console::say(format!("    {command}"));
                continue;
            }
            let Some(command) = for_this_machine(command) else {
                summary += &format!("\n  SKIPPED, no OpenSSL headers: {command}");
                continue;
            };
            console::say(format!("$ {command}"));
            if !succeeds(&command) {
                console::say(format!("{summary}\n  FAIL  {name}"));
                console::warn(format!("\n`{name}` failed. To repeat it: {command}"));
                return ExitCode::FAILURE;
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        summary += &format!("\n  ok    {name:<10} {seconds:.1} s");
    }
    if !options.list {
        console::say(summary);
    }
    ExitCode::SUCCESS
}

/// The command as it can run here; none when it builds against the OpenSSL of a machine that has none.
fn for_this_machine(command: &str) -> Option<String> {
    let needs_openssl = ["native-tls", "--all-features"]
        .iter()
        .any(|part| command.contains(part));
    if !needs_openssl || openssl_is_here() {
        return Some(command.to_owned());
    }
    (!command.contains("native-tls")).then(|| command.replace("--all-features", WITHOUT_OPENSSL))
}

/// Whether `native-tls` builds here: only on Linux does it need a library of the system.
fn openssl_is_here() -> bool {
    let mut probe = Command::new("pkg-config");
    probe
        .args(["--exists", "openssl"])
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    !cfg!(target_os = "linux")
        || std::env::var_os("OPENSSL_DIR").is_some()
        || probe.status().is_ok_and(|status| status.success())
}

/// Runs a command line of the form `NAME=value cargo arguments…`.
fn succeeds(line: &str) -> bool {
    let (variables, words): (Vec<&str>, Vec<&str>) = line
        .split(' ')
        .partition(|word| word.contains('=') && !word.starts_with('-'));
    let mut process = cargo();
    let variables = variables.iter().filter_map(|word| word.split_once('='));
    process.args(&words[1..]).envs(variables);
    if words[1] == "package" {
        // cargo keeps what it unpacked of a package by its version, and would check one crate against the old state of another.
        let _ = std::fs::remove_dir_all(workspace::root().join("target/package-check"));
    }
    process.status().is_ok_and(|status| status.success())
}

/// The cargo that started us, or the one on the path, in the workspace.
fn cargo() -> Command {
    let mut process = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Cargo sets these for the program it runs; the packages it builds next must not take them for their own.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            process.env_remove(&name);
        }
    }
    process.current_dir(workspace::root()).stdin(Stdio::null());
    process
}

/// Checks the generated code, then runs the demo program of `tests/`, which takes minutes to compile in a fresh clone.
pub fn demo() -> ExitCode {
    let program = "cargo run --quiet -p pancake-tests --bin demo";
    let all = ["cargo xtask codegen --check", program]
        .into_iter()
        .all(|command| {
            console::say(format!("$ {command}"));
            succeeds(command)
        });
    if all {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
