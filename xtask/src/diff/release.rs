//! The version that a difference asks for.

use super::{Difference, Weight};

/// A version without and with what follows its `+`.
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

    /// The version that follows. While the first number is 0, a break raises the second and everything else the third.
    pub fn after(&self, difference: &Difference) -> Version {
        let [major, minor, patch] = self.numbers;
        let numbers = match (difference.weight(), major) {
            (None, _) => self.numbers,
            (Some(Weight::Breaking), 0) => [0, minor.saturating_add(1), 0],
            (Some(_), 0) => [0, minor, patch.saturating_add(1)],
            (Some(Weight::Breaking), _) => [major.saturating_add(1), 0, 0],
            (Some(Weight::Minor), _) => [major, minor.saturating_add(1), 0],
            (Some(Weight::Patch), _) => [major, minor, patch.saturating_add(1)],
        };
        let api = difference
            .api_version
            .as_ref()
            .map(|version| format!("api.{version}"));
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
    use super::super::{Action, Change};
    use super::*;

    fn next(version: &str, weight: Option<Weight>) -> String {
        let change = weight.map(|weight| Change::new(weight, Action::Changed, "a", "b"));
        let difference = Difference {
            changes: change.into_iter().collect(),
            old_api_version: None,
            api_version: Some("2.0.0".to_owned()),
        };
        Version::parse(version)
            .unwrap()
            .after(&difference)
            .to_string()
    }

    #[test]
    fn before_1_0_a_break_raises_the_second_number() {
        assert_eq!(next("0.1.4", Some(Weight::Breaking)), "0.2.0");
        assert_eq!(next("0.1.4", Some(Weight::Minor)), "0.1.5");
        assert_eq!(next("0.1.4", Some(Weight::Patch)), "0.1.5");
        assert_eq!(next("0.1.4", None), "0.1.4");
    }

    #[test]
    fn from_1_0_on_each_weight_has_its_number() {
        assert_eq!(next("1.2.3", Some(Weight::Breaking)), "2.0.0");
        assert_eq!(next("1.2.3", Some(Weight::Minor)), "1.3.0");
        assert_eq!(next("1.2.3", Some(Weight::Patch)), "1.2.4");
    }

    #[test]
    fn the_version_of_the_document_follows_the_plus() {
        assert_eq!(
            next("0.1.0+api.1.0.0", Some(Weight::Patch)),
            "0.1.1+api.2.0.0"
        );
    }

    #[test]
    fn a_document_with_more_in_it_raises_its_second_number() {
        let after = |weight| {
            Version::parse("1.0.3")
                .unwrap()
                .of_document_after(weight)
                .to_string()
        };
        assert_eq!(after(Weight::Breaking), "1.1.0");
        assert_eq!(after(Weight::Minor), "1.1.0");
        assert_eq!(after(Weight::Patch), "1.0.4");
    }

    #[test]
    fn the_version_of_the_workspace_is_found_in_its_manifest() {
        let manifest = "[workspace]\n[workspace.package]\n# A comment.\nversion = \"0.1.0+api.1.0.0\"\n[workspace.dependencies]\nversion = \"9.9.9\"\n";
        assert_eq!(
            Version::of_workspace(manifest).unwrap().to_string(),
            "0.1.0+api.1.0.0"
        );
        assert_eq!(
            Version::of_workspace("[package]\nversion = \"1.0.0\"\n"),
            None
        );
        assert_eq!(Version::parse("1.x.0"), None);
    }
}
