//! Time: clocks, the server's clock, zones, and ranges of time.

pub(crate) mod clock;
pub(crate) mod http_date;
pub(crate) mod period;
pub(crate) mod server_time;
pub(crate) mod time_range;
pub(crate) mod zone;
