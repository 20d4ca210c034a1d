//! The hidden command that runs the reference client.

use std::{path::Path, process};

use contract_tests::{
    finding::ExitCode,
    reference_client::{
        self, Behaviour,
        mutants::{self, Mutant},
    },
};

/// A bug of the reference client.
pub(super) fn mutant(bug: &str) -> Result<&'static Mutant, String> {
    mutants::find(bug).ok_or_else(|| {
        let known: Vec<_> = mutants::MUTANTS.iter().map(|known| known.bug).collect();
        format!("there is no bug `{bug}`; known are {}", known.join(", "))
    })
}

pub(super) fn run(
    base_url: &str,
    api_key: &str,
    key_file: Option<&Path>,
    bug: Option<&Mutant>,
) -> process::ExitCode {
    let mut behaviour = Behaviour::default();
    if let Some(mutant) = bug {
        (mutant.apply)(&mut behaviour);
    }
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime
            .block_on(reference_client::run(
                base_url, api_key, key_file, behaviour,
            ))
            .into(),
        Err(_) => ExitCode::Internal.into(),
    }
}
