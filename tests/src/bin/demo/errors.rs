//! Calls that fail: what an error says, and what the client has learned to do about it.

use pancake_ext::{Error, ErrorCode, ErrorKind};
use pancake_mock::{Fault, FaultKind, JournalEntry};

use crate::failure::Failure;
use crate::stage::Stage;

pub(crate) async fn play(stage: &mut Stage) -> Result<(), Failure> {
    stage.area("Errors")?;
    in_http_200(stage).await?;
    after_502(stage).await?;
    rotated(stage).await?;
    minted(stage).await
}

/// Makes the next list of tags fail.
fn fail(stage: &Stage, kind: FaultKind) {
    stage
        .mock
        .faults()
        .add(Fault::new(kind).on("list_tags").times(1));
}

fn failed<T>(result: Result<T, Error>) -> Result<Error, Failure> {
    let failure = Failure::new("a failure passes for a success");
    result.err().ok_or(failure)
}

/// What was called and how it ended, in order.
fn course(requests: &[JournalEntry]) -> String {
    let calls = requests.iter().map(|request| {
        let name = request.operation.as_deref().unwrap_or("something unknown");
        match request.response_json().get("error_code") {
            Some(code) => format!("{name} (code {code})"),
            None => format!("{name} (HTTP {})", request.status),
        }
    });
    calls.collect::<Vec<_>>().join(", then ")
}

async fn in_http_200(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("A failure inside HTTP 200 is an error that says what to do")?;
    fail(stage, FaultKind::ErrorCode(122));
    let error = failed(stage.page.tags().await)?;
    stage.says(error.hint())?;
    stage.check(
        (error.status(), error.kind()) == (Some(200), ErrorKind::Permission),
        "the error is of another kind",
    )
}

async fn after_502(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("A read is tried again after HTTP 502, with a pause")?;
    fail(stage, FaultKind::BadGatewayHtml);
    let (mark, retries) = (stage.mark(), stage.tally.retries());
    let tags = stage.page.tags().await?;
    let requests = stage.requests_since(mark);
    stage.says(course(&requests))?;
    stage.check(!tags.is_empty(), "the tags are not there")?;
    stage.check(
        requests.len() == 2 && stage.tally.retries() == retries + 1,
        "it was not tried again once",
    )
}

async fn rotated(stage: &mut Stage) -> Result<(), Failure> {
    stage.step(
        "Somebody else mints a token: the client reads it from the list of pages and goes on",
    )?;
    stage.mock.rotate_page_token(stage.page.id().as_str());
    let mark = stage.mark();
    stage.page.tags().await?;
    let requests = stage.requests_since(mark);
    stage.says(course(&requests))?;
    let called = requests
        .iter()
        .filter_map(|entry| entry.operation.as_deref());
    stage.check(
        called.eq(["list_tags", "list_pages", "list_tags"]),
        "the token was found in another way",
    )
}

async fn minted(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Page::mint_token mints because a person asks; the former token is dead at once")?;
    let page = stage.page.id().clone();
    let former = stage.mock.page_token(page.as_str());
    let former = former.ok_or("the page has no token")?;
    let former = stage.settings().page_token(&page, former).build()?;
    former.page(&page).tags().await?;
    let token = stage.page.mint_token().await?;
    stage.page.tags().await?;
    let error = failed(former.page(&page).tags().await)?;
    stage.says(format!("with the former: {}", error.message()))?;
    stage.check(
        stage.mock.page_token(page.as_str()).as_deref() == Some(token.expose()),
        "the server has another token",
    )?;
    stage.check(
        error.is_token_problem() && error.code() == Some(ErrorCode::TOKEN_ROTATED),
        "the former token fails for another reason",
    )
}
