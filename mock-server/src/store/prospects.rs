//! The prospects of an organization: the people at its companies, then those that callers add.
//!
//! Like companies, people are not copied: changes by callers are stored separately from generated data.

mod prospects_snapshot;

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use schemas::{
    Entity,
    prospects::{CreateProspect, Prospect, UpdateProspect},
};

pub(crate) use self::prospects_snapshot::ProspectsSnapshot;
use super::{Account, Companies, SharedData, StoreError, ids::Ids, page::Page};
use crate::{
    clock::rfc3339,
    config::limits::{MAX_CHANGED, MAX_CREATED},
    world::{World, contains},
};

/// Number of low bits of a prospect's number that hold the index of the person in the company; the others hold the
/// number of the company.
const BITS: u32 = 8;
/// The number of the first prospect that a caller created.
const CREATED: u64 = 1 << 56;

/// The prospects of one organization.
#[derive(Debug)]
pub(crate) struct Prospects {
    account: Account,
    shared_data: Arc<SharedData>,
    ids: Ids,
    created: Vec<Created>,
    /// Prospects that callers have changed.
    changed: HashMap<u64, Prospect>,
}

/// A prospect that a caller has created.
#[derive(Debug)]
struct Created {
    company: u64,
    prospect: Prospect,
}

/// A filter on prospects.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ProspectFilter {
    /// Only people at this company.
    pub company_id: Option<String>,
    /// Only people that contain each of these texts.
    pub texts: Vec<String>,
}

impl Prospects {
    /// The initial prospects of an organization: all people at its companies.
    pub(crate) fn new(
        shared_data: &Arc<SharedData>,
        organization: &Arc<str>,
        account: &Account,
    ) -> Self {
        Self {
            account: account.clone(),
            shared_data: Arc::clone(shared_data),
            ids: Ids::new(shared_data.seed, organization, Entity::Prospect.as_str()),
            created: Vec::new(),
            changed: HashMap::new(),
        }
    }

    /// The prospect with this id.
    pub(crate) fn get(&self, id: &str, companies: &Companies) -> Result<Prospect, StoreError> {
        Ok(self.wire(self.find(id, companies)?, companies))
    }

    /// A page of the matching prospects, and their total number.
    pub(crate) fn page(
        &self,
        filter: &ProspectFilter,
        page: Page,
        companies: &Companies,
    ) -> (Vec<Prospect>, usize) {
        let (numbers, total): (Vec<_>, _) = match (&filter.company_id, &*filter.texts) {
            (None, []) => {
                let order = Order::new(self, companies);
                let places = page.select(0..order.len());
                (places.map(|place| order.at(place)).collect(), order.len())
            }
            (Some(company), texts) => {
                let mut found = companies.find(company).map_or_else(
                    |_| Vec::new(),
                    |company| self.at_company(company, companies),
                );
                for text in texts {
                    found.retain(|number| self.contains_text(*number, text, companies));
                }
                let total = found.len();
                (page.select(found.into_iter()).collect(), total)
            }
            (None, [text, others @ ..]) => {
                let order = Order::new(self, companies);
                let mut found = self.search(text, &order, companies);
                for text in others {
                    found.retain(|place| self.contains_text(order.at(*place), text, companies));
                }
                let places = page.select(found.iter().copied());
                (places.map(|place| order.at(place)).collect(), found.len())
            }
        };
        let prospects = numbers
            .into_iter()
            .map(|number| self.wire(number, companies));
        (prospects.collect(), total)
    }

    /// The generated people at a company.
    pub(crate) fn staff(&self, company: u64, companies: &Companies) -> Vec<Prospect> {
        let numbers = staff(company, companies);
        numbers.map(|number| self.wire(number, companies)).collect()
    }

    /// Creates a prospect.
    pub(crate) fn create(
        &mut self,
        new: CreateProspect,
        companies: &Companies,
        now: Timestamp,
    ) -> Result<Prospect, StoreError> {
        let company = companies.find(&new.company_id)?;
        StoreError::unless_full(self.created.len(), 1, MAX_CREATED, "created prospects")?;
        let number = CREATED + self.created.len() as u64;
        let prospect = Prospect {
            id: self.ids.id(number).to_string(),
            company_id: companies.id(company),
            company_name: companies.name(company).to_owned(),
            salutation: None,
            title: None,
            first_name: new.first_name,
            last_name: new.last_name,
            role: new.role,
            department: None,
            seniority: None,
            email: new.email,
            phone: new.phone,
            created_at: rfc3339(now),
            updated_at: rfc3339(now),
        };
        self.account.replace(None, &prospect)?;
        self.created.push(Created {
            company,
            prospect: prospect.clone(),
        });
        Ok(prospect)
    }

    /// Changes a prospect.
    pub(crate) fn update(
        &mut self,
        id: &str,
        change: UpdateProspect,
        companies: &Companies,
        now: Timestamp,
    ) -> Result<Prospect, StoreError> {
        let number = self.find(id, companies)?;
        if !self.changed.contains_key(&number) {
            let changed = self.changed.len();
            StoreError::unless_full(changed, 1, MAX_CHANGED, "changed prospects")?;
        }
        let mut prospect = self.wire(number, companies);
        apply(&mut prospect, change);
        prospect.updated_at = rfc3339(now);
        self.account.replace(self.changed.get(&number), &prospect)?;
        self.changed.insert(number, prospect.clone());
        Ok(prospect)
    }

    fn find(&self, id: &str, companies: &Companies) -> Result<u64, StoreError> {
        let number = self.ids.number(id);
        number
            .filter(|number| self.has(*number, companies))
            .ok_or_else(|| StoreError::missing(Entity::Prospect, id))
    }

    /// Whether a prospect with this number exists.
    fn has(&self, number: u64, companies: &Companies) -> bool {
        if number >= CREATED {
            return self.created(number).is_some();
        }
        let (company, person) = (number >> BITS, number & ((1 << BITS) - 1));
        company < companies.len() as u64 && person < companies.base(company).people_count() as u64
    }

    fn at_company(&self, company: u64, companies: &Companies) -> Vec<u64> {
        let created = (CREATED..).zip(&self.created);
        let created = created.filter(|(_, created)| created.company == company);
        let created = created.map(|(number, _)| number);
        staff(company, companies).chain(created).collect()
    }

    /// The positions in the list of all prospects that contain the text.
    fn search(&self, text: &str, order: &Order<'_>, companies: &Companies) -> Vec<usize> {
        let mut found = self.shared_data.world.search_people(text);
        found.rotate_left(order.first);
        found.extend(companies.own().search_people(text));
        found.resize(order.len(), false);
        // The index does not contain what callers have written.
        let created = CREATED..CREATED + self.created.len() as u64;
        let renamed = companies.renamed();
        let renamed = renamed.flat_map(|company| self.at_company(company, companies));
        let changed = self.changed.keys().copied();
        for number in created.chain(renamed).chain(changed) {
            found[order.place(number)] = self.contains_text(number, text, companies);
        }
        let places = (0..).zip(found).filter(|(_, found)| *found);
        places.map(|(place, _)| place).collect()
    }

    fn contains_text(&self, number: u64, text: &str, companies: &Companies) -> bool {
        let prospect = self.wire(number, companies);
        let name = format!("{} {}", prospect.first_name, prospect.last_name);
        contains(&name, text)
            || contains(&prospect.company_name, text)
            || prospect.role.is_some_and(|role| contains(&role, text))
    }

    /// A prospect with all changes.
    fn wire(&self, number: u64, companies: &Companies) -> Prospect {
        let written = self.changed.get(&number).cloned();
        let mut prospect = written.unwrap_or_else(|| self.first(number, companies));
        companies
            .name(self.company(number))
            .clone_into(&mut prospect.company_name);
        prospect
    }

    /// A prospect without changes.
    fn first(&self, number: u64, companies: &Companies) -> Prospect {
        self.created(number).map_or_else(
            || self.generated(number, self.company(number), companies),
            |created| created.prospect.clone(),
        )
    }

    /// The number of the company where a prospect works.
    fn company(&self, number: u64) -> u64 {
        let created = self.created(number);
        created.map_or(number >> BITS, |created| created.company)
    }

    fn created(&self, number: u64) -> Option<&Created> {
        let index = number.checked_sub(CREATED)?;
        self.created.get(usize::try_from(index).ok()?)
    }

    /// A generated person at a company, without changes.
    fn generated(&self, number: u64, company: u64, companies: &Companies) -> Prospect {
        let person = usize::try_from(number & ((1 << BITS) - 1)).expect("a few bits");
        let person = companies.base(company).people().swap_remove(person);
        let since = rfc3339(companies.known_since(company));
        Prospect {
            id: self.ids.id(number).to_string(),
            company_id: companies.id(company),
            company_name: String::new(),
            salutation: Some(person.salutation.to_owned()),
            title: person.title.map(ToOwned::to_owned),
            first_name: person.first_name.to_owned(),
            last_name: person.last_name.to_owned(),
            role: Some(person.role.to_owned()),
            department: Some(person.department.to_owned()),
            seniority: Some(person.seniority.to_owned()),
            email: Some(person.email),
            phone: person.phone,
            created_at: since.clone(),
            updated_at: since,
        }
    }
}

/// The numbers of the generated people at a company.
fn staff(company: u64, companies: &Companies) -> impl Iterator<Item = u64> + use<> {
    let people = companies.base(company).people_count() as u64;
    (0..people).map(move |person| company << BITS | person)
}

/// The order of the list: by company, then created prospects.
struct Order<'a> {
    world: &'a World,
    own: &'a World,
    created: usize,
    /// The first person of the world in the list.
    first: usize,
}

impl<'a> Order<'a> {
    fn new(prospects: &'a Prospects, companies: &'a Companies) -> Self {
        let world = &prospects.shared_data.world;
        Self {
            world,
            own: companies.own(),
            created: prospects.created.len(),
            first: world.people_of(companies.first()).start,
        }
    }

    fn len(&self) -> usize {
        self.world.people() + self.own.people() + self.created
    }

    /// The number of the prospect at a position of the list.
    fn at(&self, place: usize) -> u64 {
        let number = |(company, person): (usize, usize)| (company << BITS | person) as u64;
        let Some(beyond) = place.checked_sub(self.world.people()) else {
            let person = (self.first + place) % self.world.people();
            return number(self.world.workplace(person));
        };
        if let Some(created) = beyond.checked_sub(self.own.people()) {
            return CREATED + created as u64;
        }
        let (company, person) = self.own.workplace(beyond);
        number((self.world.len() + company, person))
    }

    /// The position of a prospect in the list.
    fn place(&self, number: u64) -> usize {
        let index =
            |number: u64| usize::try_from(number).expect("what is in memory can be counted");
        let people = self.world.people();
        if let Some(created) = number.checked_sub(CREATED) {
            return people + self.own.people() + index(created);
        }
        let (company, person) = (index(number >> BITS), index(number & ((1 << BITS) - 1)));
        match company.checked_sub(self.world.len()) {
            Some(own) => people + self.own.people_of(own).start + person,
            None => (self.world.people_of(company).start + person + people - self.first) % people,
        }
    }
}

fn apply(prospect: &mut Prospect, change: UpdateProspect) {
    if let Some(first_name) = change.first_name {
        prospect.first_name = first_name;
    }
    if let Some(last_name) = change.last_name {
        prospect.last_name = last_name;
    }
    if let Some(role) = change.role {
        prospect.role = role;
    }
    if let Some(email) = change.email {
        prospect.email = email;
    }
    if let Some(phone) = change.phone {
        prospect.phone = phone;
    }
}
