//! A server on a thread of its own, so that it makes progress while a test blocks.

use std::{sync::mpsc, thread};

use axum::{Router, body::Body};
use http::{Method, Request, header};
use http_body_util::BodyExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use schemas::{API_PREFIX, control::CONTROL_PREFIX};
use serde_json::Value;
use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
};

use crate::{
    app::App,
    config::{Config, ControlAccess, Settings},
    server::{Server, router},
};

/// A server that has started. It stops when it is dropped.
#[derive(Debug)]
pub(super) struct Running {
    app: App,
    origin: String,
    runtime: Handle,
    /// Dropping it stops the server.
    _stop: oneshot::Sender<()>,
}

impl Running {
    /// Starts a server, and passes it to `ready`, or why there is none.
    pub(super) fn start(
        mut settings: Settings,
        ready: impl FnOnce(Result<Self, String>) + Send + 'static,
    ) {
        settings.port.get_or_insert(0);
        thread::spawn(move || {
            let runtime = match Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return ready(Err(error.to_string())),
            };
            let handle = runtime.handle().clone();
            runtime.block_on(async {
                match bind(settings).await {
                    Err(error) => ready(Err(error)),
                    Ok((app, origin, server)) => {
                        let (stop, stopped) = oneshot::channel();
                        ready(Ok(Self {
                            app,
                            origin,
                            runtime: handle,
                            _stop: stop,
                        }));
                        server.run(async { drop(stopped.await) }).await;
                    }
                }
            });
        });
    }

    pub(super) fn api_url(&self) -> String {
        format!("{}{API_PREFIX}", self.origin)
    }

    pub(super) fn control_url(&self) -> String {
        format!("{}{CONTROL_PREFIX}", self.origin)
    }

    /// Sends a control request; returns the body of the response, or its message if it is an error.
    pub(super) fn control(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Value, String> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{CONTROL_PREFIX}{path}"))
            .header(header::HOST, "localhost");
        if let ControlAccess::Token(token) = &self.app.config.control {
            request = request.header(schemas::control::CONTROL_TOKEN, token.expose());
        }
        let request = request.body(Body::from(body.to_string()));
        let request = request.map_err(|error| error.to_string())?;
        let router = router(self.app.clone());
        let (send, response) = mpsc::channel();
        self.runtime
            .spawn(async move { drop(send.send(answer(router, request).await)) });
        let ended = "the sandbox has ended".to_owned();
        response.recv().unwrap_or(Err(ended))
    }
}

async fn bind(settings: Settings) -> Result<(App, String, Server), String> {
    let app = App::new(Config::from(settings)).map_err(|error| error.to_string())?;
    let server = Server::bind(app.clone()).await;
    let server = server.map_err(|error| error.to_string())?;
    let origin = server.origin().map_err(|error| error.to_string())?;
    Ok((app, origin, server))
}

async fn answer(router: Router, request: Request<Body>) -> Result<Value, String> {
    let Ok(response) = TowerToHyperService::new(router).call(request).await;
    let is_success = response.status().is_success();
    let body = response.into_body().collect().await;
    let body = body.map_err(|error| error.to_string())?.to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    if is_success {
        Ok(body)
    } else {
        Err(reason(&body))
    }
}

/// Why a request was rejected: its invalid fields, or the message.
fn reason(error: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let invalid = error["detail"]["validation_errors"].as_array();
    let invalid = invalid.into_iter().flatten();
    let invalid = invalid.map(|one| format!("{}: {}", text(&one["field"]), text(&one["error"])));
    let invalid: Vec<_> = invalid.collect();
    if invalid.is_empty() {
        text(&error["message"])
    } else {
        invalid.join("; ")
    }
}
