//! A request under way, from when its head has come until the library has all of its response.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::Body;
use bytes::Bytes;
use http::Response;
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use crate::pipeline::{StreamRejected, WireControl};

/// A request under way. Dropped, it is over.
#[derive(Debug)]
pub(super) struct UnderWay(WireControl);

impl UnderWay {
    pub(super) fn new(wire: WireControl) -> Self {
        Self(wire)
    }

    /// Its response, which it goes out with.
    pub(super) fn respond(
        self,
        response: Response<Body>,
    ) -> Result<Response<ResponseBody>, h2::Error> {
        let response = StreamRejected::instead_of(response)?;
        Ok(response.map(|body| ResponseBody {
            body,
            _under_way: self,
        }))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The body of a response. The library lets go of it when it has all of it.
#[derive(Debug)]
pub(super) struct ResponseBody {
    body: Body,
    _under_way: UnderWay,
}

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
