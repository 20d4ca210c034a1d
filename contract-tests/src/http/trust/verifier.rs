//! Verifies the certificate of a server as rustls does, with one exception. `openssl req -x509` creates a certificate that is
//! its own CA, which RFC 5280 does not allow for a server. It is accepted if exactly this certificate was given as trusted.

use std::sync::Arc;

use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::{
        VerifierBuilderError, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};

use super::Trust;

/// Verifies the certificates of servers.
#[derive(Debug)]
pub(super) struct Verifier {
    standard: Arc<WebPkiServerVerifier>,
    given: Arc<[CertificateDer<'static>]>,
}

impl Verifier {
    pub(super) fn new(
        trust: &Trust,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, VerifierBuilderError> {
        let roots = Arc::clone(&trust.roots);
        let builder = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(provider));
        Ok(Self {
            standard: builder.build()?,
            given: Arc::clone(&trust.given),
        })
    }
}

/// Whether a server has the certificate of a CA. This error is reported only after the validity period was checked.
pub(super) fn is_own_ca(error: &Error) -> bool {
    let Error::InvalidCertificate(CertificateError::Other(OtherError(cause))) = error else {
        return false;
    };
    cause.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity)
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self
            .standard
            .verify_server_cert(own, intermediates, name, ocsp, now);
        match verified {
            Err(error) if is_own_ca(&error) && self.given.contains(own) => {
                verify_server_name(&ParsedCertificate::try_from(own)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.standard
            .verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.standard
            .verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.standard.supported_verify_schemes()
    }
}
