//! Whether the machine has what `native-tls` needs, and what to run where it does not.

use std::process::{Command, Stdio};

/// Every feature but `native-tls`, for machines without OpenSSL.
const WITHOUT_NATIVE_TLS: &str =
    "pancake-client/rustls,pancake-client/schemars,pancake-ext/rustls,pancake-ext/schemars";

/// Whether `native-tls` builds here: only on Linux does it need a library of the system.
pub(super) fn openssl_is_here() -> bool {
    if !cfg!(target_os = "linux") || std::env::var_os("OPENSSL_DIR").is_some() {
        return true;
    }
    let mut probe = Command::new("pkg-config");
    probe
        .args(["--exists", "openssl"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// The arguments without `--all-features`, and with the features that need no OpenSSL.
pub(super) fn without_openssl<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    arguments
        .iter()
        .flat_map(|argument| match *argument {
            "--all-features" => vec!["--features", WITHOUT_NATIVE_TLS],
            other => vec![other],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_features_give_way_to_a_list_without_openssl() {
        let arguments = without_openssl(&["clippy", "--all-features", "--locked"]);
        assert_eq!(
            arguments,
            ["clippy", "--features", WITHOUT_NATIVE_TLS, "--locked"]
        );
        assert_eq!(without_openssl(&["test"]), ["test"]);
    }
}
