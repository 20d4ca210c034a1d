//! A running sandbox, whose dashboard shows the report: `--report mock=URL`.

use std::{error::Error, io};

use http::{Method, StatusCode};
use reqwest::Client;
use schemas::control::{CONTROL_PREFIX, CONTROL_TOKEN};
use tokio::runtime::{self, Runtime};
use url::Url;

use crate::http::{ClientError, RESPONSE_TIMEOUT, Trust, client_builder, origin};

/// Why a sandbox does not take a report.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// There is no client.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// There is no runtime.
    #[error(transparent)]
    Runtime(#[from] io::Error),
    /// The sandbox does not respond.
    #[error("the sandbox does not respond: {0}")]
    NoResponse(String),
    /// The sandbox requires its control token.
    #[error(
        "the sandbox requires its control token; send it with --report-token or CONTRACT_TESTS_REPORT_TOKEN"
    )]
    Token,
    /// The sandbox responds with another status.
    #[error("the sandbox responds with {0}; is it a mock-server of this version?")]
    Status(StatusCode),
}

impl From<reqwest::Error> for SandboxError {
    fn from(error: reqwest::Error) -> Self {
        let mut cause: &dyn Error = &error;
        while let Some(deeper) = cause.source() {
            cause = deeper;
        }
        Self::NoResponse(cause.to_string())
    }
}

/// A sandbox that takes a report at the end of a run.
#[derive(Debug)]
pub(super) struct Sandbox {
    origin: Url,
    token: Option<String>,
    client: Client,
    runtime: Runtime,
}

impl Sandbox {
    /// Finds the sandbox before the run, whose result would otherwise be lost.
    pub(super) fn find(url: &Url, token: Option<String>) -> Result<Self, SandboxError> {
        let client = client_builder(&Trust::default())?.timeout(RESPONSE_TIMEOUT);
        let sandbox = Self {
            origin: origin(url),
            token,
            client: client.build()?,
            runtime: runtime::Builder::new_current_thread()
                .enable_all()
                .build()?,
        };
        sandbox.send(Method::GET, "/settings", None)?;
        Ok(sandbox)
    }

    /// Sends the report, as JSON.
    pub(super) fn keep(&self, report: String) -> Result<(), SandboxError> {
        self.send(Method::PUT, "/judge-report", Some(report))
    }

    fn send(&self, method: Method, path: &str, body: Option<String>) -> Result<(), SandboxError> {
        let mut url = self.origin.clone();
        let prefix = self.origin.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{prefix}{CONTROL_PREFIX}{path}"));
        let mut request = self.client.request(method, url);
        if let Some(token) = &self.token {
            request = request.header(CONTROL_TOKEN, token);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        // Its timer needs the runtime when it is made.
        let response = self.runtime.block_on(async { request.send().await })?;
        match response.status() {
            status if status.is_success() => Ok(()),
            StatusCode::UNAUTHORIZED => Err(SandboxError::Token),
            status => Err(SandboxError::Status(status)),
        }
    }
}
