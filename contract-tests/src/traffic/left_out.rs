//! Exchanges that a proxy has forwarded, but that are not judged.

use super::{
    credential::{self, Credential},
    known_keys::KnownKeys,
    recorded::RecordedExchange,
};

/// What must be known of exchanges that are not judged.
#[derive(Debug, Default)]
pub(super) struct LeftOut {
    /// Their number.
    pub(super) exchanges: usize,
    /// Their keys, which a server may repeat in responses that are judged.
    pub(super) keys: KnownKeys,
}

impl LeftOut {
    /// Adds an exchange with the API.
    pub(super) fn add(&mut self, exchange: &RecordedExchange) {
        self.exchanges += 1;
        if let Credential::Full(key) | Credential::Masked(key) = credential::from_exchange(exchange)
        {
            self.keys.add(key);
        }
    }
}
