//! The certificates that the clients of a sandbox with TLS must trust.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use tempfile::NamedTempFile;

use super::Failure;

/// The variables by which programs find a file with the certificates that they trust: those that use OpenSSL, such as
/// Python; curl; the Python library requests; Node.
pub(super) const VARIABLES: [&str; 4] = [
    "SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "REQUESTS_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
];

/// Writes certificates into a file.
pub(super) fn write(path: &Path, certificates: &str) -> Result<(), Failure> {
    let written = fs::write(path, certificates);
    written.map_err(|error| {
        let path = path.to_owned();
        Failure::Certificates { path, error }
    })
}

/// A file with these certificates and those that programs on this machine trust otherwise, which the variables would
/// replace. It is deleted when it is dropped.
pub(super) fn bundle(certificates: &str) -> io::Result<NamedTempFile> {
    let mut bundle = NamedTempFile::with_prefix("openprospect-")?;
    if let Some(others) = openssl_probe::probe().cert_file {
        bundle.write_all(&fs::read(others)?)?;
        bundle.write_all(b"\n")?;
    }
    bundle.write_all(certificates.as_bytes())?;
    Ok(bundle)
}
