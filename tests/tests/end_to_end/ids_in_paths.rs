//! Ids that could be read as a part of an address.

use pancake_ext::{Error, ErrorKind};

use super::{server, settings};

#[tokio::test]
async fn an_id_that_is_no_id_never_reaches_another_path() {
    let mock = server().await;
    for id in ["", ".", ".."] {
        let pancake = settings(&mock).page_token(id, "token").build().unwrap();
        let error = pancake
            .client()
            .list_tags()
            .page_id(id)
            .send()
            .await
            .unwrap_err();
        assert_eq!(
            Error::from(error).kind(),
            ErrorKind::InvalidRequest,
            "{id:?}"
        );
    }
    assert_eq!(mock.journal().len(), 0, "such an id must not be sent");

    for (id, sent) in [
        ("a/b", "a%2Fb"),
        ("a\\..\\b", "a%5C..%5Cb"),
        ("../../v1", "..%2F..%2Fv1"),
        ("%2e%2e", "%252e%252e"),
        ("a?b#c", "a%3Fb%23c"),
    ] {
        mock.clear_journal();
        let pancake = settings(&mock).page_token(id, "token").build().unwrap();
        let error = Error::from(
            pancake
                .client()
                .list_tags()
                .page_id(id)
                .send()
                .await
                .unwrap_err(),
        );
        assert_eq!(error.page_id().map(|page| page.as_str()), Some(id));
        let journal = mock.journal();
        let paths: Vec<&str> = journal.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(
            paths,
            [format!("/api/public_api/v1/pages/{sent}/tags")],
            "{id:?}"
        );
    }
}
