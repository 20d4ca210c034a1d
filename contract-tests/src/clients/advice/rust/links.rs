use url::{ParseError, Url};

/// The URL of a link; none, where it would lead the key anywhere else.
pub fn next_page(base: &Url, link: &str) -> Result<Option<Url>, ParseError> {
    let url = base.join(link)?;
    Ok((url.origin() == base.origin()).then_some(url))
}
