//! What several clocks say together, and the date of an HTTP answer.

mod estimate;
mod http_date;

pub use estimate::{ClockSample, Estimate, estimate};
pub use http_date::http_date;
