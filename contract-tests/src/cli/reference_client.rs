//! The hidden command that runs the reference client.

use std::{path::PathBuf, process};

use clap::Args;
use contract_tests::{
    finding::ExitCode,
    http::Trust,
    reference_client::{
        self, Access, Behaviour, SignIn,
        mutants::{self, Mutant},
    },
};

use super::failure::Failure;

#[derive(Args, Debug)]
pub(crate) struct ReferenceClientArgs {
    /// Bug to run with, such as retries-401
    #[arg(long, value_parser = mutant)]
    bug: Option<&'static Mutant>,
    /// Base URL of the API, including /api/v1
    #[arg(long, env = "OPENPROSPECT_API_URL")]
    base_url: String,
    /// API key
    #[arg(
        long,
        env = "OPENPROSPECT_API_KEY",
        hide_env_values = true,
        required_unless_present = "issuer"
    )]
    api_key: Option<String>,
    /// File with the API key, read before each request
    #[arg(long, env = "OPENPROSPECT_API_KEY_FILE")]
    key_file: Option<PathBuf>,
    /// Authorization server to sign in at, if there is no API key
    #[arg(long, env = "OPENPROSPECT_OAUTH_ISSUER", requires_all = ["client_id", "login_hint"])]
    issuer: Option<String>,
    /// Client to sign in as
    #[arg(long, env = "OPENPROSPECT_OAUTH_CLIENT_ID")]
    client_id: Option<String>,
    /// User and organization to sign in: USER@ORGANIZATION
    #[arg(long, env = "OPENPROSPECT_OAUTH_LOGIN_HINT")]
    login_hint: Option<String>,
    /// PEM file with certificates to trust in addition to the bundled ones
    #[arg(long, env = "SSL_CERT_FILE", value_name = "FILE")]
    ca_cert: Option<PathBuf>,
}

impl ReferenceClientArgs {
    /// The credentials for the API. clap has checked that the required arguments are present.
    fn access(&self) -> Access {
        let text = |argument: &Option<String>| argument.clone().unwrap_or_default();
        match &self.api_key {
            Some(key) => Access::Key {
                text: key.clone(),
                file: self.key_file.clone(),
            },
            None => Access::SignIn(SignIn {
                issuer: text(&self.issuer),
                client_id: text(&self.client_id),
                login_hint: text(&self.login_hint),
            }),
        }
    }
}

fn mutant(bug: &str) -> Result<&'static Mutant, String> {
    mutants::find(bug).ok_or_else(|| {
        let known: Vec<_> = mutants::MUTANTS.iter().map(|mutant| mutant.bug).collect();
        format!("unknown bug `{bug}`; use one of {}", known.join(", "))
    })
}

pub(super) fn run(args: &ReferenceClientArgs) -> Result<process::ExitCode, Failure> {
    let mut behaviour = Behaviour::default();
    if let Some(mutant) = args.bug {
        (mutant.apply)(&mut behaviour);
    }
    let trust = args.ca_cert.as_deref().map(Trust::with_ca_file);
    let trust = trust.transpose()?.unwrap_or_default();
    let client = reference_client::run(&args.base_url, args.access(), trust, behaviour);
    Ok(match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(client).into(),
        Err(_) => ExitCode::Internal.into(),
    })
}
