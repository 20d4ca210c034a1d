//! Where the server listens.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// Where the server listens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Host {
    /// One address.
    Address(IpAddr),
    /// The loopback addresses that the machine has: `127.0.0.1`, `::1` or both (RFC 6761 §6.3).
    Localhost,
}

impl Host {
    /// The addresses to listen on, the one that is shown first.
    pub fn addresses(&self) -> Vec<IpAddr> {
        match self {
            Self::Address(address) => vec![*address],
            Self::Localhost => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
        }
    }

    /// Whether only programs on this machine can connect.
    pub(crate) fn is_loopback(&self) -> bool {
        match self {
            Self::Address(address) => address.is_loopback(),
            Self::Localhost => true,
        }
    }

    /// The host in a URL by which clients on this machine reach a server that listens there.
    pub fn in_url(&self) -> String {
        match self {
            Self::Address(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
            Self::Address(IpAddr::V4(address)) => address.to_string(),
            Self::Address(IpAddr::V6(address)) => format!("[{address}]"),
            Self::Localhost => "localhost".to_owned(),
        }
    }
}

impl Default for Host {
    fn default() -> Self {
        Self::Address(Ipv4Addr::LOCALHOST.into())
    }
}

impl FromStr for Host {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.eq_ignore_ascii_case("localhost") {
            return Ok(Self::Localhost);
        }
        let address = text.trim_start_matches('[').trim_end_matches(']').parse();
        address.map(Self::Address).map_err(|_| {
            format!("`{text}` is neither localhost nor an IP address such as 127.0.0.1")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_is_an_address_or_localhost() {
        for (text, in_url) in [
            ("127.0.0.1", "127.0.0.1"),
            ("0.0.0.0", "127.0.0.1"),
            ("::1", "[::1]"),
            ("[::1]", "[::1]"),
            ("LocalHost", "localhost"),
        ] {
            assert_eq!(text.parse::<Host>().unwrap().in_url(), in_url);
        }
        for text in ["", "localhost:8000", "example.com", "127.0.0.1:8000"] {
            let error = text.parse::<Host>().unwrap_err();
            assert!(error.contains("neither localhost nor"), "{error}");
        }
    }
}
