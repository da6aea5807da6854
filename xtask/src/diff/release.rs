//! The version that a difference asks for.

use super::Weight;

/// A version with and without the part after its `+`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    numbers: [u64; 3],
    build: Option<String>,
}

impl Version {
    /// Reads `1.2.3` or `1.2.3+api.4.5.6`.
    pub fn parse(text: &str) -> Option<Version> {
        let (numbers, build) = match text.split_once('+') {
            Some((numbers, build)) => (numbers, Some(build.to_owned())),
            None => (text, None),
        };
        let parts: Option<Vec<u64>> = numbers.split('.').map(|part| part.parse().ok()).collect();
        let numbers = parts?.try_into().ok()?;
        Some(Version { numbers, build })
    }

    /// The version of the workspace, out of the text of its manifest.
    pub fn of_workspace(manifest: &str) -> Option<Version> {
        let section = manifest.split("[workspace.package]").nth(1)?;
        let section = section.split("\n[").next()?;
        let line = section
            .lines()
            .find_map(|line| line.trim().strip_prefix("version"))?;
        let quoted = line.trim_start().strip_prefix('=')?.trim();
        Version::parse(quoted.strip_prefix('"')?.split('"').next()?)
    }

    /// The version of the crates that follows. While the first number is 0, a break raises the second and all else the third.
    pub fn after(&self, weight: Option<Weight>, api_version: Option<&str>) -> Version {
        let [major, minor, patch] = self.numbers;
        let numbers = match (weight, major) {
            (None, _) => self.numbers,
            (Some(Weight::Breaking), 0) => [0, minor.saturating_add(1), 0],
            (Some(Weight::Minor), 1..) => [major, minor.saturating_add(1), 0],
            (Some(Weight::Breaking), _) => [major.saturating_add(1), 0, 0],
            (Some(_), _) => [major, minor, patch.saturating_add(1)],
        };
        let api = api_version.map(|version| format!("api.{version}"));
        let build = self.build.as_ref().and(api).or_else(|| self.build.clone());
        Version { numbers, build }
    }

    /// The version of a document that follows. What breaks a Rust program need not break the API, and whether it does only a
    /// person can say: this raises the second number at most.
    pub fn of_document_after(&self, weight: Weight) -> Version {
        let [major, minor, patch] = self.numbers;
        let numbers = match weight {
            Weight::Patch => [major, minor, patch.saturating_add(1)],
            Weight::Minor | Weight::Breaking => [major, minor.saturating_add(1), 0],
        };
        Version {
            numbers,
            build: self.build.clone(),
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        match &self.build {
            Some(build) => write!(f, "+{build}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_raise_the_number_they_ask_for() {
        let weights = [
            None,
            Some(Weight::Patch),
            Some(Weight::Minor),
            Some(Weight::Breaking),
        ];
        for (version, next) in [
            ("0.1.4", ["0.1.4", "0.1.5", "0.1.5", "0.2.0"]),
            ("1.2.3", ["1.2.3", "1.2.4", "1.3.0", "2.0.0"]),
        ] {
            let version = Version::parse(version).unwrap();
            let after = weights.map(|weight| version.after(weight, Some("9.9.9")).to_string());
            assert_eq!(after, next);
        }
        let version = Version::parse("0.1.4+api.1.0.0").unwrap();
        assert_eq!(
            version.after(None, Some("2.0.0")).to_string(),
            "0.1.4+api.2.0.0"
        );
    }

    #[test]
    fn document_version_raises_its_second_number_at_most() {
        let version = Version::parse("1.0.3").unwrap();
        let weights = [Weight::Breaking, Weight::Minor, Weight::Patch];
        let after = weights.map(|weight| version.of_document_after(weight).to_string());
        assert_eq!(after, ["1.1.0", "1.1.0", "1.0.4"]);
    }

    #[test]
    fn workspace_version_is_read_from_the_manifest() {
        let manifest = "[workspace]\n[workspace.package]\n# A comment.\nversion = \"0.1.0+api.1.0.0\"\n[workspace.dependencies]\nversion = \"9.9.9\"\n";
        let version = Version::of_workspace(manifest).map(|version| version.to_string());
        assert_eq!(version.as_deref(), Some("0.1.0+api.1.0.0"));
        assert_eq!(
            Version::of_workspace("[package]\nversion = \"1.0.0\"\n"),
            None
        );
        assert_eq!(Version::parse("1.x.0"), None);
    }
}
