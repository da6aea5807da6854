//! Page tokens in Redis, shared by processes on many machines.
//!
//! ```sh
//! PANCAKE_USER_TOKEN=… REDIS_URL=redis://127.0.0.1/ cargo run --example redis_store -- PAGE_ID
//! ```
//!
//! One Redis for all of them: a lease that a replica does not know of yet is granted a second time after a fail-over. A
//! program that runs for long wants `redis::aio::ConnectionManager` in place of the connection, which does not come back
//! once it is lost.

#![allow(clippy::print_stdout)] // A program may print.

use std::io;
use std::time::Duration;

use pancake_ext::{
    Error, Lease, MintingTokens, PageId, PageToken, Pancake, StoreFuture, TokenStore, UserToken,
};
use redis::AsyncCommands;
use redis::aio::MultiplexedConnection;

/// How long a lease lasts if nobody gives it back, because its process died or lost its connection.
///
/// It is not renewed, so it has to be much longer than minting and storing take. Requests have 30 seconds unless a program
/// says otherwise (`attempt_timeout`); who gives them more, gives the lease more.
const LEASE: Duration = Duration::from_secs(120);
/// Between two looks at a lease that another process has.
const PAUSE: Duration = Duration::from_millis(100);
/// How long to wait for the leases of others, one after the other.
const PATIENCE: Duration = Duration::from_secs(300);

/// Keeps tokens in Redis: one key a page, and one more while somebody mints for it.
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

    /// Without this, of two processes that find no token both would mint, and the one that stores last could store the
    /// token that the other has killed.
    fn lease<'a>(&'a self, page: &'a PageId) -> StoreFuture<'a, Lease> {
        Box::pin(async move {
            let held = Held {
                connection: self.connection.clone(),
                key: format!("pancake:minting:{page}"),
                // Nobody else's, so that a lease that ran out is not taken from its next owner.
                owner: format!("{:032x}", fastrand::u128(..)),
            };
            match tokio::time::timeout(PATIENCE, held.wait()).await {
                Ok(done) => done.map(|()| Lease::new(held)),
                Err(elapsed) => Err(Error::store(
                    format!(
                        "others keep the lease {} in Redis: look what mints there",
                        held.key
                    ),
                    io::Error::from(elapsed),
                )),
            }
        })
    }
}

/// A lease, given back when it is dropped.
struct Held {
    connection: MultiplexedConnection,
    key: String,
    owner: String,
}

impl Held {
    /// Waits until the key is ours.
    async fn wait(&self) -> Result<(), Error> {
        let mut connection = self.connection.clone();
        loop {
            let mut set = redis::cmd("SET");
            set.arg(&self.key).arg(&self.owner).arg("NX");
            set.arg("PX").arg(LEASE.as_millis() as u64);
            // `OK`, or nothing if the key is there.
            let ours: Option<String> = set.query_async(&mut connection).await.map_err(failed)?;
            if ours.is_some() {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // In one step: between a look and a removal the lease could run out and become another's.
        const GIVE_BACK: &str = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";
        let mut give_back = redis::cmd("EVAL");
        give_back
            .arg(GIVE_BACK)
            .arg(1)
            .arg(&self.key)
            .arg(&self.owner);
        let mut connection = self.connection.clone();
        // If the program ends before this is sent, the lease runs out by itself, and the others wait so long.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { give_back.query_async::<()>(&mut connection).await });
        }
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
