//! The memory of an organization and of a key, in a server that has nothing else to do.

use std::io;

use crate::{
    http::{Client, get, request},
    server::Server,
};

/// Number of organizations, fewer than there may be.
const ORGANIZATIONS: usize = 900;
/// Number of organizations that get keys, and of keys that each gets.
const WITH_KEYS: usize = 5;
const KEYS: usize = 990;

/// What the server needs.
pub(crate) struct Footprint {
    /// KiB of an organization that has had one request.
    pub(crate) organization: f64,
    /// Bytes of a key.
    pub(crate) key: f64,
}

/// Measures a server of its own.
pub(crate) async fn measure() -> io::Result<Footprint> {
    let server = Server::start()?;
    let mut client = Client::connect(server.address).await?;
    let mut call = async |request: Vec<u8>| {
        let (status, _) = client.call(&request).await?;
        match status {
            200..300 => Ok(()),
            status => Err(io::Error::other(format!("the server returns {status}"))),
        }
    };
    // The first ones also create what all organizations share.
    for number in 0..50 {
        call(first_request("a", number)).await?;
        call(new_key("a", number % 2)).await?;
    }
    let before = server.resident_mib()?;
    for number in 0..ORGANIZATIONS {
        call(first_request("b", number)).await?;
    }
    let with_organizations = server.resident_mib()?;
    for number in 0..WITH_KEYS * KEYS {
        call(new_key("b", number / KEYS)).await?;
    }
    let with_keys = server.resident_mib()?;
    let each = |mib: f64, count: usize| {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let count = count as f64;
        mib * 1_024.0 / count
    };
    Ok(Footprint {
        organization: each(with_organizations - before, ORGANIZATIONS),
        key: 1_024.0 * each(with_keys - with_organizations, WITH_KEYS * KEYS),
    })
}

/// The first request of a new organization.
fn first_request(letter: &str, number: usize) -> Vec<u8> {
    get("/api/v1/orders?limit=1", &format!("{letter}{number:05}"))
}

/// Creates a key in such an organization.
fn new_key(letter: &str, number: usize) -> Vec<u8> {
    let path = "/_mock/organizations/self/keys";
    let body = r#"{"preset":"orders"}"#;
    request("POST", path, &format!("{letter}{number:05}"), body)
}
