//! The part of companies that snapshots save: the organization's own ones, and changes by callers.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use schemas::{
    companies::{Company, UpdateCompany},
    documents::Document,
    orders::SubmittedCompany,
};
use serde::{Deserialize, Serialize};

use super::{COMPANY, Companies, apply};
use crate::{
    clock::rfc3339,
    config::limits::{MAX_CHANGED, MAX_CREATED, MAX_ORDER_COMPANIES},
    store::{
        InvalidSnapshot,
        snapshot::{changed, time},
        weight,
    },
    world::Given,
};

const PLACE: &str = "companies";

/// The part of companies that snapshots save.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompaniesSnapshot {
    /// The organization's own companies, in order.
    own: Vec<CompanySnapshot>,
    /// Number of them that callers created.
    created: usize,
    changed: BTreeMap<u64, ChangeSnapshot>,
    source_ids: BTreeMap<u64, String>,
    by_source_id: BTreeMap<String, u64>,
}

/// A company of the organization's own. All other data about it is generated from this.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct CompanySnapshot {
    given: Arc<SubmittedCompany>,
    since: Timestamp,
}

/// Changes by callers to a company.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct ChangeSnapshot {
    says: UpdateCompany,
    updated_at: Timestamp,
}

impl Companies {
    /// Saves the companies.
    pub(in crate::store) fn save(&self) -> CompaniesSnapshot {
        let own = self.own_facts.iter().map(|facts| CompanySnapshot {
            given: Arc::clone(&facts.given),
            since: facts.since,
        });
        let changed = self.changed.iter();
        let changed =
            changed.map(|(number, company)| (*number, self.save_change(*number, company)));
        let source_ids = self.source_ids.iter();
        let by_source_id = self.by_source_id.iter();
        CompaniesSnapshot {
            own: own.collect(),
            created: self.created,
            changed: changed.collect(),
            source_ids: source_ids
                .map(|(number, id)| (*number, id.to_string()))
                .collect(),
            by_source_id: by_source_id
                .map(|(id, number)| (id.to_string(), *number))
                .collect(),
        }
    }

    fn save_change(&self, number: u64, company: &Company) -> ChangeSnapshot {
        let made = self.generated(number);
        let company = company.clone();
        ChangeSnapshot {
            says: UpdateCompany {
                name: changed(&made.name, company.name),
                city: changed(&made.city, company.city),
                website: changed(&made.website, company.website),
                phone: changed(&made.phone, company.phone),
                employee_count: changed(&made.employee_count, company.employee_count),
                review_status: changed(&made.review_status, company.review_status),
            },
            updated_at: time(&company.updated_at),
        }
    }

    /// Restores the companies.
    pub(in crate::store) fn load(
        &mut self,
        snapshot: CompaniesSnapshot,
    ) -> Result<(), InvalidSnapshot> {
        self.load_own(snapshot.own)?;
        InvalidSnapshot::require_at_most(PLACE, snapshot.created, self.own.len().min(MAX_CREATED))?;
        self.created = snapshot.created;
        InvalidSnapshot::require_at_most(PLACE, snapshot.changed.len(), MAX_CHANGED)?;
        let numbers = snapshot.changed.keys().chain(snapshot.source_ids.keys());
        let mut numbers = numbers.chain(snapshot.by_source_id.values());
        if let Some(number) = numbers.find(|number| **number >= self.len() as u64) {
            return Err(InvalidSnapshot::new(
                PLACE,
                format_args!("no company has number {number}"),
            ));
        }
        for (number, ChangeSnapshot { says, updated_at }) in snapshot.changed {
            InvalidSnapshot::require_valid(PLACE, Document::UpdateCompany, &says)?;
            let mut company = self.generated(number);
            apply(&mut company, says);
            company.updated_at = rfc3339(updated_at);
            self.account
                .replace(None, &company)
                .map_err(InvalidSnapshot::refused(PLACE))?;
            self.changed.insert(number, company);
        }
        self.load_source_ids(snapshot.source_ids, snapshot.by_source_id)
    }

    fn load_own(&mut self, own: Vec<CompanySnapshot>) -> Result<(), InvalidSnapshot> {
        InvalidSnapshot::require_at_most(PLACE, own.len(), MAX_CREATED + MAX_ORDER_COMPANIES)?;
        let given: Vec<_> = own.iter().map(|company| &*company.given).collect();
        InvalidSnapshot::require_companies(PLACE, &given)?;
        let weight = own
            .iter()
            .map(|company| COMPANY + 2 * weight::weight(&company.given));
        self.account
            .add(weight.sum())
            .map_err(InvalidSnapshot::refused(PLACE))?;
        for CompanySnapshot { given, since } in own {
            self.add(&Given::from(&*given), since);
        }
        Ok(())
    }

    fn load_source_ids(
        &mut self,
        source_ids: BTreeMap<u64, String>,
        by_source_id: BTreeMap<String, u64>,
    ) -> Result<(), InvalidSnapshot> {
        InvalidSnapshot::require_at_most(PLACE, by_source_id.len(), MAX_ORDER_COMPANIES)?;
        let all = source_ids.values().chain(by_source_id.keys());
        let bodies: Vec<_> = all
            .map(|id| SubmittedCompany {
                company_name: "-".to_owned(),
                external_id: Some(id.clone()),
                website_url: None,
                city: None,
                country: None,
            })
            .collect();
        InvalidSnapshot::require_companies(PLACE, &bodies)?;
        let source_ids = source_ids.into_iter();
        self.source_ids = source_ids.map(|(number, id)| (number, id.into())).collect();
        let by_source_id = by_source_id.into_iter();
        self.by_source_id = by_source_id
            .map(|(id, number)| (id.into(), number))
            .collect();
        Ok(())
    }
}

impl<'a> From<&'a SubmittedCompany> for Given<'a> {
    fn from(sent: &'a SubmittedCompany) -> Self {
        Self {
            name: &sent.company_name,
            website: unless_generated(sent.website_url.as_deref()),
            city: unless_generated(sent.city.as_deref()),
            country: unless_generated(sent.country.as_deref()),
        }
    }
}

/// A text that is not blank. Tables that orders are made from can have empty cells.
fn unless_generated(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

impl From<&Given<'_>> for SubmittedCompany {
    fn from(given: &Given<'_>) -> Self {
        Self {
            company_name: given.name.to_owned(),
            external_id: None,
            website_url: given.website.map(ToOwned::to_owned),
            city: given.city.map(ToOwned::to_owned),
            country: given.country.map(ToOwned::to_owned),
        }
    }
}
