//! The part of prospects that snapshots save: created prospects, and changes by callers.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemas::{
    documents::Document,
    prospects::{CreateProspect, Prospect, UpdateProspect},
};
use serde::{Deserialize, Serialize};

use super::{Prospects, apply};
use crate::{
    clock::rfc3339,
    config::limits::MAX_CHANGED,
    store::{
        Companies, InvalidSnapshot,
        snapshot::{changed, time},
    },
};

const PLACE: &str = "prospects";

/// The part of prospects that snapshots save.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProspectsSnapshot {
    created: Vec<ProspectSnapshot>,
    changed: BTreeMap<u64, ChangeSnapshot>,
}

/// A prospect that a caller has created.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ProspectSnapshot {
    says: CreateProspect,
    created_at: Timestamp,
}

/// Changes by callers to a prospect.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ChangeSnapshot {
    says: UpdateProspect,
    updated_at: Timestamp,
}

impl Prospects {
    /// Saves the prospects.
    pub(in crate::store) fn save(&self, companies: &Companies) -> ProspectsSnapshot {
        let created = self.created.iter().map(|created| &created.prospect);
        let changed = self.changed.iter();
        ProspectsSnapshot {
            created: created.map(save_created).collect(),
            changed: changed
                .map(|(number, prospect)| (*number, self.save_change(*number, prospect, companies)))
                .collect(),
        }
    }

    fn save_change(&self, number: u64, now: &Prospect, companies: &Companies) -> ChangeSnapshot {
        let now = now.clone();
        let first = self.first(number, companies);
        ChangeSnapshot {
            says: UpdateProspect {
                first_name: changed(&first.first_name, now.first_name),
                last_name: changed(&first.last_name, now.last_name),
                role: changed(&first.role, now.role),
                email: changed(&first.email, now.email),
                phone: changed(&first.phone, now.phone),
            },
            updated_at: time(&now.updated_at),
        }
    }

    /// Restores the prospects.
    pub(in crate::store) fn load(
        &mut self,
        snapshot: ProspectsSnapshot,
        companies: &Companies,
    ) -> Result<(), InvalidSnapshot> {
        for ProspectSnapshot { says, created_at } in snapshot.created {
            InvalidSnapshot::require_valid(PLACE, Document::CreateProspect, &says)?;
            self.create(says, companies, created_at)
                .map_err(InvalidSnapshot::refused(PLACE))?;
        }
        InvalidSnapshot::require_at_most(PLACE, snapshot.changed.len(), MAX_CHANGED)?;
        for (number, ChangeSnapshot { says, updated_at }) in snapshot.changed {
            InvalidSnapshot::require_valid(PLACE, Document::UpdateProspect, &says)?;
            if !self.has(number, companies) {
                return Err(InvalidSnapshot::new(
                    PLACE,
                    format_args!("no prospect has number {number}"),
                ));
            }
            let mut prospect = self.first(number, companies);
            apply(&mut prospect, says);
            prospect.updated_at = rfc3339(updated_at);
            self.account
                .replace(None, &prospect)
                .map_err(InvalidSnapshot::refused(PLACE))?;
            self.changed.insert(number, prospect);
        }
        Ok(())
    }
}

fn save_created(prospect: &Prospect) -> ProspectSnapshot {
    let prospect = prospect.clone();
    ProspectSnapshot {
        created_at: time(&prospect.created_at),
        says: CreateProspect {
            company_id: prospect.company_id,
            first_name: prospect.first_name,
            last_name: prospect.last_name,
            role: prospect.role,
            email: prospect.email,
            phone: prospect.phone,
        },
    }
}
