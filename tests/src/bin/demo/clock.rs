//! One clock for client and server. It moves only when the client pauses, and then at once.

use std::time::{Duration, Instant};

use pancake_ext::client::chrono::{DateTime, Utc};
use pancake_ext::{Clock, Sleep};
use pancake_mock::MockClock;

/// The server's clock, seen from the client.
pub(crate) struct OneClock {
    server: MockClock,
    began: Instant,
    began_micros: i64,
}

impl OneClock {
    pub(crate) fn new(server: MockClock) -> Self {
        OneClock {
            began: Instant::now(),
            began_micros: server.unix_micros(),
            server,
        }
    }
}

impl Clock for OneClock {
    fn now(&self) -> Instant {
        let passed = self.server.unix_micros() - self.began_micros;
        self.began + Duration::from_micros(u64::try_from(passed).unwrap_or_default())
    }

    fn wall_time(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.server.unix_micros()).unwrap_or_default()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let server = self.server.clone();
        // The server counts microseconds; a pause that were cut to none would never end.
        let pause = duration + Duration::from_micros(1);
        Box::pin(async move { server.advance(pause) })
    }
}
