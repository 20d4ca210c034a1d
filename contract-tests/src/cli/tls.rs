//! Whom to trust, for all that call a server.

use std::path::PathBuf;

use clap::Args;
use contract_tests::http::{Trust, TrustError};

/// Certificates besides those that come along.
#[derive(Args, Debug)]
pub(crate) struct TlsArgs {
    /// PEM file with the certificate of a CA that is trusted, too, such as a company's or that of a test server
    #[arg(long, env = "CONTRACT_TESTS_CA_CERT", value_name = "FILE")]
    ca_cert: Option<PathBuf>,
}

impl TlsArgs {
    /// Who may have signed the certificate of a server.
    pub(crate) fn trust(&self) -> Result<Trust, TrustError> {
        match &self.ca_cert {
            Some(file) => Trust::with(file),
            None => Ok(Trust::default()),
        }
    }
}
