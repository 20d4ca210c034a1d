//! Trusted certificates: the bundled roots, and a CA of your own, such as a company's or a test server's.

mod verifier;

use std::{
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    CertificateError, ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};
use url::Url;

use self::verifier::{Verifier, is_own_ca};
use super::{ClientError, RESPONSE_TIMEOUT};

/// Maximum size of a CA file in bytes.
const MAX_BYTES: u64 = 1024 * 1024;
const UNKNOWN_ISSUER_ADVICE: &str = "its certificate is signed by an untrusted CA; --ca-cert FILE, or \
                       CONTRACT_TESTS_CA_CERT, with that CA's certificate as PEM trusts it";
const SELF_SIGNED_ADVICE: &str = "its certificate is self-signed; --ca-cert FILE, or CONTRACT_TESTS_CA_CERT, with \
                       this certificate as PEM trusts it";

const NO_TLS_ADVICE: &str = "it does not speak TLS; try a base URL with http://";

/// The CAs that may sign the certificate of a server, and certificates that servers may have themselves.
#[derive(Clone, Debug)]
pub struct Trust {
    roots: Arc<RootCertStore>,
    /// The certificates of the CA file.
    given: Arc<[CertificateDer<'static>]>,
}

impl Default for Trust {
    /// The bundled roots, which browsers trust.
    fn default() -> Self {
        let roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.into(),
        };
        Self {
            roots: roots.into(),
            given: Arc::default(),
        }
    }
}

/// Why a CA file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("--ca-cert {}: {kind}", file.display())]
pub struct TrustError {
    file: PathBuf,
    kind: TrustErrorKind,
}

#[derive(Debug, thiserror::Error)]
enum TrustErrorKind {
    #[error("cannot be read: {0}")]
    Read(#[from] io::Error),
    #[error("longer than {MAX_BYTES} bytes; pass the certificate of one CA")]
    TooLong,
    #[error(
        "contains no certificate; pass a PEM file that begins with -----BEGIN CERTIFICATE-----"
    )]
    None,
    #[error("certificate {0} is invalid: {1}")]
    Wrong(usize, String),
}

impl Trust {
    /// Also trusts the certificates in a PEM file.
    pub fn with_ca_file(file: &Path) -> Result<Self, TrustError> {
        Self::read(file).map_err(|kind| TrustError {
            file: file.to_owned(),
            kind,
        })
    }

    fn read(file: &Path) -> Result<Self, TrustErrorKind> {
        if fs::metadata(file)?.len() > MAX_BYTES {
            return Err(TrustErrorKind::TooLong);
        }
        let pem = fs::read(file)?;
        let mut roots = Arc::unwrap_or_clone(Self::default().roots);
        let mut given = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let number = given.len() + 1;
            let trust_error = |error: &dyn Error| TrustErrorKind::Wrong(number, error.to_string());
            let certificate = certificate.map_err(|error| trust_error(&error))?;
            given.push(certificate.clone());
            roots
                .add(certificate)
                .map_err(|error| trust_error(&error))?;
        }
        if given.is_empty() {
            return Err(TrustErrorKind::None);
        }
        Ok(Self {
            roots: roots.into(),
            given: given.into(),
        })
    }

    pub(super) fn config(&self) -> Result<ClientConfig, ClientError> {
        let failed = |failure: &dyn Error| ClientError(failure.to_string());
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Verifier::new(self, &ring).map_err(|failure| failed(&failure))?;
        let config = ClientConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()
            .map_err(|failure| failed(&failure))?;
        let config = config.dangerous();
        let config = config.with_custom_certificate_verifier(Arc::new(verifier));
        Ok(config.with_no_client_auth())
    }

    /// Opens a TLS connection to a server; `protocol`: the ALPN protocol to offer, if any.
    pub(crate) async fn connect(
        &self,
        url: &Url,
        protocol: Option<&[u8]>,
    ) -> io::Result<TlsStream<TcpStream>> {
        let host = url.host_str().unwrap_or_default();
        let name = host.trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(name).map_err(io::Error::other)?;
        let connection = connect(url).await?;
        let mut config = self.config().map_err(io::Error::other)?;
        config.alpn_protocols = protocol.into_iter().map(<[u8]>::to_vec).collect();
        let tls = TlsConnector::from(Arc::new(config));
        tls.connect(name, connection).await
    }

    /// Returns why a TLS handshake with a server fails; `None` if the server cannot be reached, since it may still start.
    pub(crate) async fn tls_error(&self, url: &Url) -> Option<String> {
        if url.scheme() != "https" {
            return None;
        }
        let Ok(Err(error)) = timeout(RESPONSE_TIMEOUT, self.connect(url, None)).await else {
            return None;
        };
        tls_cause(&error).map(|of_tls| {
            let hint = advice_for(of_tls).map(|hint| format!(": {hint}"));
            format!("{of_tls}{}", hint.unwrap_or_default())
        })
    }
}

/// Opens a connection to the host of a URL. Its name is resolved without blocking other connections.
pub(crate) async fn connect(url: &Url) -> io::Result<TcpStream> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = url.port_or_known_default().unwrap_or_default();
    TcpStream::connect((host, port)).await
}

/// The TLS error among the causes of an error. An I/O error does not report its inner error as its source.
fn tls_cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let inner = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    match (error.downcast_ref(), inner) {
        (Some(of_tls), _) => Some(of_tls),
        (None, Some(inner)) => tls_cause(inner),
        (None, None) => error.source().and_then(tls_cause),
    }
}

/// What the user can do about a TLS error.
fn advice_for(error: &rustls::Error) -> Option<&'static str> {
    let unknown = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
    if *error == unknown {
        return Some(UNKNOWN_ISSUER_ADVICE);
    }
    if is_own_ca(error) {
        return Some(SELF_SIGNED_ADVICE);
    }
    let is_garbage = matches!(error, rustls::Error::InvalidMessage(_));
    is_garbage.then_some(NO_TLS_ADVICE)
}

/// What the user can do about an error, if it is a TLS error.
pub(super) fn advice(error: &(dyn Error + 'static)) -> Option<&'static str> {
    tls_cause(error).and_then(advice_for)
}
