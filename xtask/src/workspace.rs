//! Where the workspace and its files are.

use std::path::{Path, PathBuf};

/// The API document that our own crates are generated from.
pub const SPEC: &str = "openapi/pancake.yaml";

/// The root of the workspace, whatever directory the command was started in.
pub fn root() -> PathBuf {
    // Cargo sets the variable for `cargo run`; the path of the build serves a binary that is started by itself.
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
        .filter(|directory| Path::new(directory).ends_with("xtask"))
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest
        .parent()
        .map_or_else(|| manifest.clone(), Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_root_holds_the_workspace_manifest() {
        assert!(super::root().join("Cargo.toml").is_file());
        assert!(super::root().join("xtask").is_dir());
    }
}
