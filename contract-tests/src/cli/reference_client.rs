//! The hidden command that runs the reference client.

use std::{path::PathBuf, process};

use clap::Args;
use contract_tests::{
    finding::ExitCode,
    reference_client::{
        self, Behaviour,
        mutants::{self, Mutant},
    },
};

#[derive(Args, Debug)]
pub(crate) struct ReferenceClientArgs {
    /// Bug to run with, such as retries-401
    #[arg(long, value_parser = mutant)]
    bug: Option<&'static Mutant>,
    /// Base URL of the API, including /api/v1
    #[arg(long, env = "OPENPROSPECT_API_URL")]
    base_url: String,
    /// API key
    #[arg(long, env = "OPENPROSPECT_API_KEY", hide_env_values = true)]
    api_key: String,
    /// File with the API key, read before each request
    #[arg(long, env = "OPENPROSPECT_API_KEY_FILE")]
    key_file: Option<PathBuf>,
}

fn mutant(bug: &str) -> Result<&'static Mutant, String> {
    mutants::find(bug).ok_or_else(|| {
        let known: Vec<_> = mutants::MUTANTS.iter().map(|known| known.bug).collect();
        format!("unknown bug `{bug}`; use one of {}", known.join(", "))
    })
}

pub(super) fn run(args: &ReferenceClientArgs) -> process::ExitCode {
    let mut behaviour = Behaviour::default();
    if let Some(mutant) = args.bug {
        (mutant.apply)(&mut behaviour);
    }
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime
            .block_on(reference_client::run(
                &args.base_url,
                &args.api_key,
                args.key_file.as_deref(),
                behaviour,
            ))
            .into(),
        Err(_) => ExitCode::Internal.into(),
    }
}
