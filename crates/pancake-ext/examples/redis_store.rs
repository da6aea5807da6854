//! Page tokens in Redis, shared by processes on many machines.
//!
//! ```sh
//! PANCAKE_USER_TOKEN=… REDIS_URL=redis://127.0.0.1/ cargo run --example redis_store -- PAGE_ID
//! ```

#![allow(clippy::print_stdout)] // A program may print.

use pancake_ext::{
    Error, MintingTokens, PageId, PageToken, Pancake, StoreFuture, TokenStore, UserToken,
};
use redis::AsyncCommands;
use redis::aio::MultiplexedConnection;

/// Keeps tokens in Redis: one key a page.
struct RedisStore {
    connection: MultiplexedConnection,
}

impl RedisStore {
    async fn connect(url: &str) -> Result<Self, Error> {
        let client = redis::Client::open(url).map_err(failed)?;
        let connection = client
            .get_multiplexed_async_connection()
            .await
            .map_err(failed)?;
        Ok(RedisStore { connection })
    }
}

impl TokenStore for RedisStore {
    fn load<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Option<PageToken>> {
        let mut connection = self.connection.clone();
        Box::pin(async move {
            let token: Option<String> = connection.get(key(page)).await.map_err(failed)?;
            Ok(token.map(PageToken::from))
        })
    }

    fn save<'a>(&'a self, page: &'a PageId, token: &'a PageToken) -> StoreFuture<'a, ()> {
        let mut connection = self.connection.clone();
        Box::pin(async move {
            connection
                .set(key(page), token.expose())
                .await
                .map_err(failed)
        })
    }

    fn remove<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, ()> {
        let mut connection = self.connection.clone();
        Box::pin(async move { connection.del(key(page)).await.map_err(failed) })
    }
}

fn key(page: &PageId) -> String {
    format!("pancake:page_token:{page}")
}

/// Redis does not quote values in its errors, so this shows no token.
fn failed(error: redis::RedisError) -> Error {
    Error::store("the token store in Redis can't be used", error)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let page = std::env::args().nth(1).ok_or("give the id of a page")?;
    let store = RedisStore::connect(&std::env::var("REDIS_URL")?).await?;

    // Minting kills the token that others use for this page: allow it only for pages that are yours alone.
    let tokens = MintingTokens::new(store).allow_minting(page.as_str());
    let pancake = Pancake::builder()
        .user_token(UserToken::from_env()?)
        .token_provider(tokens)
        .build()?;

    let tags = pancake.client().list_tags().page_id(page).send().await?;
    println!("{} tags", tags.into_inner().tags.unwrap_or_default().len());
    Ok(())
}
