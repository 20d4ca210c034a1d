//! The origins whose scripts may use the API.

use std::str::FromStr;

use http::Uri;
use serde::Deserialize;

/// An origin whose scripts may use the API, as browsers send it in `Origin`, or all origins.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub enum CorsOrigin {
    /// `*`
    Any,
    /// Such as `http://localhost:5173`.
    Origin(String),
}

impl FromStr for CorsOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let invalid = || format!("`{text}` is not * or an origin such as http://localhost:5173");
        let lower = text.strip_suffix('/').unwrap_or(text).to_lowercase();
        let uri: Uri = lower.parse().map_err(|_| invalid())?;
        let (Some(scheme @ ("http" | "https")), Some(host)) = (uri.scheme_str(), uri.authority())
        else {
            return Err(invalid());
        };
        if host.as_str().contains(['@', '*']) || lower != format!("{scheme}://{host}") {
            return Err(invalid());
        }
        // A browser leaves the port out if it is the one of the scheme.
        let port = if scheme == "https" { ":443" } else { ":80" };
        let origin = lower.strip_suffix(port).unwrap_or(&lower);
        Ok(Self::Origin(origin.to_owned()))
    }
}

impl TryFrom<String> for CorsOrigin {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_is_written_as_browsers_send_it() {
        for (text, origin) in [
            ("http://localhost:5173", "http://localhost:5173"),
            ("HTTPS://App.Example/", "https://app.example"),
            ("https://app.example:443", "https://app.example"),
            ("http://127.0.0.1:80", "http://127.0.0.1"),
            ("http://app.example:443", "http://app.example:443"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(text.parse(), Ok(CorsOrigin::Origin(origin.to_owned())));
        }
        assert_eq!("*".parse(), Ok(CorsOrigin::Any));
        for text in [
            "",
            "null",
            "localhost:5173",
            "http://",
            "http://a/b",
            "http://a?b",
            "http://u@a",
            "file:///a",
            "http://*",
            "http://*.example",
        ] {
            let error = text.parse::<CorsOrigin>().unwrap_err();
            assert!(
                error.starts_with(&format!("`{text}` is not * or")),
                "{error}"
            );
        }
    }
}
