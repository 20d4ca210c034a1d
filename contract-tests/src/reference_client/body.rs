//! The body of a response, which may be larger than the available memory.

use reqwest::Response;

/// The body, read in chunks; `None` if it is longer than `longest` bytes.
pub(super) async fn read(
    mut response: Response,
    longest: usize,
) -> reqwest::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if body.len() + piece.len() > longest {
            return Ok(None);
        }
        body.extend_from_slice(&piece);
    }
    Ok(Some(body))
}
