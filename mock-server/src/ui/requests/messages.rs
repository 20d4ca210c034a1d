//! The request, the response, and what was sent where a fault changed it.

use maud::{Markup, html};

use super::{
    super::components::{self, Arrival},
    explained::{Body, Explained, Message, OnTheWire},
    pretty::{NotIndented, pretty},
};

/// All messages that the journal has kept.
pub(super) fn render(explained: &Explained) -> Markup {
    let sent = explained.on_the_wire.as_ref();
    let request = &explained.request.message;
    html! {
        @match explained.capture.as_deref() {
            Some("kept") => {
                (finder())
                (section("Response", explained.response.as_ref()))
                @if let Some(sent) = sent { (on_the_wire(sent)) }
                (section("Request", Some(request)))
            }
            Some("dropped") => p.note { "Headers and bodies of this request made room for those of later ones (" code { "--max-captures-each" } ")." },
            Some(_) | None => p.note { "This server keeps no headers and bodies: start it with " code { "--capture bodies" } "." },
        }
    }
}

/// A field that searches headers and bodies. It needs the page's script.
fn finder() -> Markup {
    html! {
        p.finder {
            input type="search" data-finds=".message" placeholder="Find in headers and bodies" aria-label="Find in headers and bodies" autocomplete="off" spellcheck="false";
            " " output.muted data-found {}
        }
    }
}

fn section(title: &str, message: Option<&Message>) -> Markup {
    html! {
        details.message open {
            summary { h3 { (title) } }
            @match message {
                Some(message) => (content(message)),
                None => p.muted { "The client disconnected before there was a response." },
            }
        }
    }
}

fn content(message: &Message) -> Markup {
    html! {
        @if let Some(body) = &message.body { (body_of(body)) }
        @if let Some(headers) = &message.headers {
            table.plain.headers {
                thead.hidden { tr { th scope="col" { "Header" } th scope="col" { "Value" } } }
                tbody {
                    @for header in headers {
                        tr {
                            td { code { (header.name) } }
                            td { code { (header.value) } @if header.masked { " " span.muted { "masked" } } }
                        }
                    }
                }
            }
        }
    }
}

fn on_the_wire(sent: &OnTheWire) -> Markup {
    html! {
        details.message open {
            summary { h3 { "On the wire" } }
            p { "A fault changed what was sent" @if sent.whole { ", but the client can receive the whole response" } "." }
            @if let Some(transfer) = &sent.transfer { p { (transfer) } }
            @if let Some(spaces) = sent.spaces_after_body { p { (components::counted(spaces, "space")) " follow the body." } }
            @if let Some(raw) = &sent.raw { h4 { "Bytes" } (body_of(raw)) }
            @if let Some(status) = sent.status { p { (components::status(Some(status), Arrival::new(false, !sent.whole))) } }
            (content(&sent.message))
        }
    }
}

/// A body: JSON is indented, and the text as it was sent is below.
fn body_of(body: &Body) -> Markup {
    if let Some(absent) = &body.absent {
        let why = match &**absent {
            "unread" => {
                "The server did not read the whole body: it refused the request before all of it had arrived, or the body was incomplete or too long."
            }
            "headers_only" => "This server keeps headers only: start it with --capture bodies.",
            _ => "The body is not kept, because it may contain a credential that cannot be masked.",
        };
        return html! { p.muted { (why) } };
    }
    let text = body.text.as_deref().unwrap_or_default();
    if body.size == 0 {
        return html! { p.muted { "No body." } };
    }
    let pretty = pretty(text);
    let is_too_long = pretty == Err(NotIndented::TooLong);
    let pretty = pretty.ok().filter(|pretty| pretty != text);
    html! {
        p.muted {
            (components::counted(body.size, "byte"))
            @if body.encoding.is_some() { ", shown as Base64" }
            @if body.masked { ", credentials masked" }
            @if body.cut { ", cut to its first 64 KiB" }
            @if is_too_long { ", shown as it was sent, because it would be too long if it were indented" }
        }
        (components::command(pretty.as_deref().unwrap_or(text)))
        @if pretty.is_some() { details.raw { summary { "Raw" } (components::command(text)) } }
    }
}
