use std::error::Error;

use reqwest::Response;

/// More than any response of the API has.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Reads the body in chunks, so that an endless one is abandoned before it fills the memory.
pub async fn body(mut response: Response) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if body.len() + piece.len() > MAX_BYTES {
            return Err(format!("a response of more than {MAX_BYTES} bytes").into());
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
