//! Keys for a server without a control API, and their roles.

use std::{collections::BTreeMap, fs, io, path::Path, str::FromStr};

use schemas::{
    ScopeSet,
    key::{ApiKey, redact},
};
use serde::Deserialize;
use strum::{Display, EnumString, VariantArray};

/// What a given key can be used for.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Display,
    EnumString,
    Eq,
    Ord,
    PartialEq,
    PartialOrd,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum KeyRole {
    /// It is valid and holds every scope.
    Full,
    /// It is valid and cannot write; it may hold any of the read scopes.
    ReadOnly,
    /// It is revoked.
    Revoked,
    /// It is expired.
    Expired,
    /// Its quota may be used up.
    Limited,
}

impl KeyRole {
    /// The variable for a key of this role in commands.
    pub(crate) fn variable(self) -> String {
        format!("{self}_key").to_uppercase()
    }
}

/// The variable for a key with these scopes: named after them, or after the missing ones if these are fewer.
pub(crate) fn variable_of(scopes: ScopeSet) -> String {
    let missing = ScopeSet::PUBLIC.without(scopes);
    let (what, some) = if missing.iter().count() < scopes.iter().count() {
        ("without", missing)
    } else {
        ("with", scopes)
    };
    format!("key_{what}_{}", some.join("_"))
        .replace(':', "_")
        .to_uppercase()
}

/// A key and its role: `revoked=lnc_test_…`; without a role, `full`.
#[derive(Clone, Debug)]
pub struct RoleKey {
    pub role: KeyRole,
    pub key: ApiKey,
    /// The environment variable that holds the key and nothing else, if there is one.
    pub variable: Option<&'static str>,
}

impl RoleKey {
    /// The variable for it in commands.
    pub fn variable(&self) -> String {
        self.variable
            .map_or_else(|| self.role.variable(), ToOwned::to_owned)
    }
}

impl FromStr for RoleKey {
    type Err = String;

    /// The error never shows the key.
    fn from_str(text: &str) -> Result<Self, String> {
        let (role, key) = text.split_once('=').unwrap_or(("full", text));
        let role = role.parse().map_err(|_| {
            let roles: Vec<_> = KeyRole::VARIANTS.iter().map(ToString::to_string).collect();
            format!("unknown role before `=`; use one of {}", roles.join(", "))
        })?;
        let key = ApiKey::parse(key).map_err(|error| error.to_string())?;
        Ok(Self {
            role,
            key,
            variable: None,
        })
    }
}

/// Why a key file cannot be used. No message shows a key.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("{0}: {1}")]
    Unreadable(String, io::Error),
    /// Other users can read it.
    #[error("{0}: readable by everyone on this machine; run chmod 600 {0}")]
    Open(String),
    #[error("{0}:{1}: {2}")]
    Invalid(String, usize, String),
}

/// Reads a key file with one key per role: `read_only = "lnc_test_…"`.
pub fn read(file: &Path) -> Result<Vec<RoleKey>, KeysError> {
    let name = file.display().to_string();
    let unreadable = |error| KeysError::Unreadable(name.clone(), error);
    if is_open(&fs::metadata(file).map_err(unreadable)?) {
        return Err(KeysError::Open(name));
    }
    let text = fs::read_to_string(file).map_err(unreadable)?;
    let keys: BTreeMap<KeyRole, Key> = toml::from_str(&text).map_err(|error| {
        // The line itself is not shown: it may contain a key.
        let before = error.span().map_or("", |span| &text[..span.start]);
        let line = before.matches('\n').count() + 1;
        KeysError::Invalid(name, line, redact(error.message()).into_owned())
    })?;
    let keys = keys.into_iter();
    let keys = keys.map(|(role, Key(key))| RoleKey {
        role,
        key,
        variable: None,
    });
    Ok(keys.collect())
}

/// A key in a file.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Key(ApiKey);

impl TryFrom<String> for Key {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        ApiKey::parse(&text)
            .map(Self)
            .map_err(|error| error.to_string())
    }
}

/// Whether everyone on the machine can read a file.
#[cfg(unix)]
fn is_open(file: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&file.permissions()) & 0o004 != 0
}

/// On other systems, the file mode does not state who can read it.
#[cfg(not(unix))]
fn is_open(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn key_file_must_be_private_and_its_errors_show_no_key() {
        use std::os::unix::fs::PermissionsExt;
        let file = std::env::temp_dir().join(format!("contract-tests-keys-{}", std::process::id()));
        let read = |text: &str, mode: u32| {
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
            read(&file).map_err(|error| error.to_string())
        };
        let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
        let right = format!("full = '{key}'\nlimited = '{key}'");
        let roles: Vec<_> = read(&right, 0o600)
            .unwrap()
            .iter()
            .map(|key| key.role)
            .collect();
        assert_eq!(roles, [KeyRole::Full, KeyRole::Limited]);
        assert!(read(&right, 0o604).unwrap_err().contains("chmod 600"));
        for (wrong, reason) in [
            (
                format!("full = '{key}x'"),
                ":1: after its prefix a key has 32 characters",
            ),
            (format!("\nadmin = '{key}'"), ":2: unknown variant `admin`"),
            (format!("full = '{key}\n"), ":1: "),
        ] {
            let error = read(&wrong, 0o600).unwrap_err();
            assert!(
                error.contains(reason) && !error.contains("FullAccess"),
                "{error}"
            );
        }
        fs::remove_file(&file).unwrap();
    }

    #[test]
    fn parses_key_roles_and_shows_no_key_in_errors() {
        let key = "lnc_test_FullAccessxxxxxxxxxxxxxxxxdemo01";
        assert_eq!(key.parse::<RoleKey>().unwrap().role, KeyRole::Full);
        assert_eq!(
            format!("read_only={key}").parse::<RoleKey>().unwrap().role,
            KeyRole::ReadOnly
        );
        let error = format!("admin={key}").parse::<RoleKey>().unwrap_err();
        assert_eq!(
            error,
            "unknown role before `=`; use one of full, read_only, revoked, expired, limited"
        );
        assert!(
            !key[..30]
                .parse::<RoleKey>()
                .unwrap_err()
                .contains("FullAccess")
        );
    }
}
