//! The contacts at a company that outsiders can know.

use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use super::{
    chance::pick,
    company::Company,
    industry::Industry,
    legal_form::LegalForm,
    names::{MEN, SURNAMES, WOMEN, surname},
    phone::mobile,
    slug::slug,
};

/// A contact at a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// "Herr" or "Frau", to match the first name.
    pub(crate) salutation: &'static str,
    /// An academic title, such as "Dr.", if the person has one.
    pub(crate) title: Option<&'static str>,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    /// The role, as on a business card.
    pub(crate) role: &'static str,
    pub(crate) department: &'static str,
    /// "executive", "head", "manager" or "staff".
    pub(crate) seniority: &'static str,
    /// An address that is unique in the company, under its domain.
    pub(crate) email: String,
    /// A direct line or a mobile number, reserved for fiction.
    pub(crate) phone: Option<String>,
}

/// A role, its department, and its seniority.
type Position = (&'static str, &'static str, &'static str);

const OWNER: Position = ("Owner", "Management", "executive");
const MANAGING_DIRECTOR: Position = ("Managing Director", "Management", "executive");
const MANAGING_PARTNER: Position = ("Managing Partner", "Management", "executive");
const PARTNER: Position = ("Partner", "Management", "executive");
const CHAIR: Position = ("Chief Executive Officer", "Management", "executive");
const BOARD: Position = ("Member of the Executive Board", "Management", "executive");

/// The positions that any company may have. Small companies have only the first few.
const COMMON: [Position; 13] = [
    ("Authorised Officer (Prokurist)", "Management", "head"),
    ("Office Manager", "Administration", "manager"),
    ("Assistant to the Management", "Administration", "staff"),
    ("Sales Manager", "Sales", "manager"),
    ("Head of Sales", "Sales", "head"),
    ("Key Account Manager", "Sales", "manager"),
    ("Head of Purchasing", "Purchasing", "head"),
    ("Head of Finance", "Finance", "head"),
    ("Head of Accounting", "Finance", "head"),
    ("Head of Human Resources", "Human Resources", "head"),
    ("HR Manager", "Human Resources", "manager"),
    ("IT Manager", "IT", "manager"),
    ("Marketing Manager", "Marketing", "manager"),
];
const PRODUCING: [Position; 4] = [
    ("Head of Production", "Production", "head"),
    ("Head of Engineering", "Engineering", "head"),
    ("Quality Manager", "Quality", "manager"),
    ("Plant Manager", "Production", "head"),
];
const CRAFTS: [Position; 4] = [
    ("Site Manager", "Operations", "manager"),
    ("Head of Technology", "Operations", "head"),
    ("Master Craftsman", "Operations", "manager"),
    ("Cost Estimator", "Operations", "staff"),
];
const HOSPITALITY: [Position; 4] = [
    ("Head Chef", "Kitchen", "head"),
    ("Restaurant Manager", "Service", "manager"),
    ("Event Manager", "Sales", "manager"),
    ("Front Office Manager", "Front Office", "manager"),
];
const DIGITAL: [Position; 5] = [
    ("Chief Technology Officer", "Engineering", "executive"),
    ("Head of Development", "Engineering", "head"),
    ("Product Manager", "Product", "manager"),
    ("Customer Success Manager", "Customer Service", "manager"),
    ("Project Manager", "Projects", "manager"),
];
const ADVICE: [Position; 3] = [
    ("Senior Consultant", "Consulting", "manager"),
    ("Project Manager", "Projects", "manager"),
    ("Team Lead", "Consulting", "head"),
];
const TRADE: [Position; 5] = [
    ("Warehouse Manager", "Logistics", "manager"),
    ("Fleet Manager", "Logistics", "manager"),
    ("Head of Customer Service", "Customer Service", "head"),
    ("Branch Manager", "Operations", "head"),
    ("Dispatcher", "Logistics", "staff"),
];
const PROPERTY_AND_MONEY: [Position; 3] = [
    ("Branch Manager", "Operations", "head"),
    ("Head of Customer Service", "Customer Service", "head"),
    ("Head of Controlling", "Finance", "head"),
];

impl Person {
    /// First name and surname, without a title.
    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

impl Company {
    /// The contacts, leaders first.
    pub(crate) fn people(&self) -> Vec<Person> {
        let count = self.people_count();
        let mut people = Vec::with_capacity(count);
        for (index, position) in self.positions(count).into_iter().enumerate() {
            let person = self.person(index, position, &people);
            people.push(person);
        }
        people
    }

    /// Number of contacts, without generating them.
    pub(crate) fn people_count(&self) -> usize {
        let leads_together = matches!(self.legal_form, Some(LegalForm::Ohg | LegalForm::PartGmbb));
        let range = match self.employees {
            _ if leads_together => 2..=3,
            0..3 => 1..=1,
            3..10 => 1..=2,
            10..50 => 1..=3,
            _ => 2..=4,
        };
        self.chance.stream("people").random_range(range)
    }

    /// `count` positions: the leaders, then different ones that fit the industry.
    fn positions(&self, count: usize) -> Vec<Position> {
        let mut random = self.chance.stream("positions");
        let (first, second) = match self.legal_form {
            Some(LegalForm::Ek) => (OWNER, None),
            Some(LegalForm::Ohg) => (MANAGING_PARTNER, Some(MANAGING_PARTNER)),
            Some(LegalForm::PartGmbb) => (PARTNER, Some(PARTNER)),
            Some(LegalForm::Kg) => (MANAGING_PARTNER, None),
            Some(LegalForm::Ag) => (CHAIR, Some(BOARD)),
            Some(LegalForm::Eg) => (BOARD, Some(BOARD)),
            Some(LegalForm::Gmbh | LegalForm::GmbhCoKg) => (
                MANAGING_DIRECTOR,
                random.random_ratio(1, 4).then_some(MANAGING_DIRECTOR),
            ),
            None if self.employees < 10 => (OWNER, None),
            Some(LegalForm::Ug) | None => (MANAGING_DIRECTOR, None),
        };
        let common = if self.employees < 20 {
            &COMMON[..4]
        } else {
            &COMMON
        };
        let others: Vec<_> = common.iter().chain(self.own_positions()).copied().collect();
        let leaders = [Some(first), second].into_iter().flatten();
        let others = others.sample(&mut random, count).copied();
        leaders.chain(others).take(count).collect()
    }

    /// The positions of the industry.
    fn own_positions(&self) -> &'static [Position] {
        match self.industry {
            Industry::MechanicalEngineering
            | Industry::Metalworking
            | Industry::FoodProduction
            | Industry::MedicalTechnology => &PRODUCING,
            Industry::ElectricalInstallation
            | Industry::HeatingAndPlumbing
            | Industry::Construction
            | Industry::Joinery => &CRAFTS,
            Industry::Hotel | Industry::Restaurant => &HOSPITALITY,
            Industry::Software | Industry::ItServices | Industry::Agency => &DIGITAL,
            Industry::Consulting | Industry::TaxAdvice => &ADVICE,
            Industry::Logistics | Industry::Wholesale | Industry::CarDealership => &TRADE,
            Industry::Housing | Industry::Bank => &PROPERTY_AND_MONEY,
        }
    }

    fn person(&self, index: usize, position: Position, before: &[Person]) -> Person {
        let mut random = self.chance.stream_at("person", index);
        let (role, department, seniority) = position;
        let founder = (seniority == "executive")
            .then(|| self.founder(index, &mut random))
            .flatten();
        let women = if seniority == "executive" { 3 } else { 5 };
        // Repeats until the address is unique.
        loop {
            let (salutation, first_names) = if random.random_ratio(women, 10) {
                ("Frau", &WOMEN[..])
            } else {
                ("Herr", &MEN[..])
            };
            let first_name = pick(&mut random, first_names);
            let last_name = founder.unwrap_or_else(|| pick(&mut random, &SURNAMES));
            let email = format!("{}.{}@{}", slug(first_name), slug(last_name), self.domain);
            if before.iter().any(|other| other.email == email) {
                continue;
            }
            return Person {
                salutation,
                title: title(&mut random, self.industry),
                first_name,
                last_name,
                role,
                department,
                seniority,
                email,
                phone: self.direct_line(&mut random),
            };
        }
    }

    /// The surname that the `index`-th leader takes from the company's name: each owner and each partner takes one, a
    /// managing director often does.
    fn founder(&self, index: usize, random: &mut ChaCha8Rng) -> Option<&'static str> {
        let mut named = self.name.split([' ', ',']).filter_map(surname);
        let sure = matches!(
            self.legal_form,
            Some(LegalForm::Ek | LegalForm::Ohg | LegalForm::PartGmbb | LegalForm::Kg)
        );
        let first = named.next();
        // Siblings lead together, too.
        let family = index
            .checked_sub(1)
            .map_or(first, |later| named.nth(later).or(first));
        (sure || random.random_ratio(3, 5))
            .then_some(family)
            .flatten()
    }

    fn direct_line(&self, random: &mut ChaCha8Rng) -> Option<String> {
        self.phone.as_ref()?;
        match (random.random_range(0..10_u32), self.place) {
            (0..5, Some(city)) => Some(city.state.area().line(random)),
            (5..7, _) => Some(mobile(random)),
            _ => None,
        }
    }
}

/// A doctorate is rare, but less so in industries that need long studies.
fn title(random: &mut ChaCha8Rng, industry: Industry) -> Option<&'static str> {
    let learned = matches!(
        industry,
        Industry::MedicalTechnology
            | Industry::Consulting
            | Industry::TaxAdvice
            | Industry::Software
    );
    match random.random_range(0..1000_u32) {
        0..6 if learned => Some("Prof. Dr."),
        6..90 if learned => Some("Dr."),
        0..25 => Some("Dr."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{super::World, *};

    #[test]
    fn people_fit_their_company() {
        for company in World::new(1, 2000).companies() {
            let people = company.people();
            assert_eq!(people.len(), company.people_count());
            assert!((1..=4).contains(&people.len()));
            assert_eq!(people[0].department, "Management");
            let addresses: HashSet<_> = people.iter().map(|person| &person.email).collect();
            assert_eq!(addresses.len(), people.len());
            for person in &people {
                let (user, domain) = person.email.split_once('@').unwrap();
                assert_eq!(domain, company.domain);
                assert!(
                    user.bytes()
                        .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
                );
                let first_names = if person.salutation == "Frau" {
                    &WOMEN[..]
                } else {
                    &MEN
                };
                assert!(first_names.contains(&person.first_name));
                assert!(
                    person
                        .phone
                        .as_ref()
                        .is_none_or(|phone| phone.starts_with("+49 "))
                );
            }
        }
    }

    #[test]
    fn sole_trader_has_the_name_of_the_company() {
        let company = Company::about(
            1,
            &super::super::Given {
                name: "Metallbau Reinhardt e.K.",
                ..Default::default()
            },
        );
        let owner = &company.people()[0];
        assert_eq!((owner.role, owner.last_name), ("Owner", "Reinhardt"));
    }
}
