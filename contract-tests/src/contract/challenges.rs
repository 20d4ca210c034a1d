//! Reads challenges of `WWW-Authenticate` (RFC 9110 §11.6.1), whose list is separated by the same commas as their parameters.

use http::{HeaderMap, header};

/// The parameters of each Bearer challenge of a response, names in lower case.
pub(crate) fn bearer_challenges(headers: &HeaderMap) -> Vec<Vec<(String, String)>> {
    bearer(&header_of(headers))
}

/// The challenges as one list. Several headers are equal to one with the lists joined.
pub(crate) fn header_of(headers: &HeaderMap) -> String {
    let values = headers.get_all(header::WWW_AUTHENTICATE).iter();
    let values: Vec<_> = values.filter_map(|value| value.to_str().ok()).collect();
    values.join(", ")
}

fn bearer(header: &str) -> Vec<Vec<(String, String)>> {
    let mut challenges: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for item in items(header) {
        let end = item.find(|c: char| c == '=' || c.is_whitespace());
        let (word, rest) = item.split_at(end.unwrap_or(item.len()));
        let parameter = if rest.trim_start().starts_with('=') {
            item
        } else {
            challenges.push((word.to_ascii_lowercase(), Vec::new()));
            rest
        };
        if let (Some((_, parameters)), Some((name, value))) =
            (challenges.last_mut(), parameter.split_once('='))
        {
            let name = name.trim().to_ascii_lowercase();
            parameters.push((name, unquoted(value.trim())));
        }
    }
    let of_bearer = challenges
        .into_iter()
        .filter(|(scheme, _)| scheme == "bearer");
    of_bearer.map(|(_, parameters)| parameters).collect()
}

/// The parts between commas outside of quoted strings, without empty ones.
fn items(header: &str) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = header.split(move |character| {
        let separates = character == ',' && !is_quoted;
        is_quoted ^= character == '"' && !is_escaped;
        is_escaped = is_quoted && character == '\\' && !is_escaped;
        separates
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// The text of a quoted string, or of a token.
fn unquoted(value: &str) -> String {
    let quoted = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let Some(quoted) = quoted else {
        return value.to_owned();
    };
    let mut text = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        text.extend(match character {
            '\\' => characters.next(),
            other => Some(other),
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str) -> String {
        let challenges = bearer(header).into_iter().map(|parameters| {
            let parameters = parameters
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            parameters.collect::<Vec<_>>().join(";")
        });
        challenges.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn finds_bearer_challenges_among_others() {
        for (header, parameters) in [
            (
                r#"Bearer realm="x", error="invalid_token""#,
                "realm=x;error=invalid_token",
            ),
            ("bearer  Error = invalid_token", "error=invalid_token"),
            (r#"Basic realm="a, b", Bearer realm="c""#, "realm=c"),
            (
                r#"Negotiate YWJj==, BEARER realm="\"c\\, x", Basic realm="d""#,
                r#"realm="c\, x"#,
            ),
            (
                r#"Bearer error_description="no error=\"invalid_token\", sorry""#,
                r#"error_description=no error="invalid_token", sorry"#,
            ),
            (r#"Bearer realm="a", Bearer error="b""#, "realm=a|error=b"),
        ] {
            assert_eq!(read(header), parameters, "{header}");
        }
    }

    #[test]
    fn other_schemes_are_no_bearer_challenges() {
        for header in [
            "",
            "Bearerfoo",
            "Basic",
            r#"Basic realm="Bearer x""#,
            ", ,",
            "error=\"a\"",
        ] {
            assert!(bearer(header).is_empty(), "{header}");
        }
        assert_eq!(bearer("Bearer"), [Vec::new()]);
    }
}
