//! A server under hostile load: how it affects a normal client and the server's memory.
//!
//! `cargo bench -p mock-server --bench soak` takes a minute; `cargo test -p mock-server --bench soak -- 15`, which `./check`
//! runs, takes 15 seconds and uses the unoptimized server. The run fails if a bound is exceeded.
#![expect(clippy::print_stdout, reason = "a report is what a benchmark is for")]

mod floods;
mod footprint;
mod hostile;
mod http;
mod load;
mod normal;
mod server;

use std::{
    fmt, io, iter,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::runtime::Builder;

use crate::{
    footprint::Footprint,
    load::{HOSTILE, Load, LoadFigures},
    normal::{Calls, Normal},
    server::Server,
};

/// Duration of a run with `cargo bench`.
const SECONDS: u64 = 60;
/// How long the normal client sends requests before the load starts.
const QUIET: Duration = Duration::from_secs(3);
/// How long the server may take to release memory before it is measured.
const RECOVERY: Duration = Duration::from_secs(15);
/// The part of a run in which the load consists only of connections that faults hold.
const FAULTS: u32 = 4;
/// The bound on the normal client's 99th percentile: the larger of this time in ms, and this multiple of the value without load.
const SLOW: f64 = 50.0;
const SLOWER: f64 = 5.0;
/// The budget of the server's memory, in MiB: the default of `--max-memory`.
const BUDGET: f64 = 1_024.0;
/// The memory of an organization that has had one request, in KiB, and of a key, in bytes.
const ORGANIZATION: f64 = 20.0;
const KEY: f64 = 340.0;
/// The multiple of its memory at the start that the server returns to.
const KEPT: f64 = 2.0;
/// The share of a flood's requests that must do what they are for. Others get no place, or end with a connection that
/// made room.
const MEANT: f64 = 0.9;

fn main() -> io::Result<ExitCode> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [word, address] = &*arguments
        && [load::ALL, load::FAULTS].contains(&&**word)
    {
        let address = address.parse().map_err(io::Error::other)?;
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(load::run(word, address));
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
    footprint: Footprint,
    quiet: Calls,
    loaded: Calls,
    control: Calls,
    /// Beside connections that faults hold.
    beside_faults: Calls,
    load: LoadFigures,
    start: f64,
    peak: f64,
    end: f64,
}

async fn soak(time: Duration) -> io::Result<Figures> {
    let footprint = footprint::measure().await?;
    let server = Server::start()?;
    let mut normal = Normal::new(server.address).await?;
    // Warm up the caches of the client and the server.
    normal.calls_for(Duration::from_secs(1)).await;
    let quiet = normal.calls_for(QUIET).await;
    let start = server.resident_mib()?;
    let over = Arc::new(AtomicBool::new(false));
    let peak = tokio::spawn(server.watch_memory(Arc::clone(&over)));
    // Without load, so that it is full before snapshots of it are requested.
    floods::fill(server.address).await?;
    // No other connection is idle, so the normal client's would be the first to make room.
    let load = Load::start(load::FAULTS, server.address)?;
    let beside_faults = normal.calls_for(time / FAULTS).await;
    drop(load);
    let load = Load::start(load::ALL, server.address)?;
    let control = tokio::spawn(normal::control_calls(server.address, time));
    let loaded = normal.calls_for(time).await;
    let control = control.await.map_err(io::Error::other)?;
    let load = load.end();
    floods::delete_all(server.address).await?;
    over.store(true, Ordering::Relaxed);
    let peak = peak.await.map_err(io::Error::other)?;
    let end = server.settled_mib(start * KEPT, RECOVERY).await?;
    Ok(Figures {
        footprint,
        quiet,
        loaded,
        control,
        beside_faults,
        load,
        start,
        peak,
        end,
    })
}

impl Figures {
    /// Prints all figures, each with its bound; fails if one is exceeded.
    fn report(&self) -> ExitCode {
        println!("calls in quiet              {}", self.quiet);
        println!("calls under load            {}", self.loaded);
        println!("calls beside faults         {}", self.beside_faults);
        println!("control calls under load    {}", self.control);
        let all = self.memory().into_iter().chain(self.load());
        let kept = all.chain(self.calls()).fold(true, |kept, bound| {
            println!("{bound}");
            kept && bound.is_kept
        });
        if kept {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn memory(&self) -> [Bound; 4] {
        let footprint = &self.footprint;
        [
            Bound::at_most("an organization, KiB", footprint.organization, ORGANIZATION),
            Bound::at_most("a key, bytes", footprint.key, KEY),
            Bound::at_most("peak memory, MiB", self.peak, BUDGET),
            Bound::at_most("memory afterwards, MiB", self.end, KEPT * self.start),
        ]
    }

    /// The load is what it should be.
    fn load(&self) -> impl Iterator<Item = Bound> {
        let opened = Bound {
            name: "hostile connections".to_owned(),
            figure: self.load.opened.to_string(),
            limit: format!("at least {HOSTILE}"),
            is_kept: self.load.opened >= HOSTILE as u64,
        };
        let floods = self.load.floods.iter().map(|flood| {
            #[expect(clippy::cast_precision_loss, reason = "a share")]
            let share = flood.meant as f64 / flood.responses as f64;
            let other = match flood.other {
                0 => String::new(),
                status => format!(", else {status}"),
            };
            Bound {
                name: flood.name.clone(),
                figure: format!("{} of {}{other}", flood.meant, flood.responses),
                limit: format!("at least {:.0} %", MEANT * 100.0),
                is_kept: share >= MEANT,
            }
        });
        iter::once(opened).chain(floods)
    }

    fn calls(&self) -> [Bound; 4] {
        let failed = |name: &str, calls: &Calls| {
            let first = calls.failed.first().map(String::as_str).unwrap_or_default();
            Bound {
                name: name.to_owned(),
                figure: format!("{} failed {first}", calls.failed.len()),
                limit: "none".to_owned(),
                is_kept: calls.failed.is_empty(),
            }
        };
        let bound = SLOW.max(SLOWER * self.quiet.percentile(0.99));
        let slow = self.loaded.percentile(0.99);
        [
            failed("calls", &self.loaded),
            failed("calls beside faults", &self.beside_faults),
            failed("control calls", &self.control),
            Bound::at_most("99th percentile, ms", slow, bound),
        ]
    }
}

/// A figure and its limit.
struct Bound {
    name: String,
    figure: String,
    limit: String,
    is_kept: bool,
}

impl Bound {
    fn at_most(name: &str, figure: f64, most: f64) -> Self {
        Self {
            name: name.to_owned(),
            figure: format!("{figure:.1}"),
            limit: format!("at most {most:.1}"),
            is_kept: figure <= most,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            figure,
            limit,
            is_kept,
        } = self;
        let verdict = if *is_kept { "kept" } else { "NOT KEPT" };
        write!(formatter, "{name:<28}{figure:<28}{limit:<20}{verdict}")
    }
}

fn terminal(line: fmt::Arguments<'_>) {
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
