//! The industries, and how a company's name reveals its industry.

use std::sync::LazyLock;

use memchr::memmem::FinderRev;
use rand_chacha::ChaCha8Rng;
use serde::Deserialize;
use strum::VariantArray;

use super::{
    chance::pick_weighted,
    legal_form::LegalForm::{self, Ag, Eg, Ek, Gmbh, GmbhCoKg, Kg, Ohg, PartGmbb, Ug},
    trades::Trade,
};

/// The industry of a company.
#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq, VariantArray)]
pub(crate) enum Industry {
    /// Hotels and inns.
    Hotel,
    /// Restaurants and caterers.
    Restaurant,
    /// Builders of machines and drives.
    MechanicalEngineering,
    /// Turning, milling, welding.
    Metalworking,
    /// Electricians.
    ElectricalInstallation,
    /// Heating, plumbing, air conditioning.
    HeatingAndPlumbing,
    /// Building and civil engineering.
    Construction,
    /// Joiners and cabinetmakers.
    Joinery,
    /// Makers of software.
    Software,
    /// System houses and hosting.
    ItServices,
    /// Advertising agencies.
    Agency,
    /// Management consultants.
    Consulting,
    /// Tax consultants.
    TaxAdvice,
    /// Haulage and warehouses.
    Logistics,
    /// Wholesalers.
    Wholesale,
    /// Bakeries, dairies, breweries.
    FoodProduction,
    /// Car dealers and garages.
    CarDealership,
    /// Landlords, developers, property managers.
    Housing,
    /// Makers of medical devices.
    MedicalTechnology,
    /// Cooperative banks.
    Bank,
}

/// The keywords of each industry, prepared for searches.
static KEYWORDS: LazyLock<Vec<(Industry, Vec<FinderRev<'_>>)>> = LazyLock::new(|| {
    let industries = Industry::VARIANTS.iter();
    let prepared = industries.map(|industry| {
        let keywords = industry.trade().keywords.iter();
        (*industry, keywords.map(FinderRev::new).collect())
    });
    prepared.collect()
});

/// A legal form and its weight.
type Usual = (LegalForm, u32);

impl Industry {
    /// A random industry, by weight.
    pub(super) fn random(random: &mut ChaCha8Rng) -> Self {
        *pick_weighted(random, Self::VARIANTS, |industry| industry.trade().weight)
    }

    /// The industry that a name reveals. If there are several, the last one counts: in German, the last part of a
    /// compound names the thing. A Gewerbebank is a bank.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let name = format!(" {} ", name.to_lowercase());
        let told = KEYWORDS.iter().filter_map(|(industry, keywords)| {
            let places = keywords.iter().filter_map(|word| word.rfind(&name));
            Some((places.max()?, *industry))
        });
        told.max_by_key(|(place, _)| *place)
            .map(|(_, industry)| industry)
    }

    /// The English name, which the API shows.
    pub(crate) fn business_type(self) -> &'static str {
        self.trade().business_type
    }

    /// The naming rules of the industry.
    pub(super) fn trade(self) -> &'static Trade {
        Trade::of(self)
    }

    /// A random legal form, weighted by how common it is in the industry.
    pub(super) fn legal_form(self, random: &mut ChaCha8Rng) -> LegalForm {
        let usual: &[Usual] = match self {
            Self::Bank => &[(Eg, 1)],
            Self::Housing => &[(Gmbh, 50), (GmbhCoKg, 14), (Ug, 5), (Ag, 3), (Eg, 28)],
            Self::FoodProduction => &[
                (Gmbh, 48),
                (GmbhCoKg, 18),
                (Kg, 5),
                (Ohg, 4),
                (Ek, 15),
                (Eg, 10),
            ],
            Self::TaxAdvice => &[(Gmbh, 45), (PartGmbb, 55)],
            Self::Consulting => &[(Gmbh, 62), (Ug, 16), (Ag, 3), (PartGmbb, 15), (GmbhCoKg, 4)],
            Self::Software | Self::ItServices | Self::Agency => &[
                (Gmbh, 70),
                (Ug, 17),
                (Ag, 3),
                (GmbhCoKg, 6),
                (Ohg, 1),
                (Ek, 3),
            ],
            Self::MechanicalEngineering | Self::MedicalTechnology => {
                &[(Gmbh, 64), (GmbhCoKg, 25), (Ag, 4), (Kg, 5), (Ug, 2)]
            }
            Self::Hotel
            | Self::Restaurant
            | Self::Metalworking
            | Self::ElectricalInstallation
            | Self::HeatingAndPlumbing
            | Self::Construction
            | Self::Joinery
            | Self::Logistics
            | Self::Wholesale
            | Self::CarDealership => &[
                (Gmbh, 56),
                (GmbhCoKg, 15),
                (Ug, 7),
                (Ag, 1),
                (Kg, 4),
                (Ohg, 4),
                (Ek, 13),
            ],
        };
        pick_weighted(random, usual, |(_, weight)| *weight).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derives_the_industry_from_words_of_the_name() {
        for (name, expected) in [
            ("Hotel Adler", Some(Industry::Hotel)),
            (
                "Reinhardt MASCHINENBAU GmbH",
                Some(Industry::MechanicalEngineering),
            ),
            ("Bäckerei Brandt e.K.", Some(Industry::FoodProduction)),
            ("Steuerberatung Vogel", Some(Industry::TaxAdvice)),
            ("Gewerbebank Celle eG", Some(Industry::Bank)),
            ("Reinhardt IT", Some(Industry::ItServices)),
            ("Müller & Söhne mit-denken", None),
        ] {
            assert_eq!(Industry::of_name(name), expected, "{name}");
        }
    }

    #[test]
    fn every_industry_recognizes_its_own_names() {
        for industry in Industry::VARIANTS.iter().copied() {
            let trade = industry.trade();
            for word in trade
                .before
                .iter()
                .chain(trade.after)
                .chain(trade.cooperative)
            {
                let found = Industry::of_name(word);
                assert!(
                    found.is_none_or(|found| found == industry),
                    "{word}: {found:?}"
                );
            }
        }
    }
}
