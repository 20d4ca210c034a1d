//! The selftest of the judge: a test for each bug of a server or client, named as in `contract-tests selftest --mutant`.
//!
//! A bug must be caught by the check or rule that is meant for it, and its row must be in the documentation. Each test checks
//! its own row, so that it can run alone in its own process. Another test checks that a page consists of exactly these rows.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod page;

use std::{num::NonZero, process::ExitCode, sync::LazyLock, thread};

use contract_tests::{
    clients::{RULES, by_default},
    reference_client::mutants::MUTANTS,
    selftest::{FalseAlarm, Judged, Page, clients, examples, servers},
};
use libtest_mimic::{Arguments, Failed, Trial};
use tokio::{runtime::Runtime, sync::Semaphore};

/// The allocator of the programs: runs of the judge allocate a lot, and take a tenth less time with it.
#[global_allocator]
static ALLOCATOR: mock_server::cli::Allocator = mock_server::cli::Allocator;

/// Number of concurrent tests: most of the time, a client waits.
const THREADS: usize = 10;

/// Limits concurrent servers, each of which keeps a core busy. One core is left to the clients, whose waits are measured.
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
        Trial::test("each_check_has_an_example", || {
            Ok(page::each_check_has_an_example()?)
        }),
    ];
    for page in [Page::Servers, Page::Clients] {
        let test = move || Ok(page::is_made_of_rows(page)?);
        others.push(Trial::test(format!("page::{}", page.file()), test));
    }
    let servers = servers::mutants().map(|mutant| {
        Trial::test(format!("server::{}", mutant.name()), move || {
            on_a_core(async || {
                let judged = servers::judge(mutant).await?;
                holds(Page::Servers, &judged)?;
                match (mutant.caught_by, examples::make(mutant).await?) {
                    (Some(check), Some(example)) => Ok(page::has_example(check, &example)?),
                    _ => Ok(()),
                }
            })
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

/// Spreads both kinds over the whole run, so that cores are busy while clients wait.
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

/// The bug is caught by the check or rule that is meant for it, and by no others than its row names.
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

/// Every rule has a mutant that violates it, and every default scenario reveals at least one mutant.
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
