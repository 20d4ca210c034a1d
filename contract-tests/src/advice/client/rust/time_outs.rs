use std::time::Duration;

use reqwest::Client;

/// 3 s to connect, and 20 s for the whole response; by default, reqwest waits for a response forever.
pub fn client() -> reqwest::Result<Client> {
    Client::builder()
        .connect_timeout(Duration::from_secs(3))
        .timeout(Duration::from_secs(20))
        .build()
}
