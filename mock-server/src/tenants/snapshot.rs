//! Saves everything that requests have changed in an organization, and restores it.
//!
//! A snapshot depends on generated data: on the server's seed, number of companies and order duration, and on the
//! organization's name. Where these are equal, the restored organization responds like the original. The journal is
//! not part of a snapshot.

use std::{collections::HashSet, io, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use schemas::{api_keys::MAX_KEY_NAME, key::redact};
use serde::{Deserialize, Serialize};

use crate::{
    budget::OverBudget,
    clock::{Clock, ClockError, ClockSetting, ClockSnapshot},
    config::limits::{MAX_KEYS, MAX_SNAPSHOT_VALUES},
    keys::{Key, KeyId},
    store::{InvalidSnapshot, SharedData, Store, StoreSnapshot},
    tenants::{Organization, State},
};

/// Version of the format.
const VERSION: u32 = 1;

/// A snapshot of an organization.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Snapshot {
    version: u32,
    depends_on: Dependencies,
    /// The clock setting of the new organization, which a reset restores.
    clock_at_first: ClockSetting,
    clock: ClockSnapshot,
    keys: Vec<Key>,
    store: StoreSnapshot,
}

/// What a snapshot depends on.
#[derive(Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct Dependencies {
    organization: String,
    seed: u64,
    companies: usize,
    order_duration: SignedDuration,
}

/// The version of a snapshot, whatever else it contains.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// Why a snapshot cannot be saved or restored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SnapshotError {
    /// It is not valid JSON, or not a snapshot.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// It has another version.
    #[error("the snapshot has version {0}, this server reads version {VERSION}")]
    Version(u32),
    /// It depends on other data than this server's.
    #[error("the snapshot is of another server or organization: {0}")]
    Dependencies(String),
    /// Its clock is out of range.
    #[error("clock: {0}")]
    Clock(#[from] ClockError),
    /// It is longer than the maximum.
    #[error("the snapshot would have more than {0} bytes, the most that can be restored")]
    TooLarge(usize),
    /// It has more values than any organization can have.
    #[error("the snapshot has more than {MAX_SNAPSHOT_VALUES} values")]
    TooMany,
    /// The server does not have enough memory.
    #[error(transparent)]
    OverBudget(OverBudget),
    /// It is inconsistent.
    #[error(transparent)]
    Invalid(#[from] InvalidSnapshot),
}

impl Snapshot {
    /// The snapshot of an organization's current state, as JSON of at most `max` bytes.
    pub(crate) fn save(
        organization: &Organization,
        shared_data: &SharedData,
        machine: Timestamp,
        max: usize,
    ) -> Result<Vec<u8>, SnapshotError> {
        let mut json = Bounded {
            bytes: Vec::new(),
            max,
        };
        Self::write(organization, shared_data, machine, &mut json)
            .map_err(|_| SnapshotError::TooLarge(max))?;
        Ok(json.bytes)
    }

    /// Writes the snapshot as JSON. The whole could be very long, so an error stops it. Meanwhile, the organization serves
    /// requests.
    fn write(
        organization: &Organization,
        shared_data: &SharedData,
        machine: Timestamp,
        to: impl io::Write,
    ) -> serde_json::Result<()> {
        serde_json::to_writer(to, &Self::of(organization, shared_data, machine))
    }

    fn of(organization: &Organization, shared_data: &SharedData, machine: Timestamp) -> Self {
        let mut state = organization.state();
        let now = state.clock.now(machine);
        Self {
            version: VERSION,
            depends_on: Dependencies::of(organization, shared_data),
            clock_at_first: organization.clock_at_first(),
            clock: state.clock.save(machine),
            keys: state.keys.clone(),
            store: state.store.save(now),
        }
    }

    /// Parses a snapshot, and checks its dependencies.
    pub(crate) fn read(
        json: &[u8],
        organization: &Organization,
        shared_data: &SharedData,
    ) -> Result<Self, SnapshotError> {
        if values(json) > MAX_SNAPSHOT_VALUES {
            return Err(SnapshotError::TooMany);
        }
        // The version is read first, because it determines the other fields.
        let Version { version } = serde_json::from_slice(json)?;
        if version != VERSION {
            return Err(SnapshotError::Version(version));
        }
        let snapshot: Self = serde_json::from_slice(json)?;
        let (there, here) = (
            &snapshot.depends_on,
            Dependencies::of(organization, shared_data),
        );
        let differences = there.differences(&here);
        if differences.is_empty() {
            Ok(snapshot)
        } else {
            Err(SnapshotError::Dependencies(differences.join("; ")))
        }
    }

    /// Restores the organization, which replaces `old` and continues from the saved time.
    pub(crate) fn restore(
        self,
        old: &Organization,
        shared_data: &Arc<SharedData>,
        machine: Timestamp,
    ) -> Result<Organization, SnapshotError> {
        let clock = Clock::load(self.clock, machine)?;
        check_keys(&self.keys, clock.now(machine))?;
        let name = old.name().into();
        let store = Store::load(shared_data, &name, self.store)?;
        let state = State::restored((&name, old.life()), shared_data, clock, self.keys, store);
        Ok(old.with(self.clock_at_first, state, machine))
    }
}

/// A writer that fails beyond a number of bytes.
struct Bounded {
    bytes: Vec<u8>,
    max: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.max {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An upper bound of the number of values in a JSON text: one per comma outside strings, plus one.
fn values(json: &[u8]) -> usize {
    let (mut values, mut in_string, mut escaped) = (1, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b',' if !in_string => values += 1,
            _ => {}
        }
    }
    values
}

impl Dependencies {
    fn of(organization: &Organization, shared_data: &SharedData) -> Self {
        Self {
            organization: organization.name().to_owned(),
            seed: shared_data.seed,
            companies: shared_data.world.len(),
            order_duration: shared_data.schedule.duration(),
        }
    }

    /// The dependencies that differ, in words.
    fn differences(&self, here: &Self) -> Vec<String> {
        fn differs<T: PartialEq + ToString>(what: &str, there: &T, here: &T) -> Option<String> {
            let (other, own) = (there.to_string(), here.to_string());
            (there != here).then(|| format!("{what} is {other} in the snapshot, {own} here"))
        }
        let differences = [
            differs("organization", &self.organization, &here.organization),
            differs("seed", &self.seed, &here.seed),
            differs("companies", &self.companies, &here.companies),
            differs("order_duration", &self.order_duration, &here.order_duration),
        ];
        differences.into_iter().flatten().collect()
    }
}

/// Checks that an organization can have these keys at `now`.
fn check_keys(keys: &[Key], now: Timestamp) -> Result<(), InvalidSnapshot> {
    let invalid = |reason: &str| Err(InvalidSnapshot::new("keys", reason));
    if keys.len() > MAX_KEYS {
        return invalid("there are too many");
    }
    let mut hashes = HashSet::new();
    for (index, key) in keys.iter().enumerate() {
        let definition = &key.definition;
        let shown = |text: &str| text.chars().count() <= MAX_KEY_NAME && redact(text) == text;
        let name = definition.name.as_deref().unwrap_or_default();
        if definition.id != KeyId::of_index(index) {
            return invalid("their ids must be key_1, key_2 and so on, in this order");
        }
        if !hashes.insert(definition.hash.short()) {
            return invalid("one appears twice");
        }
        if !shown(name) {
            return invalid("a name is too long, or contains a key");
        }
        if !key.bucket.is_sound(now) {
            return invalid("a rate-limit window starts in the future");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenants::Registry;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn organization() -> (Registry, Arc<Organization>) {
        let registry = Registry::new(Arc::default(), NOW).unwrap();
        let organization = registry.sign_in("demo01", NOW).unwrap();
        (registry, organization)
    }

    #[test]
    fn writing_stops_at_the_limit() {
        let (registry, organization) = organization();
        let save = |max| Snapshot::save(&organization, &registry.shared_data, NOW, max);
        let length = save(usize::MAX).unwrap().len();
        assert_eq!(save(length).unwrap().len(), length);
        let error = save(length - 1).unwrap_err();
        assert!(matches!(error, SnapshotError::TooLarge(max) if max == length - 1));
    }

    /// A writer that looks whether requests of an organization would have to wait.
    struct Witness<'a> {
        organization: &'a Organization,
        written: usize,
    }

    impl io::Write for Witness<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            assert!(!self.organization.is_locked(), "after {}", self.written);
            self.written += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn organization_is_not_locked_while_its_snapshot_is_written() {
        let (registry, organization) = organization();
        let mut witness = Witness {
            organization: &organization,
            written: 0,
        };
        Snapshot::write(&organization, &registry.shared_data, NOW, &mut witness).unwrap();
        assert!(witness.written > 100);
    }
}
