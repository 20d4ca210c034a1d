//! A server under hostile load: how it affects a normal client and the server's memory.
//!
//! `cargo bench -p mock-server --bench soak` takes a minute; `cargo test -p mock-server --bench soak -- 15`, which `./check`
//! runs, takes 15 seconds and uses the unoptimized server. The run fails if a bound is exceeded.
#![expect(clippy::print_stdout, reason = "a report is what a benchmark is for")]

mod floods;
mod hostile;
mod http;
mod load;
mod normal;
mod server;

use std::{
    io,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::runtime::Builder;

use crate::{
    load::Load,
    normal::{Calls, Normal},
    server::Server,
};

/// Duration of a run with `cargo bench`.
const SECONDS: u64 = 60;
/// How long the normal client sends requests before the load starts.
const QUIET: Duration = Duration::from_secs(3);
/// How long the server may take to release memory before it is measured.
const RECOVERY: Duration = Duration::from_secs(10);
/// The bound on the normal client's 99th percentile: the larger of this time in ms, and this multiple of the value without load.
const SLOW: f64 = 50.0;
const SLOWER: f64 = 5.0;
/// The budget of the server's memory, in MiB: the default of `--max-memory`.
const BUDGET: f64 = 1_024.0;
/// The multiple of its memory at the start that the server should return to.
const KEPT: f64 = 2.0;

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [word, address] = &*arguments
        && word == load::WORD
    {
        let address = address.parse().map_err(io::Error::other)?;
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(load::run(address));
    }
    let seconds = arguments.iter().find_map(|argument| match &**argument {
        "--bench" => Some(SECONDS),
        number => number.parse().ok(),
    });
    // `cargo test --all-targets` runs this program, too, but should not measure.
    let Some(seconds) = seconds else {
        return Ok(ExitCode::SUCCESS);
    };
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let figures = runtime.block_on(soak(Duration::from_secs(seconds)))?;
    Ok(figures.report())
}

/// The results of a run.
struct Figures {
    quiet: Calls,
    loaded: Calls,
    control: Calls,
    load: String,
    start: f64,
    peak: f64,
    end: f64,
}

async fn soak(time: Duration) -> io::Result<Figures> {
    let server = Server::start()?;
    let mut normal = Normal::new(server.address).await?;
    // Warm up the caches of the client and the server.
    normal.calls_for(Duration::from_secs(1)).await;
    let quiet = normal.calls_for(QUIET).await;
    let start = server.resident_mib()?;
    let over = Arc::new(AtomicBool::new(false));
    let peak = tokio::spawn(server.watch_memory(Arc::clone(&over)));
    let load = Load::start(server.address)?;
    let control = tokio::spawn(normal::control_calls(server.address, time));
    let loaded = normal.calls_for(time).await;
    let control = control.await.map_err(io::Error::other)?;
    let load = load.end();
    floods::delete_all(server.address).await?;
    over.store(true, Ordering::Relaxed);
    let peak = peak.await.map_err(io::Error::other)?;
    let end = server.settled_mib(start * KEPT, RECOVERY).await?;
    Ok(Figures {
        quiet,
        loaded,
        control,
        load,
        start,
        peak,
        end,
    })
}

impl Figures {
    /// Prints all figures, each with its bound; fails if one is exceeded.
    fn report(&self) -> ExitCode {
        let Self {
            quiet,
            loaded,
            control,
            load,
            ..
        } = self;
        let mut kept = true;
        let mut line = |name: &str, figure: String, bound: String, is_kept: bool| {
            kept &= is_kept;
            let verdict = if is_kept { "kept" } else { "NOT KEPT" };
            println!("{name:<28}{figure:<24}{bound:<28}{verdict}");
        };
        println!("load                        {load}");
        println!("calls in quiet              {quiet}");
        println!("calls under load            {loaded}");
        println!("control calls under load    {control}");
        for (name, calls) in [("calls", loaded), ("control calls", control)] {
            let failed = &calls.failed;
            let first = failed.first().map(String::as_str).unwrap_or_default();
            let figure = format!("{} failed {first}", failed.len());
            line(name, figure, "none".to_owned(), failed.is_empty());
        }
        let bound = SLOW.max(SLOWER * quiet.percentile(0.99));
        let slow = loaded.percentile(0.99);
        line(
            "99th percentile, ms",
            format!("{slow:.1}"),
            format!("at most {bound:.1}"),
            slow <= bound,
        );
        let bound = format!("at most {BUDGET:.0}");
        line(
            "peak memory, MiB",
            format!("{:.0}", self.peak),
            bound,
            self.peak <= BUDGET,
        );
        // Without a bound: the allocator does not release all of its memory.
        let Self { start, end, .. } = self;
        println!("memory afterwards, MiB      {end:.0} of {start:.0} at first");
        if kept {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

fn terminal(line: std::fmt::Arguments<'_>) {
    println!("{line}");
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads the real time, here and nowhere else"
)]
fn now() -> Instant {
    Instant::now()
}

#[expect(
    clippy::disallowed_methods,
    reason = "load has a rate, and memory needs real time to be given back"
)]
async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
