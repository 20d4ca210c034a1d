//! Keeps the organizations of a run. The sandbox deletes an organization once its lease is over, so that those of a run that
//! was killed do not stay there; a run that goes on renews the leases.

use std::time::Duration;

use http::{Method, StatusCode};
use parking_lot::Mutex;
use serde_json::Value;
use tokio::task::JoinSet;

use super::Control;

/// How long the sandbox keeps an organization after the last request to it.
pub(crate) const LEASE: Duration = Duration::from_mins(1);
/// How often a lease is renewed before it ends.
const RENEWALS: u32 = 3;

/// Renews leases until it is dropped.
#[derive(Debug, Default)]
pub(super) struct Renewals(Mutex<JoinSet<()>>);

impl Renewals {
    /// Renews the lease of an organization from now on, until it no longer exists: every request to the organization does.
    pub(super) fn begin(&self, control: Control, organization: &str) {
        let path = format!("/{organization}");
        self.0.lock().spawn(async move {
            loop {
                pause(control.lease / RENEWALS).await;
                let seen = control.send_organizations(Method::GET, &path, Value::Null);
                if seen
                    .await
                    .is_ok_and(|seen| seen.status == StatusCode::NOT_FOUND)
                {
                    break;
                }
            }
        });
    }

    /// Renews no lease any more.
    pub(super) fn end(&self) {
        self.0.lock().abort_all();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a lease ends in the real time of the sandbox"
)]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
