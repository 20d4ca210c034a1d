//! The exchanges of a run, in the order of each check: the same check sends the same requests to another server.

use parking_lot::Mutex;
use serde_json::Value;

use super::check_context;
use crate::finding::{Exchange, ExchangeExcerpt};

/// Every exchange of a run, with the name of the check that it was for.
#[derive(Debug, Default)]
pub(crate) struct Recording(Mutex<Vec<(String, Exchange)>>);

/// A recorded exchange.
#[derive(Debug)]
pub(crate) struct Recorded {
    /// With the whole body.
    pub(crate) exchange: Exchange,
    /// The check that it was for.
    pub(crate) check: String,
    /// The earlier exchanges of this check.
    pub(crate) earlier: Vec<Exchange>,
}

impl Recording {
    /// Adds an exchange, unless it was before the first check.
    pub(super) fn note(&self, exchange: &Exchange) {
        if let Some(check) = check_context::name() {
            // All responses of a run share limited memory, which a recording would use up.
            let kept = Exchange {
                json: Value::Null,
                memory: None,
                ..exchange.clone()
            };
            self.0.lock().push((check, kept));
        }
    }

    /// The recorded exchange that an excerpt is from.
    pub(crate) fn find(&self, excerpt: &ExchangeExcerpt) -> Option<Recorded> {
        let check = {
            let all = self.0.lock();
            let (check, _) = all.iter().find(|(_, one)| excerpt.is_of(one))?;
            check.clone()
        };
        let mut earlier = self.of(&check);
        let place = earlier.iter().position(|one| excerpt.is_of(one))?;
        earlier.truncate(place + 1);
        Some(Recorded {
            exchange: earlier.pop()?,
            check,
            earlier,
        })
    }

    /// The exchanges of a check.
    pub(crate) fn of(&self, check: &str) -> Vec<Exchange> {
        let all = self.0.lock();
        let of_check = all.iter().filter(|(name, _)| name == check);
        of_check.map(|(_, exchange)| exchange.clone()).collect()
    }
}
