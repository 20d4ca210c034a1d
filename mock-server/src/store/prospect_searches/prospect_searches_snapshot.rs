//! The part of prospect searches that snapshots save: the fields that callers can change.

use std::sync::Arc;

use jiff::Timestamp;
use schemas::{documents::Document, prospect_searches::UpdateProspectSearch};
use serde::{Deserialize, Serialize};

use super::ProspectSearches;
use crate::store::{Blacklists, InvalidSnapshot};

const PLACE: &str = "prospect_searches";

/// The part of prospect searches that snapshots save.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct ProspectSearchesSnapshot(Vec<SearchSnapshot>);

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SearchSnapshot {
    /// The version, name, and ideal customer profile.
    says: UpdateProspectSearch,
    updated_at: Timestamp,
    blacklists: Vec<u64>,
}

impl ProspectSearches {
    /// Saves the prospect searches.
    pub(in crate::store) fn save(&self) -> ProspectSearchesSnapshot {
        let all = self.all.iter().map(|(_, search)| SearchSnapshot {
            says: UpdateProspectSearch {
                version: search.version,
                update_mask: None,
                name: Some(search.says.name.clone()),
                ideal_customer_profile: Some(search.says.ideal_customer_profile.clone()),
                geo_locations: None,
                search_keywords: None,
                language_config: None,
                company_extraction_commands: None,
                prospect_extraction_commands: None,
            },
            updated_at: search.updated_at,
            blacklists: search.blacklists.clone(),
        });
        ProspectSearchesSnapshot(all.collect())
    }

    /// Restores the prospect searches.
    pub(in crate::store) fn load(
        &mut self,
        ProspectSearchesSnapshot(snapshot): ProspectSearchesSnapshot,
        blacklists: &Blacklists,
    ) -> Result<(), InvalidSnapshot> {
        if snapshot.len() != self.len() {
            let reason = format_args!("there are {}, not {}", self.len(), snapshot.len());
            return Err(InvalidSnapshot::new(PLACE, reason));
        }
        for (search, snapshot) in self.all.iter_mut().zip(snapshot) {
            InvalidSnapshot::require_valid(PLACE, Document::UpdateProspectSearch, &snapshot.says)?;
            let mut numbers = snapshot.blacklists.iter();
            if let Some(number) = numbers.find(|number| !blacklists.has(**number)) {
                return Err(InvalidSnapshot::new(
                    PLACE,
                    format_args!("no blacklist has number {number}"),
                ));
            }
            let missing =
                || InvalidSnapshot::new(PLACE, "name and ideal_customer_profile are required");
            let name = snapshot.says.name.ok_or_else(missing)?;
            let profile = snapshot.says.ideal_customer_profile;
            let profile = profile.ok_or_else(missing)?;
            if (&search.says.name, &search.says.ideal_customer_profile) != (&name, &profile) {
                let says = Arc::make_mut(&mut search.says);
                (says.name, says.ideal_customer_profile) = (name, profile);
            }
            search.version = snapshot.says.version;
            search.updated_at = snapshot.updated_at;
            search.blacklists = snapshot.blacklists;
        }
        Ok(())
    }
}
