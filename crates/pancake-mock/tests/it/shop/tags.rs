use pancake_mock::MockPancake;

#[tokio::test]
async fn the_tags_of_the_newest_conversations_are_listed() {
    let mock = MockPancake::start().await.unwrap();
    let page = &mock.page_ids()[0];
    let token = mock.page_token(page).unwrap();

    let tags = shop::tags(mock.base_url(), page, &token).await.unwrap();

    assert!(!tags.is_empty());
    assert_eq!(mock.violations(), [], "no request broke the API description");
}
