//! `cargo xtask`: the commands of this workspace.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::commands::spec;
use xtask::{bench, ci, codegen};

/// The commands of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Generate the client, its operation table and the mock's document from openapi/pancake.yaml
    Codegen(codegen::Options),
    /// Ask something of the API document
    #[command(subcommand)]
    Spec(spec::SpecCommand),
    /// Run the checks that CI runs, all of them or one
    Ci(ci::Options),
    /// Measure what the SDK costs and compare it with the targets
    Bench(bench::Options),
    /// Check the generated code, then run the SDK's main job against the fake server
    Demo,
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Codegen(options) => codegen::run(&options),
        Command::Spec(command) => spec::run(&command),
        Command::Ci(options) => ci::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Demo => ci::demo(),
    }
}
