//! Register entries of companies.

use jiff::civil::{Date, date};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{chance::pick_weighted, company::Company, legal_form::LegalForm, people::Person};

/// An entry in the commercial register, or in that of cooperatives or partnerships.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Register {
    /// The court that keeps it.
    pub(crate) court: &'static str,
    /// `HRA`, `HRB`, `GnR`, or `PR`.
    pub(crate) kind: &'static str,
    /// The number of the entry.
    pub(crate) number: u32,
    /// The date of registration.
    pub(crate) registered: Date,
    /// In euros, if the form has share capital.
    pub(crate) share_capital: Option<u32>,
    /// All people who lead the company.
    pub(crate) directors: Vec<String>,
}

/// Share capital in euros, and its weight.
type Capital = (u32, u32);

const GMBH: [Capital; 7] = [
    (25_000, 60),
    (25_600, 12), // 50,000 DM, converted
    (50_000, 14),
    (51_200, 3),
    (100_000, 7),
    (250_000, 3),
    (1_000_000, 1),
];
const UG: [Capital; 6] = [
    (1, 1),
    (100, 2),
    (500, 4),
    (1_000, 5),
    (2_500, 2),
    (5_000, 1),
];
const AG: [Capital; 5] = [
    (50_000, 10),
    (100_000, 5),
    (500_000, 3),
    (1_000_000, 2),
    (5_000_000, 1),
];

impl Company {
    /// The company's entry, if its form must be registered and its city is known.
    pub(crate) fn register(&self) -> Option<Register> {
        let form = self.legal_form?;
        let city = self.place?;
        let mut random = self.chance.stream("register");
        let (kind, last) = match form {
            LegalForm::Gmbh | LegalForm::Ug | LegalForm::Ag => ("HRB", 70 * city.inhabitants),
            LegalForm::GmbhCoKg | LegalForm::Kg | LegalForm::Ohg | LegalForm::Ek => {
                ("HRA", 18 * city.inhabitants)
            }
            LegalForm::Eg => ("GnR", 900),
            LegalForm::PartGmbb => ("PR", 2400),
        };
        let court = match form {
            LegalForm::PartGmbb => city.state.partnership_court(),
            LegalForm::Gmbh
            | LegalForm::GmbhCoKg
            | LegalForm::Ug
            | LegalForm::Ag
            | LegalForm::Kg
            | LegalForm::Ohg
            | LegalForm::Ek
            | LegalForm::Eg => None,
        };
        let registered = self.registered(form);
        Some(Register {
            court: court.unwrap_or(city.court),
            kind,
            number: number(&mut random, registered, last.clamp(800, 250_000)),
            registered,
            share_capital: self.share_capital(form),
            directors: self.directors(),
        })
    }

    /// Within a year of the founding. An old company was often registered much later, when it converted to its
    /// form.
    fn registered(&self, form: LegalForm) -> Date {
        let mut random = self.chance.stream("registered");
        let founded = self.founded.max(form.since());
        let years = if random.random_ratio(1, 3) {
            2023_u16.saturating_sub(founded).min(60)
        } else {
            1
        };
        let year = founded + 1 + random.random_range(0..years.max(1));
        let (month, day) = (random.random_range(1..=12), random.random_range(1..=28));
        date(i16::try_from(year).expect("a year of our time"), month, day)
    }

    fn share_capital(&self, form: LegalForm) -> Option<u32> {
        let usual: &[Capital] = match form {
            LegalForm::Gmbh => &GMBH,
            LegalForm::Ug => &UG,
            LegalForm::Ag => &AG,
            LegalForm::GmbhCoKg
            | LegalForm::Kg
            | LegalForm::Ohg
            | LegalForm::Ek
            | LegalForm::Eg
            | LegalForm::PartGmbb => return None,
        };
        let mut random = self.chance.stream("share capital");
        Some(pick_weighted(&mut random, usual, |(_, weight)| *weight).0)
    }

    fn directors(&self) -> Vec<String> {
        self.people()
            .iter()
            .filter(|person| person.department == "Management" && person.seniority == "executive")
            .map(Person::full_name)
            .collect()
    }
}

/// Numbers increase over time: an old entry has a low number.
fn number(random: &mut ChaCha8Rng, registered: Date, last: u32) -> u32 {
    let years = u32::from(registered.year().unsigned_abs()).saturating_sub(1860);
    let latest = last * years / (2024 - 1860);
    random.random_range(latest * 4 / 5..=latest).max(1)
}

#[cfg(test)]
mod tests {
    use super::{super::World, *};

    #[test]
    fn register_entry_fits_its_company() {
        for company in World::new(1, 3000).companies() {
            let form = company.legal_form.unwrap();
            let entry = company.register().unwrap();
            assert!(entry.court.starts_with("Amtsgericht "));
            assert!(i32::from(entry.registered.year()) > i32::from(company.founded));
            assert!(entry.registered.year() <= 2024);
            assert!(entry.directors.contains(&company.people()[0].full_name()));
            let (kind, min) = match form {
                LegalForm::Gmbh => ("HRB", Some(25_000)),
                LegalForm::Ug => ("HRB", Some(1)),
                LegalForm::Ag => ("HRB", Some(50_000)),
                LegalForm::GmbhCoKg | LegalForm::Kg | LegalForm::Ohg | LegalForm::Ek => {
                    ("HRA", None)
                }
                LegalForm::Eg => ("GnR", None),
                LegalForm::PartGmbb => ("PR", None),
            };
            assert_eq!(entry.kind, kind);
            assert_eq!(entry.share_capital.is_some(), min.is_some());
            assert!(entry.share_capital >= min);
            assert!(form != LegalForm::Ug || entry.share_capital < Some(25_000));
        }
    }
}
