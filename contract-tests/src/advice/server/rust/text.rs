use serde::Deserialize;

const MAX_CHARACTERS: usize = 200;

#[derive(Deserialize)]
pub struct Body {
    pub title: String,
}

/// Strict UTF-8 in, the same characters out: no `trim`, no `from_utf8_lossy`, no normalization, and no column of fewer bytes.
pub fn title(body: &[u8]) -> Result<String, serde_json::Error> {
    // serde_json rejects invalid bytes and lone surrogates.
    let Body { title } = serde_json::from_slice(body)?;
    // Characters, not bytes.
    if title.chars().count() > MAX_CHARACTERS {
        return Err(serde::de::Error::custom("the title is too long"));
    }
    Ok(title)
}
