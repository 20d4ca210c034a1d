use std::time::Duration;

use reqwest::{Client, redirect::Policy};

/// The API never redirects to another host, and the key must not be sent to one.
pub fn client() -> reqwest::Result<Client> {
    Client::builder()
        .redirect(Policy::none())
        .timeout(Duration::from_secs(20))
        .build()
}
