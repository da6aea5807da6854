//! A redirect would hand the token to another host.

use pancake_ext::ErrorKind;
use pancake_tests::canary::Sight;
use pancake_tests::recorder::{Recorder, Reply};
use serde_json::json;

use super::cases::echo;
use super::{failures, look, plain, settings};

#[tokio::test]
async fn a_redirect_is_not_followed_and_its_target_never_sees_a_token() {
    let mut sight = Sight::new();
    let target = Recorder::start(|_| Reply::json(200, &json!({"tags": []})))
        .await
        .unwrap();
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = target.base_url();
        let server = Recorder::start(move |request| {
            Reply::answer(status, "text/html", echo(request))
                .header("location", format!("{elsewhere}{}", request.target))
        });
        let server = server.await.unwrap();
        let pancake = settings(&server.base_url()).build().unwrap();
        for raw in failures("redirect", pancake.client()).await {
            assert_eq!(
                look(&mut sight, "redirect", raw).kind(),
                ErrorKind::InvalidAnswer
            );
        }
        let (_, client) = plain(&server.base_url());
        for raw in failures("redirect", &client).await {
            assert!(
                raw.to_string().contains("unexpected status"),
                "{status}: {raw}"
            );
        }
        assert_eq!(
            server.requests().len(),
            4,
            "{status}: a request was repeated"
        );
    }
    let followed = target.requests();
    assert!(followed.is_empty(), "{followed:?}");
    assert_eq!(sight.leaks(), [""; 0]);
}
