//! The body of an answer, which may be longer than there is memory.

use reqwest::Response;

/// The body, read in pieces; none, where it has more bytes than it may have.
pub(super) async fn read(mut answer: Response, longest: usize) -> reqwest::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        if body.len() + piece.len() > longest {
            return Ok(None);
        }
        body.extend_from_slice(&piece);
    }
    Ok(Some(body))
}
