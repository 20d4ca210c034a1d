//! Orders of an organization, which only the sandbox moves.

use http::Method;
use serde_json::json;

use super::Control;
use crate::finding::NotPassed;

impl Control {
    /// Moves an order to a later status.
    pub(crate) async fn move_order(
        &self,
        organization: &str,
        id: &str,
        to: &str,
    ) -> Result<(), NotPassed> {
        let path = format!("/{organization}/orders/{id}/transition");
        let moved = self.request_ok(Method::POST, &path, json!({"to": to}));
        moved.await.map(drop)
    }
}
