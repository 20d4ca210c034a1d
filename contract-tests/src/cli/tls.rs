//! Trusted certificates, for all commands that connect to a server.

use std::path::PathBuf;

use clap::Args;
use contract_tests::http::{Trust, TrustError};

/// Certificates in addition to the bundled ones.
#[derive(Args, Debug)]
pub(crate) struct TlsArgs {
    /// PEM file with the certificate of an additional CA to trust, such as that of a company or a test server
    #[arg(long, env = "CONTRACT_TESTS_CA_CERT", value_name = "FILE")]
    ca_cert: Option<PathBuf>,
}

impl TlsArgs {
    pub(crate) fn trust(&self) -> Result<Trust, TrustError> {
        match &self.ca_cert {
            Some(file) => Trust::with_ca_file(file),
            None => Ok(Trust::default()),
        }
    }
}
