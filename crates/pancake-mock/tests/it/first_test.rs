//! The first test of the README: what it shows is what is compiled here, and it goes as it says.
use pancake_mock::MockPancake;

const README: &str = include_str!("../../README.md");

#[rustfmt::skip]
#[expect(unreachable_pub, reason = "the root of a crate in the README")]
#[path = "shop/before.rs"]
mod before;

#[rustfmt::skip]
#[expect(unreachable_pub, reason = "the root of a crate in the README")]
#[path = "shop/lib.rs"]
mod after;

/// The crate of the README, in a workspace whose reqwest may have TLS without a provider.
mod shop {
    pub(super) async fn tags(
        base_url: &str,
        page: &str,
        token: &str,
    ) -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        super::after::tags(base_url, page, token).await
    }
}

mod passing {
    use super::shop;

    include!("shop/tags.rs");
}

#[tokio::test]
async fn first_version_of_the_readme_fails() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mock = MockPancake::start().await.unwrap();
    let page = &mock.page_ids()[0];
    let token = mock.page_token(page).unwrap();
    let error = before::tags(mock.base_url(), page, &token)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "a tag without text");
    assert!(README.contains("on an `Err` value: \"a tag without text\""));
}

#[test]
fn the_readme_shows_these_files() {
    let before = include_str!("shop/before.rs");
    let test = include_str!("shop/tags.rs");
    for file in [before, test] {
        assert!(
            README.contains(&format!("```rust,ignore\n{file}```")),
            "{file}"
        );
    }
    // The second version is told as the lines that are new in it.
    let new: Vec<_> = include_str!("shop/lib.rs")
        .lines()
        .filter(|line| !before.lines().any(|old| old == *line))
        .collect();
    assert_eq!(new.len(), 4);
    assert!(README.contains(&new.join("\n")), "{new:?}");
}
