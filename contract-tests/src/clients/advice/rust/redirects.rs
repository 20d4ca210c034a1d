use std::time::Duration;

use reqwest::{Client, redirect::Policy};

/// An API has no reason to send its callers elsewhere, and the key must not go there.
pub fn client() -> reqwest::Result<Client> {
    Client::builder()
        .redirect(Policy::none())
        .timeout(Duration::from_secs(20))
        .build()
}
