//! A sandbox for tests that are written in Rust.
//!
//! Each test has an organization of its own: keys, data, clock, scenario and journal are nobody else's. What a test
//! [expects](Organization::expect) of its client is verified when the organization is dropped, at the end of the test.
//!
//! ```
//! use mock_server::testing::MockServer;
//! use serde_json::json;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), reqwest::Error> {
//! # let _ = rustls::crypto::ring::default_provider().install_default();
//! let server = MockServer::start().await;
//! let organization = server.organization();
//! organization.expect(json!({"operation": "list_orders", "status": "200", "exactly": 1}));
//!
//! // The client to test, with the base URL and a key of the organization.
//! let client = reqwest::Client::new();
//! let request = client.get(format!("{}/orders", organization.api_url()));
//! request.bearer_auth(organization.key()).send().await?;
//! # Ok(())
//! # }
//! ```
//!
//! Tests without an async runtime begin with [`MockServer::start_blocking`]. All tests of a program can share one server:
//!
//! ```
//! use std::{sync::LazyLock, time::Duration};
//! use mock_server::testing::{MockServer, Organization};
//!
//! static SERVER: LazyLock<MockServer> = LazyLock::new(MockServer::start_blocking);
//!
//! fn set_up() -> Organization {
//!     let organization = SERVER.organization();
//!     organization.scenario("rate-limit-storm");
//!     organization
//! }
//!
//! let organization = set_up();
//! organization.advance(Duration::from_secs(3600));
//! assert!(organization.requests().is_empty());
//! ```

mod organization;
mod running;

use std::sync::{Arc, mpsc};

use tokio::sync::oneshot;

pub use self::organization::Organization;
use self::running::Running;
use crate::config::Settings;

/// A sandbox on a free port of this machine. It stops when it and all its organizations are dropped.
#[derive(Clone, Debug)]
pub struct MockServer(Arc<Running>);

impl MockServer {
    /// Starts a sandbox.
    ///
    /// # Panics
    ///
    /// If it cannot listen on the loopback address.
    pub async fn start() -> Self {
        Self::with(Settings::default()).await
    }

    /// Starts a sandbox with these settings, by default on a free port.
    ///
    /// # Panics
    ///
    /// If it cannot start with these settings.
    pub async fn with(settings: Settings) -> Self {
        let (ready, started) = oneshot::channel();
        Running::start(settings, move |result| drop(ready.send(result)));
        Self::started(started.await.ok())
    }

    /// The same as [`start`](Self::start), for tests without an async runtime.
    ///
    /// # Panics
    ///
    /// If it cannot listen on the loopback address.
    pub fn start_blocking() -> Self {
        Self::blocking_with(Settings::default())
    }

    /// The same as [`with`](Self::with), for tests without an async runtime.
    ///
    /// # Panics
    ///
    /// If it cannot start with these settings.
    pub fn blocking_with(settings: Settings) -> Self {
        let (ready, started) = mpsc::channel();
        Running::start(settings, move |result| drop(ready.send(result)));
        Self::started(started.recv().ok())
    }

    fn started(result: Option<Result<Running, String>>) -> Self {
        let result = result.unwrap_or_else(|| Err("its thread has ended".to_owned()));
        Self(Arc::new(result.unwrap_or_else(|error| {
            panic!("the sandbox cannot start: {error}")
        })))
    }

    /// The base URL of the API.
    pub fn api_url(&self) -> String {
        self.0.api_url()
    }

    /// The URL of the control API.
    pub fn control_url(&self) -> String {
        self.0.control_url()
    }

    /// Creates an organization.
    ///
    /// # Panics
    ///
    /// If the sandbox has no room for it, or its control API is disabled.
    pub fn organization(&self) -> Organization {
        Organization::new(Arc::clone(&self.0))
    }
}
