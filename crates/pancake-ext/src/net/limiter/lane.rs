//! The queue of one key: while calls wait, a task gives them permits in the order they came.
//!
//! The task does the waiting, so a call that is not polled any more delays no other call. The pace outlives the task, which
//! ends when no call waits, and with its runtime.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Either, ready, select};
use tokio::sync::mpsc::error::SendError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use super::pace::Pace;
use super::{LimiterState, RateKey, Rules};
use crate::sync::lock;

/// How much later than its slot a call may go out at any rate. Above 20 calls a second this is more than an interval.
const LATE: Duration = Duration::from_millis(50);

/// The queue of one key.
pub(super) struct Lane {
    key: RateKey,
    rules: Arc<Rules>,
    pace: Mutex<Pace>,
    /// To the task. Closed while there is none.
    queue: Mutex<UnboundedSender<Waiter>>,
    /// Each call that waits holds one.
    waiting: Arc<()>,
}

/// A call that waits. It is closed when the call is dropped.
type Waiter = oneshot::Sender<Permit>;

impl Lane {
    pub(super) fn new(key: RateKey, rules: Arc<Rules>) -> Self {
        let (closed, _) = unbounded_channel();
        Lane {
            key,
            rules,
            pace: Mutex::default(),
            queue: Mutex::new(closed),
            waiting: Arc::default(),
        }
    }

    /// Waits for a slot and returns how long it took, zero if the call did not have to wait.
    pub(super) async fn acquire(self: &Arc<Self>) -> Duration {
        if self.goes_at_once() {
            return Duration::ZERO;
        }
        let start = self.rules.clock.now();
        let _counted = self.waiting.clone();
        let mut again = false;
        loop {
            // Without a permit the runtime of the task has ended, and the next task belongs to the runtime of this call.
            if let Ok(permit) = self.enter().await
                && permit.is_good(again)
            {
                permit.spend();
                return self.rules.clock.now().saturating_duration_since(start);
            }
            again = true;
        }
    }

    /// Takes a slot that is free while no call waits: that needs no task.
    fn goes_at_once(&self) -> bool {
        self.rules.gate.is_none() && lock(&self.queue).is_closed() && self.take().is_ok()
    }

    fn take(&self) -> Result<Instant, Duration> {
        let (settings, now) = (self.rules.settings(), self.rules.clock.now());
        lock(&self.pace).take(&settings, now)
    }

    /// Joins the queue, and starts its task if there is none.
    fn enter(self: &Arc<Self>) -> oneshot::Receiver<Permit> {
        let (waiter, permit) = oneshot::channel();
        let mut queue = lock(&self.queue);
        if let Err(SendError(waiter)) = queue.send(waiter) {
            let (sender, receiver) = unbounded_channel();
            // It has a receiver, so this can't fail.
            let _ = sender.send(waiter);
            *queue = sender;
            tokio::spawn(self.clone().serve(receiver));
        }
        permit
    }

    async fn serve(self: Arc<Self>, mut queue: UnboundedReceiver<Waiter>) {
        let mut turn: Option<BoxFuture<'static, Permit>> = None;
        while let Some(mut waiter) = self.next(&mut queue) {
            let turn_comes = turn.get_or_insert_with(|| self.clone().turn().boxed());
            let permit = match select(pin!(waiter.closed()), turn_comes).await {
                // The next call takes over the turn.
                Either::Left(_) => continue,
                Either::Right((permit, _)) => permit,
            };
            let unwanted = waiter.send(permit).err();
            turn = unwanted.map(|permit| ready(permit).boxed());
        }
    }

    /// The next call that waits. Without one the queue closes, and calls that come later start another task.
    fn next(&self, queue: &mut UnboundedReceiver<Waiter>) -> Option<Waiter> {
        let _entrance = lock(&self.queue);
        let waiter = queue.try_recv().ok();
        if waiter.is_none() {
            queue.close();
        }
        waiter
    }

    /// Waits for the next slot.
    async fn turn(self: Arc<Self>) -> Permit {
        let slot = loop {
            // Before the look at the pace, so that no change is missed.
            let changed = self.rules.changed.notified();
            match self.take() {
                Ok(slot) => break slot,
                Err(wait) => {
                    select(self.rules.clock.sleep(wait), pin!(changed)).await;
                }
            }
        };
        let mut permit = Permit {
            granted: self.rules.clock.now(),
            lane: self,
            slot: Some(slot),
        };
        let Lane { key, rules, .. } = &*permit.lane;
        if let Some(gate) = &rules.gate {
            gate.acquire(key, rules.settings()).await;
            permit.granted = rules.clock.now();
        }
        permit
    }

    /// The server refused a call: too many requests.
    pub(super) fn refused(self: &Arc<Self>, retry_after: Option<Duration>) {
        let time = self.rules.settings().cool_down_of(retry_after);
        lock(&self.pace).cool_down(time, self.rules.clock.now());
        if self.rules.gate.is_some() {
            tokio::spawn(self.clone().tell_gate(time));
        }
    }

    async fn tell_gate(self: Arc<Self>, time: Duration) {
        if let Some(gate) = &self.rules.gate {
            gate.cool_down(&self.key, time).await;
        }
    }

    pub(super) fn accepted(&self) {
        lock(&self.pace).recover();
    }

    pub(super) fn state(&self) -> LimiterState {
        let (settings, now) = (self.rules.settings(), self.rules.clock.now());
        let pace = lock(&self.pace);
        LimiterState {
            per_second: pace.rate(&settings).unwrap_or(f64::INFINITY),
            cool_down: pace.cool_down_left(now),
            waiting: Arc::strong_count(&self.waiting) - 1,
        }
    }
}

/// Allows one call. Dropped without being spent, it gives its slot back.
struct Permit {
    lane: Arc<Lane>,
    granted: Instant,
    slot: Option<Instant>,
}

impl Permit {
    /// Whether a call may go out with it now. Permits of calls that were not polled in time would add up to a burst, so a
    /// call that comes too late asks again; but only once, or a call that is hardly ever polled would never go out.
    fn is_good(&self, again: bool) -> bool {
        let (settings, now) = (self.lane.rules.settings(), self.lane.rules.clock.now());
        let pace = lock(&self.lane.pace);
        let late = now.saturating_duration_since(self.granted);
        let in_time = late <= pace.interval(&settings).max(LATE);
        pace.cool_down_left(now).is_zero() && (again || in_time)
    }

    fn spend(mut self) {
        self.slot = None;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            lock(&self.lane.pace).give_back(slot);
            self.lane.rules.changed.notify_waiters();
        }
    }
}
