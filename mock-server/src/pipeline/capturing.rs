//! Captures requests and responses for the journal.

use axum::body::{Body, HttpBody};
use bytes::{Bytes, BytesMut};
use http::{
    HeaderMap, Response, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
    request,
};
use scenarios::WireFault;
use schemas::oauth::FORM;

use crate::{
    config::CaptureMode,
    journal::{
        Absent, CapturedBody, CapturedHeaders, CapturedMessage, CapturedResponse, OnTheWire,
    },
};

/// What is captured of one request and its response.
#[derive(Debug)]
pub(super) struct Capturing {
    mode: CaptureMode,
    /// The request's body, as far as the server has read it.
    request_body: CapturedBody,
    /// Whether the request is to the authorization server.
    is_endpoint: bool,
}

impl Capturing {
    /// The capture of a request whose body was not read yet.
    pub(super) fn begin(mode: CaptureMode, body: &Body) -> Self {
        let request_body = match mode {
            CaptureMode::Bodies if body.is_end_stream() => CapturedBody::EMPTY,
            CaptureMode::Bodies => CapturedBody::Absent(Absent::Unread),
            CaptureMode::Headers | CaptureMode::Off => CapturedBody::Absent(Absent::HeadersOnly),
        };
        Self {
            mode,
            request_body,
            is_endpoint: false,
        }
    }

    /// Captures the body of the request.
    pub(super) fn received(&mut self, bytes: &Bytes) {
        if self.mode == CaptureMode::Bodies {
            self.request_body = CapturedBody::shared(bytes);
        }
    }

    /// Whether the body of the request would be kept, but was not read.
    pub(super) fn lacks_body(&self) -> bool {
        self.request_body == CapturedBody::Absent(Absent::Unread)
    }

    /// Captures the body of a request that was refused before the body was read. Credentials can be masked only in JSON and
    /// forms that are not compressed.
    pub(super) fn received_unneeded(&mut self, headers: &HeaderMap, bytes: &Bytes) {
        let is_maskable = !headers.contains_key(CONTENT_TYPE)
            || has_type(headers, "application/json")
            || has_type(headers, FORM);
        if headers.contains_key(CONTENT_ENCODING) || !is_maskable {
            self.request_body = CapturedBody::Absent(Absent::Withheld);
        } else {
            self.received(bytes);
        }
    }

    /// The capture of a request to the authorization server; `None`: its body did not arrive. Only in a form can
    /// secrets be told from the rest.
    pub(super) fn of_endpoint(
        mode: CaptureMode,
        headers: &HeaderMap,
        form: Option<&Bytes>,
        is_client: impl Fn(&str) -> bool,
    ) -> Self {
        let form = (mode == CaptureMode::Bodies).then_some(form);
        let request_body = match form {
            None => CapturedBody::Absent(Absent::HeadersOnly),
            Some(None) => CapturedBody::Absent(Absent::Unread),
            Some(Some(form)) if form.is_empty() => CapturedBody::EMPTY,
            Some(Some(form)) if has_type(headers, FORM) => CapturedBody::form(form, is_client),
            Some(Some(_)) => CapturedBody::Absent(Absent::Withheld),
        };
        Self {
            mode,
            request_body,
            is_endpoint: true,
        }
    }

    /// The request; `None` if nothing is captured.
    pub(super) fn request(&mut self, head: &request::Parts) -> Option<CapturedMessage> {
        let absent = CapturedBody::Absent(Absent::HeadersOnly);
        (self.mode != CaptureMode::Off).then(|| CapturedMessage {
            headers: CapturedHeaders::of_request(head),
            body: std::mem::replace(&mut self.request_body, absent),
        })
    }

    /// The response as the server made it; `None` if nothing is captured.
    pub(super) fn response(&self, response: &Response<Bytes>) -> Option<CapturedResponse> {
        let body = match self.mode {
            CaptureMode::Off => return None,
            CaptureMode::Headers => CapturedBody::Absent(Absent::HeadersOnly),
            // The sign-in page repeats the parameters of the request, among which are secrets.
            CaptureMode::Bodies
                if self.is_endpoint && has_type(response.headers(), "text/html") =>
            {
                CapturedBody::Absent(Absent::Withheld)
            }
            CaptureMode::Bodies => CapturedBody::shared(response.body()),
        };
        Some(captured(response.status(), response.headers(), body))
    }
}

/// What faults made of a response that was captured before.
pub(super) fn on_the_wire(
    original: &CapturedResponse,
    (status, headers, body, spaces): (StatusCode, &HeaderMap, &Bytes, u64),
    wire: Option<&WireFault>,
) -> Option<OnTheWire> {
    let wire = wire.filter(|wire| **wire != WireFault::Whole);
    let response = captured(status, headers, original.message.body.changed(body));
    if response == *original && spaces == 0 && wire.is_none() {
        return None;
    }
    let raw = wire.map(WireFault::bytes).filter(|raw| !raw.is_empty());
    Some(OnTheWire {
        response,
        spaces,
        transfer: wire.map(|wire| wire.to_string().into()),
        whole: wire.is_none_or(WireFault::is_whole),
        raw: raw.map(|raw| original.message.body.changed(raw)),
    })
}

fn captured(status: StatusCode, headers: &HeaderMap, body: CapturedBody) -> CapturedResponse {
    CapturedResponse {
        status,
        message: CapturedMessage {
            headers: CapturedHeaders::of_response(headers),
            body,
        },
    }
}

fn has_type(headers: &HeaderMap, media_type: &str) -> bool {
    let declared = headers.get(CONTENT_TYPE);
    let declared = declared.and_then(|value| value.to_str().ok());
    let declared = declared.and_then(|value| value.split(';').next());
    declared.is_some_and(|declared| declared.trim().eq_ignore_ascii_case(media_type))
}

/// The bytes in a buffer that they fill at least half, so that a journal that keeps them keeps little else. What is
/// copied is less than 2 KiB of a response: to copy it costs less than another buffer for the next response.
pub(super) fn fitted(bytes: Vec<u8>) -> Bytes {
    if bytes.len() >= bytes.capacity() / 2 {
        bytes.into()
    } else {
        Bytes::copy_from_slice(&bytes)
    }
}

/// The same for a received body.
pub(super) fn fitted_body(bytes: BytesMut) -> Bytes {
    if bytes.len() >= bytes.capacity() / 2 {
        bytes.freeze()
    } else {
        Bytes::copy_from_slice(&bytes)
    }
}
