use std::collections::HashMap;

use reqwest::{Client, Result, StatusCode};

/// Keeps successes only: after a 429, the next attempt must reach the server.
pub struct Cache {
    pub client: Client,
    pub bodies: HashMap<String, Vec<u8>>,
}

impl Cache {
    pub async fn get(&mut self, url: &str) -> Result<(StatusCode, Vec<u8>)> {
        if let Some(body) = self.bodies.get(url) {
            return Ok((StatusCode::OK, body.clone()));
        }
        let response = self.client.get(url).send().await?;
        let status = response.status();
        let body = response.bytes().await?.to_vec();
        if status == StatusCode::OK {
            self.bodies.insert(url.to_owned(), body.clone());
        }
        Ok((status, body))
    }
}
