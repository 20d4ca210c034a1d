//! Where the certificate of the server comes from.

use std::path::PathBuf;

use super::Settings;

/// Where the certificate of the server comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CertificateSource {
    /// It is made when the server starts, for its addresses, `localhost`, and these names.
    Made {
        /// DNS names and IP addresses.
        names: Vec<String>,
    },
    /// PEM files, which may be one file.
    Files {
        /// The certificate, and those of the CAs between it and the one that clients trust.
        certificate: PathBuf,
        /// Its private key.
        key: PathBuf,
    },
}

impl CertificateSource {
    /// What these settings say; `None` without TLS. Any setting of TLS enables it, unless it is disabled expressly.
    pub(super) fn of(settings: &Settings) -> Option<Self> {
        let (certificate, key) = (&settings.tls_cert, &settings.tls_key);
        let file = certificate.as_ref().or(key.as_ref());
        let has_any =
            file.is_some() || !settings.tls_names.is_empty() || settings.tls_write_ca.is_some();
        if !settings.tls.unwrap_or(has_any) {
            return None;
        }
        Some(match file {
            None => Self::Made {
                names: settings.tls_names.clone(),
            },
            Some(file) => Self::Files {
                certificate: file.clone(),
                key: key.as_ref().unwrap_or(file).clone(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_setting_of_tls_enables_it() {
        let made = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            Some(CertificateSource::Made { names })
        };
        let files = |certificate: &str, key: &str| {
            let (certificate, key) = (certificate.into(), key.into());
            Some(CertificateSource::Files { certificate, key })
        };
        for (settings, expected) in [
            ("", None),
            ("tls = true", made(&[])),
            ("tls_names = ['a.example']", made(&["a.example"])),
            ("tls_write_ca = 'ca.pem'", made(&[])),
            ("tls_cert = 'a.pem'", files("a.pem", "a.pem")),
            (
                "tls_cert = 'a.pem'\ntls_key = 'b.pem'",
                files("a.pem", "b.pem"),
            ),
            ("tls_key = 'b.pem'", files("b.pem", "b.pem")),
            ("tls = false\ntls_cert = 'a.pem'", None),
        ] {
            let read: Settings = toml::from_str(settings).unwrap();
            assert_eq!(CertificateSource::of(&read), expected, "{settings}");
        }
    }
}
