use reqwest::{Client, Result};

/// Set no Accept-Encoding by hand. With its features `gzip` and `brotli`, reqwest asks for what it can decode, and decodes it; without
/// them, it asks for nothing, and the body comes uncompressed.
pub async fn get(client: &Client, url: &str) -> Result<Vec<u8>> {
    let response = client.get(url).send().await?.error_for_status()?;
    Ok(response.bytes().await?.to_vec())
}
