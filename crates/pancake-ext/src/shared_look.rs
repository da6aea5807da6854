//! A look at the server that serves all who need it meanwhile.

use std::fmt;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};

use crate::error::Error;

/// What a look brings to everyone who waits for it.
pub(crate) type Looking<T> = Shared<BoxFuture<'static, Result<T, Error>>>;

/// Calls at the same time share one look, whether it works or fails.
///
/// Nothing is locked while the look goes on, and each of those who wait for it carries it forward. So one who begins it and
/// then is not polled any more holds up nobody, and when nobody waits any more, the look ends.
pub(crate) struct SharedLook<K, T: Clone>(Mutex<Option<UnderWay<K, T>>>);

/// A look, and what tells it from others.
struct UnderWay<K, T: Clone> {
    key: K,
    look: WeakShared<BoxFuture<'static, Result<T, Error>>>,
}

impl<K: PartialEq, T: Clone> SharedLook<K, T> {
    /// The look with this key that is under way, or else this one.
    pub(crate) fn join<F>(&self, key: K, look: impl FnOnce() -> F) -> Looking<T>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let same = under_way.as_ref().filter(|other| other.key == key);
        let other = same.and_then(|other| other.look.upgrade());
        // One that has ended knows nothing of what happened since.
        if let Some(other) = other.filter(|other| other.peek().is_none()) {
            return other;
        }
        let look = look().boxed().shared();
        let weak = look.downgrade();
        *under_way = weak.map(|look| UnderWay { key, look });
        look
    }
}

impl<K, T: Clone> Default for SharedLook<K, T> {
    fn default() -> Self {
        SharedLook(Mutex::new(None))
    }
}

impl<K, T: Clone> fmt::Debug for SharedLook<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedLook").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::future::join_all;

    use super::*;
    use crate::error::ErrorKind;

    /// Looks that are counted, and take a moment.
    #[derive(Clone, Default)]
    struct Looks(Arc<AtomicU32>);

    impl Looks {
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
    async fn calls_at_the_same_time_share_what_a_look_brings_and_later_ones_look_again() {
        for fails in [false, true] {
            let (shared, looks) = (SharedLook::default(), Looks::default());
            for round in 1..3 {
                let all = (0..10).map(|_| shared.join((), || looks.clone().look(fails)));
                for result in join_all(all).await {
                    assert_eq!(result.ok(), (!fails).then_some(round));
                }
                assert_eq!(looks.0.load(Ordering::Relaxed), round);
            }
        }
    }

    #[tokio::test]
    async fn one_that_is_not_polled_any_more_holds_up_nobody() {
        let (shared, looks) = (SharedLook::default(), Looks::default());
        let mut left = shared.join((), || looks.clone().look(false));
        assert!((&mut left).now_or_never().is_none());
        assert_eq!(
            shared.join((), || looks.clone().look(false)).await.ok(),
            Some(1)
        );
        // It has ended: what comes now may be newer.
        assert_eq!(
            shared.join((), || looks.clone().look(false)).await.ok(),
            Some(2)
        );
        assert_eq!(left.await.ok(), Some(1));
    }

    #[tokio::test]
    async fn a_look_that_everybody_has_given_up_is_not_gone_on_with() {
        let (shared, looks) = (SharedLook::default(), Looks::default());
        let given_up = shared.join((), || looks.clone().look(false));
        assert!(given_up.now_or_never().is_none());
        assert_eq!(
            shared.join((), || looks.clone().look(false)).await.ok(),
            Some(2)
        );
    }

    #[tokio::test]
    async fn looks_with_other_keys_are_not_shared() {
        let (shared, looks) = (SharedLook::default(), Looks::default());
        let one = shared.join(1, || looks.clone().look(false));
        let two = shared.join(2, || looks.clone().look(true));
        assert_eq!(one.await.ok(), Some(1));
        assert_eq!(
            two.await.map_err(|error| error.kind()),
            Err(ErrorKind::Server)
        );
    }
}
