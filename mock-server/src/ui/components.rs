//! Parts that several pages have.

use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

use crate::clock::rfc3339;

/// A text with a button that copies it.
pub(super) fn command(text: &str) -> Markup {
    html! {
        div.command {
            pre tabindex="0" { code { (text) } }
            button.quiet type="button" data-copy=(text) { "Copy" }
        }
    }
}

/// A control request that a button or a form sends.
#[derive(Clone, Debug)]
pub(super) struct ControlRequest<'a> {
    pub(super) method: &'static str,
    pub(super) path: String,
    /// The JSON body, if there is one.
    pub(super) body: Option<String>,
    /// The origin of this server, and whether requests need the control token.
    pub(super) server: &'a ServerView,
}

/// What a `curl` line needs to know about this server.
#[derive(Clone, Debug)]
pub(super) struct ServerView {
    pub(super) origin: String,
    pub(super) needs_token: bool,
}

impl ControlRequest<'_> {
    /// The same request as a `curl` line.
    pub(super) fn curl(&self) -> String {
        let token = if self.server.needs_token {
            " -H \"X-Control-Token: $MOCK_SERVER_CONTROL_TOKEN\""
        } else {
            ""
        };
        let body = self
            .body
            .as_deref()
            .map_or_else(String::new, |body| format!(" -d {}", quoted(body)));
        format!(
            "curl -X {}{token}{body} {}{}",
            self.method, self.server.origin, self.path
        )
    }

    /// A button that sends the request. Then the page is loaded again.
    pub(super) fn button(&self, label: &str, confirm: Option<&str>) -> Markup {
        html! {
            button type="button" data-method=(self.method) data-path=(self.path) data-body=[self.body.as_deref()]
                data-confirm=[confirm] { (label) }
        }
    }

    /// A switch that sends the request. Then the page is loaded again.
    pub(super) fn switch(&self, is_on: bool, name: &str) -> Markup {
        html! {
            button.switch type="button" role="switch" aria-checked=(is_on) aria-label=(name) data-method=(self.method)
                data-path=(self.path) data-body=[self.body.as_deref()] {
                span.knob {} span { @if is_on { "On" } @else { "Off" } }
            }
        }
    }

    /// Reveals the `curl` line.
    pub(super) fn reveal(&self) -> Markup {
        html! {
            details.call { summary { "Show API call" } (command(&self.curl())) }
        }
    }
}

/// A text, of which what is between backticks is code.
pub(super) fn prose(text: &str) -> Markup {
    let parts: Vec<_> = text.split('`').collect();
    let is_paired = parts.len() % 2 == 1;
    html! {
        @if is_paired {
            @for (index, part) in parts.iter().enumerate() {
                @if index % 2 == 1 { code { (part) } } @else { (part) }
            }
        } @else {
            (text)
        }
    }
}

/// A word of a shell command.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A time, relative to `now`, with the exact time in its title. The page's script keeps it up to date.
pub(super) fn time(at: Timestamp, now: Timestamp) -> Markup {
    let exact = rfc3339(at);
    html! { time datetime=(exact) title=(exact) data-relative { (relative(at, now)) } }
}

/// The same for a time of the machine, which the clock of an organization does not change. `machine`: its time now.
pub(super) fn machine_time(at: Timestamp, machine: Timestamp) -> Markup {
    let exact = rfc3339(at);
    html! { time datetime=(exact) title=(exact) data-relative="machine" { (relative(at, machine)) } }
}

/// `3 s ago`, or `in 12 min`. The script has the same function.
pub(super) fn relative(at: Timestamp, now: Timestamp) -> String {
    let distance = at.duration_since(now);
    let length = length(distance.abs());
    match distance.is_negative() {
        _ if distance.abs() < SignedDuration::from_secs(1) => "now".to_owned(),
        true => format!("{length} ago"),
        false => format!("in {length}"),
    }
}

/// A time to the second: `2026-01-15 09:00:00Z`.
pub(super) fn second(at: Timestamp) -> String {
    format!("{at:.0}").replace('T', " ")
}

/// A duration in its largest unit, rounded down.
pub(super) fn length(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let (number, unit) = match seconds {
        0..60 => (seconds, "s"),
        60..3_600 => (seconds / 60, "min"),
        3_600..172_800 => (seconds / 3_600, "h"),
        _ => (seconds / 86_400, "d"),
    };
    format!("{number} {unit}")
}

/// How much of a response arrives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Arrival {
    /// All of it, as far as the server knows.
    Whole,
    /// Nothing: the client disconnected before it was sent.
    Disconnected,
    /// A part or nothing, because of a fault.
    Cut,
}

impl Arrival {
    /// `is_cut`: because of a fault, the client cannot receive the whole response, and most disconnect then.
    pub(super) fn new(aborted: bool, is_cut: bool) -> Self {
        match (aborted, is_cut) {
            (_, true) => Self::Cut,
            (true, false) => Self::Disconnected,
            (false, false) => Self::Whole,
        }
    }
}

/// The status of a response. Its class shows by colour, and by the text itself. One that did not arrive is no success.
pub(super) fn status(status: Option<u16>, arrival: Arrival) -> Markup {
    let class = match status {
        _ if arrival == Arrival::Cut => "none",
        Some(200..300) => "ok",
        Some(300..400) => "moved",
        Some(400..500) => "client",
        Some(500..) => "server",
        Some(_) | None => "none",
    };
    let title = match arrival {
        Arrival::Whole => None,
        Arrival::Disconnected => Some("The client disconnected before the response was sent."),
        Arrival::Cut => Some("Because of a fault, the client cannot receive the whole response."),
    };
    html! {
        span class={ "pill " (class) } title=[title] {
            @match status { Some(status) => (status), None => "none" }
            @if arrival != Arrival::Whole { " ✕" }
        }
    }
}

/// A count with its noun: `1 request`, `2,000 requests`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// A number with its thousands apart: `10,000`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let parts: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
    String::from_utf8_lossy(&parts.join(&b',')).into_owned()
}

/// A rate limit in words: `1,000 requests per hour`.
pub(super) fn rate(limit: u32, window: SignedDuration) -> String {
    let window = match window.as_secs() {
        1 => "second".to_owned(),
        60 => "minute".to_owned(),
        3_600 => "hour".to_owned(),
        86_400 => "day".to_owned(),
        _ => format!("{window:#}"),
    };
    format!("{} per {window}", counted(limit.into(), "request"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_relative_in_both_directions() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let seen = |seconds| {
            relative(
                now.saturating_add(SignedDuration::from_secs(seconds))
                    .unwrap(),
                now,
            )
        };
        assert_eq!(
            [seen(0), seen(-59), seen(-60)],
            ["now", "59 s ago", "1 min ago"]
        );
        assert_eq!([seen(7_200), seen(-200_000)], ["in 2 h", "2 d ago"]);
    }

    #[test]
    fn text_between_backticks_is_code() {
        let shown = |text| prose(text).into_string();
        assert_eq!(
            shown("`a<b` is `c`"),
            "<code>a&lt;b</code> is <code>c</code>"
        );
        assert_eq!(shown("a ` b"), "a ` b");
    }

    #[test]
    fn numbers_have_their_thousands_apart() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
        let window = SignedDuration::from_secs;
        assert_eq!(rate(1_000, window(3_600)), "1,000 requests per hour");
        assert_eq!(rate(1, window(90)), "1 request per 1m 30s");
    }

    #[test]
    fn curl_command_quotes_the_body_as_one_word() {
        let server = ServerView {
            origin: "http://127.0.0.1:8000".into(),
            needs_token: false,
        };
        let request = ControlRequest {
            method: "POST",
            path: "/_mock/organizations/demo01/keys".into(),
            body: Some(r#"{"name":"Jo's"}"#.into()),
            server: &server,
        };
        assert_eq!(
            request.curl(),
            r#"curl -X POST -d '{"name":"Jo'\''s"}' http://127.0.0.1:8000/_mock/organizations/demo01/keys"#
        );
    }
}
