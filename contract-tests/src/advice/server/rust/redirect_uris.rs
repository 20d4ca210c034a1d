use url::Url;

/// Compared as text, but for the port of a loopback address. If it is not registered, show an error page: do not redirect.
pub fn is_registered(uri: &str, registered: &[&str]) -> bool {
    // The parser drops line breaks and blanks; parameters after a fragment would be part of it.
    if !uri.bytes().all(|byte| byte.is_ascii_graphic()) || uri.contains('#') {
        return false;
    }
    let same_but_port =
        |other: &&str| without_port(uri).is_some_and(|uri| without_port(other) == Some(uri));
    registered.contains(&uri) || registered.iter().any(same_but_port)
}

fn without_port(uri: &str) -> Option<Url> {
    let mut url = Url::parse(uri).ok()?;
    let is_loopback = matches!(url.host_str(), Some("127.0.0.1" | "[::1]"));
    if url.scheme() != "http" || !is_loopback || !url.username().is_empty() {
        return None;
    }
    url.set_port(None).ok()?;
    Some(url)
}

/// `result` is `code` or `error` and its value. The state goes back as it came, with errors, too.
pub fn redirect(mut uri: Url, state: Option<&str>, issuer: &str, result: (&str, &str)) -> Url {
    let mut query = uri.query_pairs_mut();
    query.append_pair(result.0, result.1);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    query.append_pair("iss", issuer);
    drop(query);
    uri
}
