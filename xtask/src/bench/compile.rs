//! What it costs to compile the SDK: a clean `cargo check` of `pancake-ext` against one of a package with only reqwest, serde
//! and tokio, with the same versions, in time on the processor, which other work on the machine disturbs little.

use std::collections::BTreeSet;
use std::path::Path;

use super::{cargo, output_of};
use crate::workspace;

/// The budget of crates, our own two included.
const CRATES_ALLOWED: usize = 92;

/// What the SDK is compared with. The features are those that any client of such an API needs.
const BARE: &str = r#"[package]
name = "bare"
version = "0.0.0"
edition = "2024"

[dependencies]
reqwest = { version = "0.13", default-features = false, features = ["json", "multipart", "query", "stream"] }
serde = { version = "1", features = ["derive"] }
tokio = { version = "1", features = ["macros", "rt-multi-thread", "time"] }

[workspace]
"#;

/// Measures both, and counts the crates.
pub(super) fn measure() -> Result<String, String> {
    let directory =
        tempfile::tempdir().map_err(|error| format!("no temporary directory: {error}"))?;
    let bare = directory.path().join("bare");
    write_package(&bare).map_err(|error| format!("{}: {error}", bare.display()))?;
    let here = workspace::root();
    let package = ["-p", "pancake-ext", "--no-default-features"];

    let mut times = [f64::INFINITY; 2];
    // The least of two runs, in turns.
    for run in 0..2 {
        for (time, (place, options)) in times
            .iter_mut()
            .zip([(here.as_ref(), &package[..]), (bare.as_path(), &[][..])])
        {
            let target = directory
                .path()
                .join(format!("target-{run}-{}", options.len()));
            *time = time.min(check(place, options, &target)?);
        }
    }
    let [ours, theirs] = times;
    Ok(format!(
        "compile/pancake-ext {ours}\ncompile/bare {theirs}\ncompile/crates {}\ncompile/crates-allowed {CRATES_ALLOWED}\n",
        crates(&package)?
    ))
}

fn write_package(bare: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(bare.join("src"))?;
    std::fs::write(bare.join("src/lib.rs"), "")?;
    std::fs::write(bare.join("Cargo.toml"), BARE)?;
    // The versions that the workspace has; cargo takes out what is not needed.
    std::fs::copy(
        workspace::root().join("Cargo.lock"),
        bare.join("Cargo.lock"),
    )?;
    Ok(())
}

/// Seconds on the processor of a check into an empty target directory.
fn check(place: &Path, options: &[&str], target: &Path) -> Result<f64, String> {
    let before = time_of_children()?;
    let mut command = cargo();
    command
        .args(["check", "--quiet"])
        .args(options)
        .current_dir(place)
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0");
    output_of(&mut command)?;
    Ok(time_of_children()? - before)
}

/// How long the processes that this one started, and waited for, were running, in ticks of the clock. The unit is of no
/// interest in a ratio.
fn time_of_children() -> Result<f64, String> {
    let status = std::fs::read_to_string("/proc/self/stat")
        .map_err(|_| "this bench reads /proc, which is there on Linux only".to_owned())?;
    // The name of the program, in parentheses, can hold spaces. Behind it, `cutime` and `cstime` are the 14th and 15th field.
    let behind_name = status.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<_> = behind_name.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
    match (ticks(13), ticks(14)) {
        (Some(user), Some(system)) => Ok(user + system),
        _ => Err("/proc/self/stat has an unknown form".to_owned()),
    }
}

/// The crates that a program gets with the SDK.
fn crates(package: &[&str]) -> Result<usize, String> {
    let mut command = cargo();
    command.args([
        "tree",
        "--locked",
        "--prefix",
        "none",
        "--edges",
        "normal,build",
        "--format",
        "{p}",
    ]);
    let tree = output_of(command.args(package))?;
    let names = tree.lines().map(|line| line.trim_end_matches(" (*)"));
    Ok(names
        .filter(|name| !name.is_empty())
        .collect::<BTreeSet<_>>()
        .len())
}
