//! The settings of an organization.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use rand_chacha::rand_core::Rng;
use schemas::{
    documents::Document,
    organization::{Language, Organization, UpdateOrganization},
};
use serde::{Deserialize, Serialize};

use super::{InvalidSnapshot, SharedData, ids::Ids};
use crate::{
    clock::rfc3339,
    world::{World, seed},
};

/// Age of an organization at its first request.
const AGE: SignedDuration = SignedDuration::from_hours(24 * 120);

/// The settings of an organization.
#[derive(Debug)]
pub(crate) struct Settings {
    id: String,
    name: String,
    contact_email: Option<String>,
    language: Language,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The part of the settings that snapshots save.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsSnapshot {
    says: UpdateOrganization,
    updated_at: Timestamp,
}

impl Settings {
    /// The initial settings. The organization itself is a generated company.
    pub(crate) fn new(shared_data: &SharedData, organization: &Arc<str>, now: Timestamp) -> Self {
        let chance = seed::stream(shared_data.seed, organization, "organization", 0).next_u64();
        let itself = World::new(chance, 1);
        let company = &itself.companies()[0];
        let created_at = now.saturating_sub(AGE).unwrap_or(Timestamp::MIN);
        Self {
            id: Ids::new(shared_data.seed, organization, "organization")
                .id(0)
                .to_string(),
            name: company.name.clone(),
            contact_email: Some(format!("info@{}", company.domain)),
            language: Language::De,
            created_at,
            updated_at: created_at,
        }
    }

    /// Changes the settings.
    pub(crate) fn update(&mut self, change: UpdateOrganization, now: Timestamp) {
        if let Some(name) = change.name {
            self.name = name;
        }
        if let Some(contact_email) = change.contact_email {
            self.contact_email = contact_email;
        }
        if let Some(language) = change.language {
            self.language = language;
        }
        self.updated_at = now;
    }

    /// Saves the settings.
    pub(super) fn save(&self) -> SettingsSnapshot {
        SettingsSnapshot {
            says: UpdateOrganization {
                name: Some(self.name.clone()),
                contact_email: Some(self.contact_email.clone()),
                language: Some(self.language),
            },
            updated_at: self.updated_at,
        }
    }

    /// Restores the settings.
    pub(super) fn load(&mut self, snapshot: SettingsSnapshot) -> Result<(), InvalidSnapshot> {
        InvalidSnapshot::require_valid("settings", Document::UpdateOrganization, &snapshot.says)?;
        self.update(snapshot.says, snapshot.updated_at);
        Ok(())
    }

    /// The settings in the form of responses.
    pub(crate) fn wire(&self) -> Organization {
        Organization {
            id: self.id.clone(),
            name: self.name.clone(),
            contact_email: self.contact_email.clone(),
            language: self.language,
            created_at: rfc3339(self.created_at),
            updated_at: rfc3339(self.updated_at),
        }
    }
}
