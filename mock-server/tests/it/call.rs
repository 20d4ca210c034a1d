//! Requests with more than a JSON response: two at a time, other formats, streams.

use std::sync::Arc;

use axum::body::Body;
use futures_util::{FutureExt, future::join};
use http::StatusCode;
use http_body_util::BodyExt;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::{response::Response, test_app::Call};

impl Call {
    /// Sends it, and then the other one before this one has a response.
    #[track_caller]
    pub(crate) fn send_with(self, other: Self) -> [Response; 2] {
        let runtime = Arc::clone(&self.app.runtime);
        runtime
            .block_on(join(self.answered(), other.answered()))
            .into()
    }

    /// Sends a request whose response is not JSON.
    #[track_caller]
    pub(crate) fn raw(self) -> http::Response<String> {
        let runtime = Arc::clone(&self.app.runtime);
        runtime.block_on(async {
            let (head, body) = self.opened().await.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            http::Response::from_parts(head, String::from_utf8(body.into()).unwrap())
        })
    }

    /// Sends a request; returns the status of the response, whose body may never end.
    #[track_caller]
    pub(crate) fn status(self) -> StatusCode {
        let runtime = Arc::clone(&self.app.runtime);
        runtime.block_on(self.opened()).status()
    }

    /// Sends a request whose response is a stream.
    #[track_caller]
    pub(crate) fn stream(self) -> Bits {
        let runtime = Arc::clone(&self.app.runtime);
        let answer = runtime.block_on(self.opened());
        assert!(answer.status().is_success(), "{answer:?}");
        Bits {
            runtime,
            body: answer.into_body(),
        }
    }

    /// Sends it; the body of the response may be any.
    pub(crate) async fn opened(self) -> http::Response<Body> {
        let request = self.request.map(Body::from);
        self.app.router.oneshot(request).await.unwrap()
    }
}

/// A streamed response.
pub(crate) struct Bits {
    runtime: Arc<Runtime>,
    body: Body,
}

impl Bits {
    /// The next part of the stream; `None` at its end.
    #[track_caller]
    pub(crate) fn next(&mut self) -> Option<String> {
        let bit = self.runtime.block_on(self.body.frame())?;
        let bytes = bit.unwrap().into_data().unwrap();
        Some(String::from_utf8(bytes.into()).unwrap())
    }

    /// Whether the next part has not arrived yet, and may do so later.
    pub(crate) fn is_waiting(&mut self) -> bool {
        let body = &mut self.body;
        let bit = self.runtime.block_on(async { body.frame().now_or_never() });
        bit.is_none()
    }
}
