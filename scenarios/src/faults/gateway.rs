//! Error pages of well-known proxies in front of the server.

use http::{HeaderValue, StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Behaviour, Context, FaultKind, responses};
use crate::response::FaultResponse;

/// An error page of a proxy in front of the server.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// Its status.
    pub status: u16,
    /// The proxy that the page comes from.
    #[serde(default)]
    pub page: Page,
}

/// The proxy that an error page comes from.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Page {
    /// nginx: HTML.
    #[default]
    Nginx,
    /// Cloudflare: HTML.
    Cloudflare,
    /// AWS load balancer: HTML.
    Aws,
    /// Envoy: plain text.
    Envoy,
}

impl Behaviour for Gateway {
    const KIND: FaultKind = FaultKind::Front;
    const EXAMPLES: &[&str] = &["status=502"];

    fn check(&self) -> Result<(), String> {
        responses::status(self.status, 400..=599).map(drop)
    }

    fn respond(&self, _: Context<'_>) -> Option<FaultResponse> {
        let status = StatusCode::from_u16(self.status).ok()?;
        let title = format!("{} {}", status.as_str(), reason(status));
        let (server, media_type, body) = match self.page {
            Page::Nginx => ("nginx", "text/html", html(&title, "<hr><center>nginx</center>")),
            Page::Cloudflare => (
                "cloudflare",
                "text/html; charset=UTF-8",
                html(&title, "<hr><center>cloudflare</center>"),
            ),
            Page::Aws => ("awselb/2.0", "text/html", html(&title, "")),
            Page::Envoy => (
                "envoy",
                "text/plain",
                "upstream connect error or disconnect/reset before headers. reset reason: connection failure".to_owned(),
            ),
        };
        let mut response = FaultResponse::new(status, media_type, body);
        response
            .headers
            .insert(header::SERVER, HeaderValue::from_static(server));
        Some(response)
    }
}

/// The reason phrase of a status, including those that only proxies use.
fn reason(status: StatusCode) -> &'static str {
    match status.as_u16() {
        520 => "Web Server Returned an Unknown Error",
        521 => "Web Server Is Down",
        522 => "Connection Timed Out",
        523 => "Origin Is Unreachable",
        524 => "A Timeout Occurred",
        529 => "Site Is Overloaded",
        _ => status.canonical_reason().unwrap_or("Error"),
    }
}

fn html(title: &str, foot: &str) -> String {
    format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n{foot}\r\n</body>\r\n</html>\r\n"
    )
}
