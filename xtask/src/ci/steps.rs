//! The checks, as data: what CI runs, what `cargo xtask ci` runs, and what a person repeats, are the same lines.

/// A check and the commands it is made of.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// How to call it: `cargo xtask ci <name>`.
    pub name: &'static str,
    /// What it makes sure of.
    pub about: &'static str,
    /// Its commands, one after the other.
    pub commands: &'static [Command],
}

/// One command of a step.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Variables to set before it.
    pub variables: &'static [(&'static str, &'static str)],
    /// The arguments of `cargo`. `--all-features` gives way to a list where OpenSSL is missing.
    pub arguments: &'static [&'static str],
    /// Whether it builds against the OpenSSL of the machine, and has no other way.
    pub needs_openssl: bool,
}

const fn cargo(arguments: &'static [&'static str]) -> Command {
    Command {
        variables: &[],
        arguments,
        needs_openssl: false,
    }
}

const fn with_openssl(arguments: &'static [&'static str]) -> Command {
    Command {
        variables: &[],
        arguments,
        needs_openssl: true,
    }
}

/// All steps, the quick ones first.
pub const STEPS: &[Step] = &[
    Step {
        name: "format",
        about: "the code is formatted",
        commands: &[cargo(&["fmt", "--all", "--check"])],
    },
    Step {
        name: "generated",
        about: "the generated files are what the API document asks for",
        commands: &[cargo(&["xtask", "codegen", "--check"])],
    },
    Step {
        name: "coverage",
        about: "the table of what covers each operation is up to date",
        commands: &[cargo(&["xtask", "spec", "coverage", "--check"])],
    },
    Step {
        name: "clippy",
        about: "clippy has nothing to say",
        commands: &[cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--locked",
            "--",
            "-D",
            "warnings",
        ])],
    },
    Step {
        name: "test",
        about: "all tests pass",
        commands: &[cargo(&["test", "--workspace", "--locked"])],
    },
    Step {
        name: "features",
        about: "the libraries build with each set of features",
        commands: &[
            cargo(&[
                "check",
                "-p",
                "pancake-client",
                "--no-default-features",
                "--locked",
            ]),
            cargo(&[
                "check",
                "-p",
                "pancake-client",
                "--no-default-features",
                "--features",
                "schemars",
                "--locked",
            ]),
            with_openssl(&[
                "check",
                "-p",
                "pancake-client",
                "--no-default-features",
                "--features",
                "native-tls",
                "--locked",
            ]),
            cargo(&[
                "check",
                "-p",
                "pancake-ext",
                "--no-default-features",
                "--locked",
            ]),
            cargo(&[
                "check",
                "-p",
                "pancake-ext",
                "--no-default-features",
                "--features",
                "schemars",
                "--locked",
            ]),
            with_openssl(&[
                "check",
                "-p",
                "pancake-ext",
                "--no-default-features",
                "--features",
                "native-tls",
                "--locked",
            ]),
        ],
    },
    Step {
        name: "docs",
        about: "the documentation builds without a warning",
        commands: &[Command {
            variables: &[("RUSTDOCFLAGS", "-Dwarnings")],
            arguments: &[
                "doc",
                "--workspace",
                "--no-deps",
                "--all-features",
                "--locked",
            ],
            needs_openssl: false,
        }],
    },
    Step {
        name: "package",
        about: "what people install can be packaged, and builds from its package alone",
        commands: &[
            // `cargo package --workspace` would also build the tests and this program, from nothing: twice the time, for
            // what nobody installs. That all of it can be packed takes seconds to see.
            cargo(&[
                "package",
                "-p",
                "pancake-client",
                "-p",
                "pancake-ext",
                "-p",
                "pancake-mock",
                "--allow-dirty",
                "--locked",
            ]),
            cargo(&[
                "package",
                "--workspace",
                "--no-verify",
                "--allow-dirty",
                "--locked",
            ]),
        ],
    },
    Step {
        name: "demo",
        about: "the SDK's main job runs against the fake server",
        commands: &[cargo(&["xtask", "demo"])],
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn steps_have_names_of_their_own() {
        let names: BTreeSet<_> = STEPS.iter().map(|step| step.name).collect();
        assert_eq!(names.len(), STEPS.len());
    }

    #[test]
    fn the_workflow_runs_every_step() {
        let path = crate::workspace::root().join(".github/workflows/ci.yml");
        let workflow = std::fs::read_to_string(path).unwrap();
        for step in STEPS {
            let named = workflow.contains(&format!("cargo xtask ci {}\n", step.name));
            // The first step that a reviewer looks for is written out.
            let written_out =
                step.name == "generated" && workflow.contains("run: cargo xtask codegen --check\n");
            assert!(
                named || written_out,
                "the workflow does not run `{}`",
                step.name
            );
        }
    }

    #[test]
    fn the_workflow_tests_the_stated_compiler() {
        let root = crate::workspace::root();
        let workflow = std::fs::read_to_string(root.join(".github/workflows/ci.yml")).unwrap();
        let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
        let version = manifest
            .lines()
            .find_map(|line| line.strip_prefix("rust-version = "))
            .unwrap()
            .trim_matches('"');
        assert!(
            workflow.contains(&format!("rustup toolchain install {version}")),
            "{version}"
        );
        assert!(
            workflow.contains(&format!("cargo +{version} check")),
            "{version}"
        );
    }
}
