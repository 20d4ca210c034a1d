//! `contract-tests proxy`.

use std::{
    future::pending,
    io::{self, Write},
    net::SocketAddr,
    num::NonZero,
    thread::available_parallelism,
    time::Duration,
};

use super::{Failure, live_findings, recording::TrafficArgs, target::base_url, tls::TlsArgs};
use clap::Args;
use contract_tests::{
    finding::{ExitCode, Interrupted, Verdict},
    report::{CommandLine, Detail, model::Mode},
    traffic::{Finding, MAX_THREADS, Proxy, ProxyError, ProxyOptions, TrafficSource},
};
use tokio::runtime::{Builder, Runtime};
use url::Url;

#[derive(Args, Debug)]
pub(crate) struct ProxyArgs {
    /// Base URL of the server's API, including /api/v1
    #[arg(long, visible_alias = "upstream", value_name = "URL", value_parser = base_url)]
    to: Url,
    /// Address to listen on; paths are the same as on the server
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8001")]
    listen: SocketAddr,
    /// Seconds to run; by default, until Ctrl-C
    #[arg(long = "for", value_name = "SECONDS")]
    seconds: Option<u32>,
    /// Also report violations to the client, in the response header X-Contract-Violation
    #[arg(long)]
    tell_caller: bool,
    /// Also forward requests to the control API of a sandbox
    #[arg(long)]
    allow_control: bool,
    #[command(flatten)]
    tls: TlsArgs,
    #[command(flatten)]
    traffic: TrafficArgs,
}

/// A runtime with as many threads as a proxy may have.
fn runtime() -> io::Result<Runtime> {
    let threads = available_parallelism().map_or(1, NonZero::get);
    Builder::new_multi_thread()
        .worker_threads(threads.min(MAX_THREADS))
        .enable_all()
        .build()
}

impl ProxyArgs {
    pub(crate) fn run(
        self,
        command_line: &CommandLine,
        interrupted: impl FnOnce() -> Interrupted,
    ) -> Result<ExitCode, Failure> {
        let mut options = self.traffic.options(None)?;
        options.trust = self.tls.trust()?;
        let outputs = self.traffic.output.open()?;
        let source = TrafficSource {
            mode: Mode::Proxy,
            target: self.to.to_string(),
            replay: command_line.to_string(),
        };
        let runtime = runtime().map_err(|error| ProxyError::Listen(self.listen, error))?;
        let (result, printed) = runtime.block_on(async {
            let quiet = self.traffic.output.detail() == Detail::Quiet;
            let (print, printed) = live_findings::start();
            let on_finding = Box::new(move |finding: &Finding| {
                if !quiet || finding.verdict == Verdict::Fail {
                    print(finding);
                }
            });
            let proxy_options = ProxyOptions {
                tell_caller: self.tell_caller,
                allow_control: self.allow_control,
                ..ProxyOptions::default()
            };
            let proxy = Proxy::open(
                self.listen,
                self.to.clone(),
                options,
                proxy_options,
                on_finding,
            )
            .await?;
            if let Ok(base) = proxy.base_url() {
                print_status(&format!("the API is at {base}\n"));
            }
            let interrupted = interrupted();
            let until = async {
                tokio::select! {
                    () = interrupted => {}
                    () = elapsed(self.seconds) => {}
                }
            };
            Ok::<_, ProxyError>((proxy.run(until).await, printed))
        })?;
        // Not even for a name that is still being resolved.
        runtime.shutdown_background();
        let mut is_read = true;
        let print = |text: String| {
            if self.traffic.output.console_is_stderr() {
                is_read = printed.end_with(text);
            } else {
                is_read = printed.end_with(String::new());
                self.traffic.print(&text);
            }
        };
        match self.traffic.report(outputs, &source, &result, print) {
            // Nobody would read the error either.
            Err(failure) if !is_read => Ok(failure.exit_code()),
            ended => ended,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "people say how long they listen, in real time"
)]
async fn elapsed(seconds: Option<u32>) {
    match seconds {
        Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds.into())).await,
        None => pending().await,
    }
}

/// Status messages; the result goes to standard output.
fn print_status(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
