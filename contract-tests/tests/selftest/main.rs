//! The proof of the judge: a test for each bug of a server or client, by the name that `contract-tests selftest --mutant` takes.
//!
//! A bug must be caught by the check or rule it is meant for, and its row must stand in the documentation. Each test holds its
//! own row, so that one can run alone, in a process of its own; that a page is made of just these rows is a test, too.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod page;

use std::{num::NonZero, process::ExitCode, sync::LazyLock, thread};

use contract_tests::{
    clients::{RULES, by_default},
    reference_client::mutants::MUTANTS,
    selftest::{FalseAlarm, Judged, Page, clients, servers},
};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::{runtime::Runtime, sync::Semaphore};

/// Tests at a time: most of the time, a client waits.
const THREADS: usize = 10;

/// Servers at a time, which keep a core busy each. One core is left to the clients, whose waits are measured.
static CORES: LazyLock<Semaphore> = LazyLock::new(|| {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    Semaphore::new((cores - 1).max(1))
});

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(THREADS);
    let mut others = vec![
        Trial::test("server::faithful", || {
            on_a_core(async || no_alarms(&servers::false_alarms().await?))
        }),
        Trial::test("client::faithful", || {
            run(async || no_alarms(&clients::false_alarms(&program()).await?))
        }),
        Trial::test("every_rule_and_scenario_shows_a_bug", every_one_shows),
    ];
    for page in [Page::Servers, Page::Clients] {
        let test = move || Ok(page::is_made_of_rows(page)?);
        others.push(Trial::test(format!("page::{}", page.file()), test));
    }
    let servers = servers::mutants().map(|mutant| {
        Trial::test(format!("server::{}", mutant.name()), move || {
            on_a_core(async || holds(Page::Servers, &servers::judge(mutant).await?))
        })
    });
    let clients = MUTANTS.iter().map(|mutant| {
        Trial::test(format!("client::{}", mutant.bug), move || {
            run(async || holds(Page::Clients, &clients::judge(&program(), mutant).await?))
        })
    });
    let mutants = side_by_side(servers.collect(), clients.collect());
    libtest_mimic::run(&arguments, others.into_iter().chain(mutants).collect()).exit_code()
}

/// Both kinds through the whole of the run, so that cores are busy while clients wait.
fn side_by_side(first: Vec<Trial>, second: Vec<Trial>) -> impl Iterator<Item = Trial> {
    let spread = |trials: Vec<Trial>| {
        let count = trials.len();
        let place = move |(index, trial)| (index * 1_000 / count, trial);
        trials.into_iter().enumerate().map(place)
    };
    let mut all: Vec<_> = spread(first).chain(spread(second)).collect();
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, trial)| trial)
}

fn run(test: impl AsyncFnOnce() -> Result<(), Failed>) -> Result<(), Failed> {
    Runtime::new()?.block_on(test())
}

fn on_a_core(test: impl AsyncFnOnce() -> Result<(), Failed>) -> Result<(), Failed> {
    run(async || {
        let _permit = CORES.acquire().await?;
        test().await
    })
}

/// The reference client.
fn program() -> [std::ffi::OsString; 2] {
    [env!("CARGO_BIN_EXE_contract-tests"), "reference-client"].map(Into::into)
}

/// The bug is caught by what is meant for it, and by nothing that its row does not name.
fn holds(page: Page, judged: &Judged) -> Result<(), Failed> {
    if !judged.is_as_expected() {
        return Err(format!("{judged:#?}").into());
    }
    Ok(page::holds(page, &page.row(judged))?)
}

fn no_alarms(alarms: &[FalseAlarm]) -> Result<(), Failed> {
    if alarms.is_empty() {
        Ok(())
    } else {
        Err(format!("{alarms:#?}").into())
    }
}

/// Every rule is meant for a bug that violates it, and every scenario that runs by default shows one.
fn every_one_shows() -> Result<(), Failed> {
    let violated = |id: &str| {
        let mut meant = MUTANTS.iter();
        meant.any(|mutant| mutant.caught_by == id && !mutant.expects_inconclusive)
    };
    let unproven = RULES.iter().map(|rule| rule.id);
    let unproven: Vec<_> = unproven.filter(|id| !violated(id)).collect();
    let page = page::read(Page::Clients);
    let shown = |name: &str| page.contains(&format!("\n| {name} | `"));
    let unexercised = by_default().map(|scenario| scenario.name);
    let unexercised: Vec<_> = unexercised.filter(|name| !shown(name)).collect();
    if unproven.is_empty() && unexercised.is_empty() {
        Ok(())
    } else {
        Err(format!("no bug violates {unproven:?}; no bug shows in {unexercised:?}").into())
    }
}
