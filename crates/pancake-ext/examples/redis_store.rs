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
/// sets another `attempt_timeout`; one that gives them more has to give the lease more. The holder of a lease that ran out can't
/// store over its successor: the number of its lease is too old.
const LEASE: Duration = Duration::from_secs(120);
/// Between two looks at a lease that another process has.
const PAUSE: Duration = Duration::from_millis(100);
/// How long to wait for the leases of others, one after the other.
const PATIENCE: Duration = Duration::from_secs(300);

/// Keeps tokens in Redis: two keys a page, the token and the number of its leases, and one more during a mint.
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

    fn save<'a>(
        &'a self,
        page: &'a PageId,
        token: &'a PageToken,
        expected: Option<&'a PageToken>,
        lease: &'a Lease,
    ) -> StoreFuture<'a, bool> {
        // In one step, and not after a later lease was given.
        const SAVE: &str = "local held = redis.call('GET', KEYS[1]) or ''
            local newest = tonumber(redis.call('GET', KEYS[2]) or 0)
            local number = tonumber(ARGV[3])
            if number > 0 and number < newest then return 0 end
            if held ~= ARGV[1] and held ~= ARGV[2] then return 0 end
            redis.call('SET', KEYS[1], ARGV[1])
            return 1";
        let mut connection = self.connection.clone();
        Box::pin(async move {
            let mut save = redis::cmd("EVAL");
            save.arg(SAVE).arg(2).arg(key(page)).arg(numbers(page));
            save.arg(token.expose());
            save.arg(expected.map_or("", PageToken::expose));
            save.arg(lease.number());
            save.query_async(&mut connection).await.map_err(failed)
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
            match tokio::time::timeout(PATIENCE, held.wait(&numbers(page))).await {
                Ok(number) => Ok(Lease::new(held).with_number(number?)),
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
    /// Waits until the key is ours, and returns the number of the lease.
    async fn wait(&self, numbers: &str) -> Result<u64, Error> {
        const LEND: &str = "local ours = redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2])
            if ours then return redis.call('INCR', KEYS[2]) end
            return 0";
        let mut lend = redis::cmd("EVAL");
        lend.arg(LEND).arg(2).arg(&self.key).arg(numbers);
        lend.arg(&self.owner).arg(LEASE.as_millis() as u64);
        let mut connection = self.connection.clone();
        loop {
            let number: u64 = lend.query_async(&mut connection).await.map_err(failed)?;
            if number > 0 {
                return Ok(number);
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

/// Where the leases of a page are counted.
fn numbers(page: &PageId) -> String {
    format!("pancake:leases:{page}")
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
