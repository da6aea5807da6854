//! Work that is done once for all callers that need it at the same time.
//!
//! A future that is not polled any more, as happens under `select!`, must not keep other callers waiting. So no lock is held
//! while work goes on: a [`SingleFlight`] is carried forward by any of its callers, and work that must not stop half-way has
//! a task of its own ([`to_its_end`]).

use std::future::Future;
use std::sync::{Arc, Mutex, Weak};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use tracing::Instrument as _;

use crate::error::{Error, ErrorKind, Execution};
use crate::sync::lock;

/// Work under way, and what it brings to each caller that waits for it.
pub(crate) type Flight<T> = Shared<BoxFuture<'static, Result<T, Error>>>;

/// Callers with the same key at the same time share one piece of work, whether it works or fails. It ends early when no
/// caller waits for it any more.
pub(crate) struct SingleFlight<K, T: Clone>(Mutex<Vec<UnderWay<K, T>>>);

struct UnderWay<K, T: Clone> {
    key: K,
    flight: WeakShared<BoxFuture<'static, Result<T, Error>>>,
}

impl<K: PartialEq, T: Clone> SingleFlight<K, T> {
    /// The work with this key that is under way, or else this one.
    pub(crate) fn join<F>(&self, key: K, work: impl FnOnce() -> F) -> Flight<T>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let mut flights = lock(&self.0);
        let mut running = None;
        flights.retain(|other| {
            // Work that has ended knows nothing of what happened since.
            let flight = other.flight.upgrade();
            let flight = flight.filter(|flight| flight.peek().is_none());
            let lives = flight.is_some();
            if other.key == key {
                running = flight;
            }
            lives
        });
        running.unwrap_or_else(|| {
            let flight = work().boxed().shared();
            let weak = flight.downgrade();
            flights.extend(weak.map(|flight| UnderWay { key, flight }));
            flight
        })
    }
}

impl<K, T: Clone> Default for SingleFlight<K, T> {
    fn default() -> Self {
        SingleFlight(Mutex::default())
    }
}

/// The caller of work that runs [`to_its_end`].
pub(crate) struct Caller(Weak<()>);

impl Caller {
    /// Whether the caller has given up. Work that has not reached its point of no return can stop then.
    pub(crate) fn is_gone(&self) -> bool {
        self.0.strong_count() == 0
    }
}

/// Does work in a task of its own: it ends by itself, also if its caller is dropped or not polled any more.
pub(crate) async fn to_its_end<T, F>(work: impl FnOnce(Caller) -> F) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    let caller = Arc::new(());
    let work = work(Caller(Arc::downgrade(&caller)));
    let ended = tokio::spawn(work.in_current_span()).await;
    ended.unwrap_or_else(|error| {
        let error = Error::new(ErrorKind::Interrupted, "the work was ended from outside")
            .with_execution(Execution::Unknown)
            .with_source(error);
        Err(error)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::future::join_all;

    use super::*;

    /// Lookups that are counted, and take a moment.
    #[derive(Clone, Default)]
    struct Lookups(Arc<AtomicU32>);

    impl Lookups {
        async fn look(self, fails: bool) -> Result<u32, Error> {
            let number = 1 + self.0.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            match fails {
                false => Ok(number),
                true => Err(Error::new(ErrorKind::Server, "no")),
            }
        }
    }

    #[tokio::test]
    async fn callers_at_the_same_time_share_one_flight() {
        for fails in [false, true] {
            let (flights, lookups) = (SingleFlight::default(), Lookups::default());
            for round in 1..3 {
                let all = (0..10).map(|_| flights.join((), || lookups.clone().look(fails)));
                for result in join_all(all).await {
                    assert_eq!(result.ok(), (!fails).then_some(round));
                }
                assert_eq!(lookups.0.load(Ordering::Relaxed), round);
            }
        }
    }

    #[tokio::test]
    async fn unpolled_caller_does_not_block_others() {
        let (flights, lookups) = (SingleFlight::default(), Lookups::default());
        let join = || flights.join((), || lookups.clone().look(false));
        let mut left = join();
        assert!((&mut left).now_or_never().is_none());
        assert_eq!(join().await.ok(), Some(1));
        // The first flight has ended: what comes now may be newer.
        assert_eq!(join().await.ok(), Some(2));
        assert_eq!(left.await.ok(), Some(1));
    }

    #[tokio::test]
    async fn flight_without_callers_ends() {
        let (flights, lookups) = (SingleFlight::default(), Lookups::default());
        let join = || flights.join((), || lookups.clone().look(false));
        assert!(join().now_or_never().is_none());
        assert_eq!(join().await.ok(), Some(2));
    }

    #[tokio::test]
    async fn each_key_has_its_own_flight() {
        let (flights, lookups) = (SingleFlight::default(), Lookups::default());
        let join = |key, fails| flights.join(key, || lookups.clone().look(fails));
        let (one, two, same) = (join(1, false), join(2, true), join(1, false));
        assert_eq!(one.await.ok(), Some(1));
        assert_eq!(same.await.ok(), Some(1));
        assert_eq!(
            two.await.map_err(|error| error.kind()),
            Err(ErrorKind::Server)
        );
    }

    #[tokio::test]
    async fn work_of_a_dropped_caller_goes_on() {
        let (tell, told) = tokio::sync::oneshot::channel();
        let work = to_its_end(|caller| async move {
            tokio::task::yield_now().await;
            let _ = tell.send(caller.is_gone());
            Ok(())
        });
        assert!(work.now_or_never().is_none());
        assert!(told.await.unwrap());
    }
}
