use std::time::Duration;

use reqwest::{Client, Response, Result};

/// reqwest, and hyper below it, skip informational responses such as 103; a parser of your own has to.
pub async fn get(url: &str) -> Result<Response> {
    let client = Client::builder().timeout(Duration::from_secs(20)).build()?;
    client.get(url).send().await
}
