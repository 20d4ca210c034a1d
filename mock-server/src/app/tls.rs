//! TLS: the certificate that the server shows, and what its clients must trust.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject},
    },
};

use crate::config::{CertificateSource, Host};

/// The versions of HTTP that a client can choose by ALPN, the preferred one first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];
/// Days for which a made certificate is valid. Some clients accept no more than 398.
const VALID_DAYS: i64 = 397;

/// TLS of a server.
#[derive(Clone)]
pub(crate) struct Tls {
    /// Accepts connections.
    pub(crate) acceptor: TlsAcceptor,
    /// The certificates that clients must trust, in PEM.
    pub(crate) trusted: Arc<str>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tls")
    }
}

/// Why a server cannot speak TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        error: io::Error,
    },
    /// A file does not contain what it should. Its text is not shown: it can be a part of a key.
    #[error("{}: contains no valid {what} in PEM", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// What it should contain.
        what: &'static str,
    },
    /// The certificate and the key cannot be used together.
    #[error("the certificate and the key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
    /// The certificate cannot be made.
    #[error("cannot make a certificate for {}: {error}", names.join(", "))]
    Unmade {
        /// The names that it would be for.
        names: Vec<String>,
        /// What is wrong with them.
        #[source]
        error: rcgen::Error,
    },
}

/// A certificate, the others of its chain, and its key.
struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    /// What clients must trust, in PEM.
    trusted: String,
}

impl Tls {
    /// Reads the certificate, or makes one that is valid at `now`.
    pub(super) fn new(
        source: &CertificateSource,
        host: Host,
        now: Timestamp,
    ) -> Result<Self, TlsError> {
        let identity = match source {
            CertificateSource::Files { certificate, key } => Identity::read(certificate, key)?,
            CertificateSource::Made { names } => Identity::make(host, names, now)?,
        };
        let mut server = ServerConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(identity.chain, identity.key)?;
        server.alpn_protocols = PROTOCOLS.map(Vec::from).into();
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(server)),
            trusted: identity.trusted.into(),
        })
    }
}

impl Identity {
    fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let missing = |path: &Path, what| {
            let path = path.to_owned();
            TlsError::Missing { path, what }
        };
        let text = read(certificate)?;
        let chain = CertificateDer::pem_slice_iter(text.as_bytes()).collect::<Result<Vec<_>, _>>();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        Ok(Self {
            chain: chain.ok_or_else(|| missing(certificate, "certificate"))?,
            key: PrivateKeyDer::from_pem_slice(read(key)?.as_bytes())
                .map_err(|_| missing(key, "private key"))?,
            trusted: only_certificates(&text),
        })
    }

    /// Makes a certificate, and a CA for it whose key is not kept: nothing else can ever be signed with it.
    fn make(host: Host, names: &[String], now: Timestamp) -> Result<Self, TlsError> {
        let names = all_names(host, names);
        signed(&names, now).map_err(|error| TlsError::Unmade { names, error })
    }
}

fn read(path: &Path) -> Result<String, TlsError> {
    fs::read_to_string(path).map_err(|error| {
        let path = path.to_owned();
        TlsError::Unreadable { path, error }
    })
}

/// The certificates of a PEM file, without what else it contains, such as the key.
fn only_certificates(text: &str) -> String {
    let mut is_inside = false;
    let lines = text.lines().filter(|line| {
        is_inside |= line.starts_with("-----BEGIN CERTIFICATE-----");
        let is_kept = is_inside;
        is_inside &= !line.starts_with("-----END ");
        is_kept
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The names by which clients may reach the server, without repetitions.
fn all_names(host: Host, more: &[String]) -> Vec<String> {
    let mut names = ["localhost", "127.0.0.1", "::1"]
        .map(str::to_owned)
        .to_vec();
    let addresses = host.addresses().into_iter();
    let addresses = addresses.filter(|address| !address.is_unspecified());
    let addresses = addresses.map(|address| address.to_string());
    for name in addresses.chain(more.iter().cloned()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A certificate for these names, signed by a CA of its own.
fn signed(names: &[String], now: Timestamp) -> Result<Identity, rcgen::Error> {
    let mut ca = params("OpenProspect sandbox CA", &[], now)?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate()?)?;
    let mut own = params("OpenProspect sandbox", names, now)?;
    own.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // Strict clients, such as Python since 3.13, require it.
    own.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    Ok(Identity {
        chain: vec![own.signed_by(&key, &ca)?.der().clone()],
        key: PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
        trusted: ca.pem(),
    })
}

/// A certificate that is valid since yesterday, so that a clock that is a little behind accepts it.
fn params(
    common_name: &str,
    names: &[String],
    now: Timestamp,
) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    let today = TimeZone::UTC.to_datetime(now).date();
    let midnight = |days: i64| {
        let day = today.saturating_add(days.days());
        date_time_ymd(
            day.year().into(),
            day.month().unsigned_abs(),
            day.day().unsigned_abs(),
        )
    };
    (params.not_before, params.not_after) = (midnight(-1), midnight(VALID_DAYS - 1));
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";

    fn now() -> Timestamp {
        "2026-01-15T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn made_certificate_is_for_each_name_once() {
        let more = ["api.example".to_owned(), "localhost".to_owned()];
        let names = all_names("10.0.0.1".parse().unwrap(), &more);
        let expected = ["localhost", "127.0.0.1", "::1", "10.0.0.1", "api.example"];
        assert_eq!(names, expected);
        assert_eq!(all_names("0.0.0.0".parse().unwrap(), &[]), expected[..3]);
    }

    #[test]
    fn name_that_no_certificate_can_have_is_an_error() {
        let made = CertificateSource::Made {
            names: vec!["mü.example".to_owned()],
        };
        let error = Tls::new(&made, Host::default(), now()).unwrap_err();
        assert!(error.to_string().contains("mü.example"), "{error}");
    }

    #[test]
    fn what_clients_trust_contains_no_key() {
        let certificate = signed(&["a.example".to_owned()], now()).unwrap().trusted;
        let text = format!("comment\n{KEY}{certificate}{KEY}{certificate}");
        assert_eq!(only_certificates(&text), certificate.repeat(2));
    }
}
