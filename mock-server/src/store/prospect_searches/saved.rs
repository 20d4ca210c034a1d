//! What a snapshot keeps of prospect searches: what callers can have changed.

use jiff::Timestamp;
use schemas::{documents::Document, prospect_searches::UpdateProspectSearch};
use serde::{Deserialize, Serialize};

use super::ProspectSearches;
use crate::store::{Blacklists, Unfit};

const PLACE: &str = "prospect_searches";

/// What a snapshot keeps of prospect searches.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Saved(Vec<SavedSearch>);

/// A prospect search.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct SavedSearch {
    /// Its version, its name, and the profile of whom it looks for.
    says: UpdateProspectSearch,
    updated_at: Timestamp,
    blacklists: Vec<u64>,
}

impl ProspectSearches {
    /// What a snapshot keeps of them.
    pub(in crate::store) fn save(&self) -> Saved {
        let all = self.all.iter().map(|(_, search)| SavedSearch {
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
        Saved(all.collect())
    }

    /// Takes over what was kept.
    pub(in crate::store) fn load(
        &mut self,
        Saved(saved): Saved,
        blacklists: &Blacklists,
    ) -> Result<(), Unfit> {
        if saved.len() != self.len() {
            let reason = format_args!("there are {}, not {}", self.len(), saved.len());
            return Err(Unfit::new(PLACE, reason));
        }
        for (search, saved) in self.all.iter_mut().zip(saved) {
            Unfit::unless_valid(PLACE, Document::UpdateProspectSearch, &saved.says)?;
            let mut numbers = saved.blacklists.iter();
            if let Some(number) = numbers.find(|number| !blacklists.has(**number)) {
                return Err(Unfit::new(
                    PLACE,
                    format_args!("no blacklist has number {number}"),
                ));
            }
            let missing = || Unfit::new(PLACE, "one has a name and an ideal_customer_profile");
            search.says.name = saved.says.name.ok_or_else(missing)?;
            search.says.ideal_customer_profile =
                saved.says.ideal_customer_profile.ok_or_else(missing)?;
            search.version = saved.says.version;
            search.updated_at = saved.updated_at;
            search.blacklists = saved.blacklists;
        }
        Ok(())
    }
}
