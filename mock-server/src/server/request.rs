//! A request in progress, from the end of its head until the library has its whole response; and who has to act
//! next.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::Body;
use bytes::Bytes;
use http::Response;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};

use super::activity::Activity;
use crate::pipeline::{StreamRejected, WireControl};

/// A request in progress. It ends when it is dropped.
#[derive(Debug)]
pub(super) struct UnderWay {
    activity: Arc<Activity>,
    wire: WireControl,
    is_ours: bool,
}

impl UnderWay {
    /// A request whose head is complete: the server has to act.
    pub(super) fn new(activity: Arc<Activity>, wire: WireControl) -> Self {
        Self {
            activity,
            wire,
            is_ours: true,
        }
    }

    /// Sends the response: the client has to read it.
    pub(super) fn respond(
        mut self,
        response: Response<Body>,
    ) -> Result<Response<ResponseBody>, h2::Error> {
        let response = StreamRejected::instead_of(response)?;
        self.turn(false);
        Ok(response.map(|body| ResponseBody {
            body,
            under_way: self,
        }))
    }

    fn turn(&mut self, is_ours: bool) {
        if self.is_ours != is_ours {
            self.is_ours = is_ours;
            self.activity.set_turn(is_ours);
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.wire.end();
        self.activity.end(self.is_ours);
    }
}

/// The body of a response. The library polls it while the client reads, and drops it at its end.
#[derive(Debug)]
pub(super) struct ResponseBody {
    body: Body,
    under_way: UnderWay,
}

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.under_way.turn(polled.is_pending());
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of a request. While more of it is awaited, the client has to act.
#[derive(Debug)]
pub(super) struct RequestBody {
    body: Incoming,
    activity: Arc<Activity>,
    is_awaited: bool,
}

impl RequestBody {
    pub(super) fn new(body: Incoming, activity: Arc<Activity>) -> Self {
        Self {
            body,
            activity,
            is_awaited: false,
        }
    }

    fn await_more(&mut self, is_awaited: bool) {
        if self.is_awaited != is_awaited {
            self.is_awaited = is_awaited;
            self.activity.receive(is_awaited);
        }
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.await_more(polled.is_pending());
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        self.await_more(false);
    }
}
