//! The cost of the sandbox: requests per second compared with a server that does nothing, start time, and memory.
//!
//! `cargo bench -p mock-server` prints each number with its target. Other work on the machine changes them, so none of them
//! fails the run; ratios of alternating turns change least.
#![expect(clippy::print_stdout, reason = "a report is what a benchmark is for")]

mod client;
mod contestants;
mod process;
mod report;
mod rounds;

use std::{io, time::Instant};

use tokio::runtime::{Builder, Runtime};

use crate::{
    client::get,
    contestants::Contestants,
    process::Process,
    report::{Spread, line},
    rounds::{Round, Turn},
};

/// Number of timed starts of the binary.
const STARTS: usize = 10;
/// The path of all measured requests.
const PATH: &str = "/api/v1/orders?limit=10";

fn main() -> io::Result<()> {
    // Cargo passes `--bench`, except for `cargo test --all-targets`, which runs this program, too, but should not measure.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    // One thread, so that the client takes no CPU time from the servers' threads.
    let client = Builder::new_current_thread().enable_all().build()?;
    throughput(&client)?;
    start(&client)?;
    memory(&client)
}

fn throughput(client: &Runtime) -> io::Result<()> {
    let contestants = Contestants::start()?;
    let rounds = rounds::run(client, &contestants)?;
    for (name, server) in [
        ("bare", (|round| round.bare) as fn(&Round) -> Turn),
        ("sandbox", |round| round.sandbox),
        ("capture headers", |round| round.headers),
        ("capture off", |round| round.off),
        ("with idle scenario", |round| round.armed),
        ("with access token", |round| round.token),
    ] {
        let turns = || rounds.iter().map(server);
        println!(
            "{name:<24}{:.0} requests per second, {} µs of CPU each",
            Spread::of(turns().map(|turn| turn.rate)).median,
            Spread::of(turns().map(|turn| turn.cpu)),
        );
    }
    let ratio = Spread::of(rounds.iter().map(Round::ratio));
    line("sandbox / bare", ratio, "≥ 0.70", ratio.median >= 0.70);
    for (name, captured) in [
        (
            "off / headers",
            Round::captured_headers as fn(&Round) -> f64,
        ),
        ("off / bodies", Round::captured_bodies),
    ] {
        let ratio = Spread::of(rounds.iter().map(captured));
        line(name, ratio, "≥ 0.90", ratio.median >= 0.9);
    }
    let armed = Spread::of(rounds.iter().map(Round::idle_scenario));
    line(
        "without / with scenario",
        armed,
        "≥ 0.95",
        armed.median >= 0.95,
    );
    let token = Spread::of(rounds.iter().map(Round::token));
    line("token / key", token, "≤ 1.50", token.median <= 1.5);
    Ok(())
}

/// The time from the start to the first response to a request with a key.
fn start(client: &Runtime) -> io::Result<()> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let start = now();
        let mut process = Process::start(client)?;
        process.call(&get(PATH, "demo01"))?;
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let times = Spread::of(times.into_iter());
    line("start, ms", times, "≤ 15", times.median <= 15.0);
    Ok(())
}

/// The memory of a process that has had no request. `--bench soak` measures what organizations and keys add.
fn memory(client: &Runtime) -> io::Result<()> {
    let idle = Process::start(client)?.resident_kib()? / 1024.0;
    line(
        "idle process, MiB",
        format!("{idle:.1}"),
        "≤ 12",
        idle <= 12.0,
    );
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark reads the real time, here and nowhere else"
)]
fn now() -> Instant {
    Instant::now()
}
