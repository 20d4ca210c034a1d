use url::{ParseError, Url};

/// The URL of a link; none if it would send the key to another host.
pub fn next_page(base: &Url, link: &str) -> Result<Option<Url>, ParseError> {
    let url = base.join(link)?;
    Ok((url.origin() == base.origin()).then_some(url))
}
