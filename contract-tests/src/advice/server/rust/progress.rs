use std::time::{Duration, SystemTime};

#[derive(Clone, Copy, PartialEq)]
pub enum Status {
    Received,
    Accepted,
    InProgress,
    Completed,
    Cancelled,
}

pub struct Order {
    pub created: SystemTime,
    pub duration: Duration,
    pub cancelled: bool,
    pub results: Vec<String>,
}

impl Order {
    /// Computed from the age, so it never goes back, and no job that hangs can hold it up.
    pub fn status(&self, now: SystemTime) -> Status {
        let age = now.duration_since(self.created).unwrap_or_default();
        match age {
            _ if self.cancelled => Status::Cancelled,
            _ if age >= self.duration => Status::Completed,
            _ if age >= self.duration * 2 / 3 => Status::InProgress,
            _ if age >= self.duration / 3 => Status::Accepted,
            _ => Status::Received,
        }
    }

    /// None is 409 CONFLICT.
    pub fn results(&self, now: SystemTime) -> Option<&[String]> {
        (self.status(now) == Status::Completed).then_some(&self.results)
    }
}

/// The same condition for deliveries as for results.
pub fn deliveries(orders: &[Order], now: SystemTime) -> impl Iterator<Item = &String> {
    orders
        .iter()
        .filter_map(move |order| order.results(now))
        .flatten()
}
