//! Rounds in which each server has a turn, so that other work on the machine affects all of them.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{runtime::Runtime, task::JoinSet};

use crate::{
    client::Connection,
    contestants::{Contestants, cpu_time},
    now,
};

const CONNECTIONS: usize = 64;
/// Many short turns: other work on the machine lasts longer than a turn, and then affects a whole round.
const ROUNDS: usize = 60;
const TURN: Duration = Duration::from_millis(250);

/// The measurement of one server in its turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// Requests per second.
    pub(crate) rate: f64,
    /// Microseconds of CPU time per request, in the server.
    pub(crate) cpu: f64,
}

/// A turn of each server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round {
    pub(crate) bare: Turn,
    pub(crate) sandbox: Turn,
    /// The sandbox that captures headers only.
    pub(crate) headers: Turn,
    /// The sandbox that captures nothing.
    pub(crate) off: Turn,
    /// The sandbox with a scenario switched on that affects none of the requests.
    pub(crate) armed: Turn,
    /// The sandbox, with requests that have an access token.
    pub(crate) token: Turn,
}

impl Round {
    /// Requests per second of the sandbox, relative to the bare server.
    pub(crate) fn ratio(&self) -> f64 {
        self.sandbox.rate / self.bare.rate
    }

    /// CPU time of a request of which nothing is captured, relative to one of which headers and bodies are.
    pub(crate) fn captured_bodies(&self) -> f64 {
        self.off.cpu / self.sandbox.cpu
    }

    /// CPU time of a request of which nothing is captured, relative to one of which headers are.
    pub(crate) fn captured_headers(&self) -> f64 {
        self.off.cpu / self.headers.cpu
    }

    /// CPU time of a request with a token, relative to one with a key.
    pub(crate) fn token(&self) -> f64 {
        self.token.cpu / self.sandbox.cpu
    }

    /// CPU time of a request without the scenario, relative to one with it.
    pub(crate) fn idle_scenario(&self) -> f64 {
        self.sandbox.cpu / self.armed.cpu
    }
}

/// Runs all rounds after one that does not count.
pub(crate) fn run(client: &Runtime, contestants: &Contestants) -> io::Result<Vec<Round>> {
    let mut rounds = Vec::new();
    for index in 0..=ROUNDS {
        // The order changes, so that no server always runs on a warmer machine.
        let mut turns = [
            (contestants.bare, &contestants.request),
            (contestants.sandbox, &contestants.request),
            (contestants.headers, &contestants.request),
            (contestants.off, &contestants.request),
            (contestants.armed, &contestants.request),
            (contestants.sandbox, &contestants.with_token),
        ]
        .map(|asked| (asked, None));
        for step in 0..turns.len() {
            let place = (index + step) % turns.len();
            let ((address, request), taken) = &mut turns[place];
            *taken = Some(turn(client, *address, request)?);
        }
        let [bare, sandbox, headers, off, armed, token] =
            turns.map(|(_, taken)| taken.expect("each had its turn"));
        if index > 0 {
            rounds.push(Round {
                bare,
                sandbox,
                headers,
                off,
                armed,
                token,
            });
        }
    }
    Ok(rounds)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a count of requests is far below 2^53"
)]
fn turn(client: &Runtime, address: SocketAddr, request: &[u8]) -> io::Result<Turn> {
    client.block_on(async {
        let mut connections = Vec::new();
        for _ in 0..CONNECTIONS {
            connections.push(Connection::open(address).await?);
        }
        let (cpu, start) = (cpu_time()?, now());
        let mut tasks = JoinSet::new();
        for mut connection in connections {
            let request = request.to_vec();
            tasks.spawn(async move {
                let mut answered = 0;
                while start.elapsed() < TURN {
                    connection.call(&request).await?;
                    answered += 1;
                }
                io::Result::Ok(answered)
            });
        }
        let mut answered = 0_u64;
        while let Some(task) = tasks.join_next().await {
            answered += task??;
        }
        let (time, cpu) = (start.elapsed(), cpu_time()?.saturating_sub(cpu));
        let answered = answered as f64;
        Ok(Turn {
            rate: answered / time.as_secs_f64(),
            cpu: cpu.as_secs_f64() * 1e6 / answered,
        })
    })
}
