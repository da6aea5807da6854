//! Tokens: read, killed by a newer one, of the wrong kind.

use pancake_ext::{Error, ErrorCode, ErrorKind, PageToken};

use super::{PAGE, called, sdk, server, settings};

#[tokio::test]
async fn a_page_token_is_read_from_the_settings_of_the_list_of_pages_without_minting() {
    let mock = server().await;
    let list = sdk(&mock)
        .client()
        .list_pages()
        .send()
        .await
        .unwrap()
        .into_inner();
    let pages = list.categorized.unwrap().activated.unwrap();
    let all = [mock.page_ids(), mock.page_ids_without_token()].concat();
    assert_eq!(pages.len(), all.len());
    let page = pages
        .into_iter()
        .find(|page| page.id.as_ref().unwrap() == PAGE)
        .unwrap();
    let token = PageToken::from(page.settings.unwrap().page_access_token().unwrap().clone());
    assert_eq!(Some(token.expose()), mock.page_token(PAGE).as_deref());
    let only_page = settings(&mock).page_token(PAGE, token).build().unwrap();
    only_page
        .client()
        .list_tags()
        .page_id(PAGE)
        .send()
        .await
        .unwrap();
    assert_eq!(called(&mock), ["list_pages", "list_tags"]);
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn a_new_page_token_kills_the_former_one_and_the_error_says_what_to_do() {
    let mock = server().await;
    let former = settings(&mock)
        .page_token(PAGE, mock.page_token(PAGE).unwrap())
        .build()
        .unwrap();
    former
        .client()
        .list_tags()
        .page_id(PAGE)
        .send()
        .await
        .unwrap();

    let minting = sdk(&mock);
    let minted = minting
        .client()
        .generate_page_access_token()
        .page_id(PAGE)
        .send()
        .await
        .unwrap();
    let minted = PageToken::from(minted.into_inner().page_access_token.unwrap());
    let error = Error::from(
        former
            .client()
            .list_tags()
            .page_id(PAGE)
            .send()
            .await
            .unwrap_err(),
    );
    assert_eq!(error.kind(), ErrorKind::Token);
    assert_eq!(error.code(), Some(ErrorCode::TOKEN_ROTATED));
    assert_eq!(error.status(), Some(200));
    assert!(
        error.hint().contains("minted a new token"),
        "{}",
        error.hint()
    );
    assert_eq!(error.page_id().map(|page| page.as_str()), Some(PAGE));

    let renewed = settings(&mock).page_token(PAGE, minted).build().unwrap();
    renewed
        .client()
        .list_tags()
        .page_id(PAGE)
        .send()
        .await
        .unwrap();
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn a_token_of_the_wrong_kind_is_refused_with_code_102() {
    let mock = server().await;
    let user_as_page = settings(&mock)
        .page_token(PAGE, mock.user_token())
        .build()
        .unwrap();
    let page_as_user = settings(&mock)
        .user_token(mock.page_token(PAGE).unwrap())
        .build()
        .unwrap();
    let on_page = user_as_page
        .client()
        .list_tags()
        .page_id(PAGE)
        .send()
        .await
        .unwrap_err();
    let on_user = page_as_user.client().list_pages().send().await.unwrap_err();
    for error in [Error::from(on_page), Error::from(on_user)] {
        assert_eq!(error.kind(), ErrorKind::Token, "{error}");
        assert_eq!(error.code(), Some(ErrorCode::TOKEN_INVALID), "{error}");
        assert!(error.is_token_problem() && !error.is_retryable());
        assert!(error.hint().contains("right kind"), "{}", error.hint());
    }
}
