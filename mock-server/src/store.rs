//! What an organization has. In memory, synchronous; knows no HTTP and no clock.

mod orders;
mod results;
mod timeline;

pub(crate) use orders::{Orders, Page};
pub(crate) use timeline::Timeline;
