//! Basic data of a company: its address, size, age, and telephone number.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{
    chance::{Chance, pick, pick_weighted},
    cities::City,
    industry::Industry,
    legal_form::LegalForm,
    phone::mobile,
};

/// Streets that exist in most cities.
const STREETS: [&str; 16] = [
    "Hauptstraße",
    "Bahnhofstraße",
    "Lindenstraße",
    "Schillerstraße",
    "Goethestraße",
    "Gartenstraße",
    "Ringstraße",
    "Am Bahnhof",
    "Bergstraße",
    "Kirchstraße",
    "Mühlenweg",
    "Schulstraße",
    "Wilhelmstraße",
    "Friedrichstraße",
    "Marktstraße",
    "Bismarckstraße",
];
/// Streets in industrial areas.
const INDUSTRIAL_STREETS: [&str; 8] = [
    "Industriestraße",
    "Gewerbestraße",
    "Am Gewerbepark",
    "Robert-Bosch-Straße",
    "Siemensstraße",
    "Carl-Benz-Straße",
    "Max-Planck-Straße",
    "Daimlerstraße",
];
/// Number of employees, from and to, and the weight.
const SIZES: [(u32, u32, u32); 6] = [
    (1, 4, 22),
    (5, 9, 22),
    (10, 49, 34),
    (50, 249, 17),
    (250, 999, 4),
    (1000, 4800, 1),
];

/// A random street and number.
pub(super) fn street(random: &mut ChaCha8Rng, industry: Industry) -> String {
    let industrial = needs_a_yard(industry) && random.random_ratio(3, 5);
    let streets: &[_] = if industrial {
        &INDUSTRIAL_STREETS
    } else {
        &STREETS
    };
    let street = pick(random, streets);
    // Low numbers are the most common, because every street has them.
    let longest = random.random_range(4..=140_u32);
    let number = random.random_range(1..=longest);
    let letter = match random.random_range(0..12_u32) {
        0 => "a",
        1 => "b",
        _ => "",
    };
    format!("{street} {number}{letter}")
}

/// A random number of employees.
pub(super) fn employees(
    random: &mut ChaCha8Rng,
    form: Option<LegalForm>,
    industry: Industry,
) -> u32 {
    let sizes = match form {
        _ if industry == Industry::Bank => &SIZES[3..5],
        Some(LegalForm::Ug) => &SIZES[..2],
        Some(LegalForm::Ek | LegalForm::Ohg) => &SIZES[..3],
        Some(LegalForm::Ag) => &SIZES[3..],
        Some(LegalForm::Eg | LegalForm::PartGmbb) => &SIZES[1..4],
        Some(LegalForm::GmbhCoKg) => &SIZES[1..],
        Some(LegalForm::Gmbh | LegalForm::Kg) | None => &SIZES[..5],
    };
    let (from, to, _) = *pick_weighted(random, sizes, |(from, _, weight)| {
        let likely = *from < 50 && is_local(industry);
        weight * if likely { 10 } else { 1 }
    });
    random.random_range(from..=to)
}

/// A random founding year. Most companies are young, and some are very old. None is older than its industry, and
/// none became big within a few years.
pub(super) fn founded(
    random: &mut ChaCha8Rng,
    employees: u32,
    form: Option<LegalForm>,
    industry: Industry,
) -> u16 {
    let oldest = match industry {
        Industry::Software => 1982,
        Industry::ItServices => 1988,
        Industry::Agency | Industry::Consulting | Industry::MedicalTechnology => 1965,
        Industry::ElectricalInstallation | Industry::CarDealership | Industry::TaxAdvice => 1925,
        Industry::Hotel
        | Industry::Restaurant
        | Industry::MechanicalEngineering
        | Industry::Metalworking
        | Industry::HeatingAndPlumbing
        | Industry::Construction
        | Industry::Joinery
        | Industry::Logistics
        | Industry::Wholesale
        | Industry::FoodProduction
        | Industry::Housing
        | Industry::Bank => 1880,
    };
    let oldest = match form {
        // Companies are founded with these two forms; an old company may have converted to the others.
        Some(form @ (LegalForm::Ug | LegalForm::PartGmbb)) => oldest.max(form.since()),
        Some(
            LegalForm::Gmbh
            | LegalForm::GmbhCoKg
            | LegalForm::Ag
            | LegalForm::Kg
            | LegalForm::Ohg
            | LegalForm::Ek
            | LegalForm::Eg,
        )
        | None => oldest,
    };
    // This module reads no clock, so the latest year is a constant.
    let latest = match employees {
        _ if industry == Industry::Bank => 1960,
        0..50 => 2023,
        50..250 => 2015,
        _ => 2005,
    };
    let recent = 1970;
    let is_recent = (oldest..latest).contains(&recent) && random.random_ratio(3, 4);
    let oldest = if is_recent { recent } else { oldest };
    random.random_range(oldest..=latest.max(oldest))
}

/// The switchboard's number, or a mobile one if the city is unknown.
pub(super) fn phone(chance: Chance, place: Option<&City>) -> String {
    let mut random = chance.stream("phone");
    match place {
        Some(city) => city.state.area().line(&mut random),
        None => mobile(&mut random),
    }
}

/// Local businesses, which rarely grow big.
fn is_local(industry: Industry) -> bool {
    matches!(
        industry,
        Industry::Hotel
            | Industry::Restaurant
            | Industry::ElectricalInstallation
            | Industry::HeatingAndPlumbing
            | Industry::Joinery
            | Industry::Agency
            | Industry::TaxAdvice
            | Industry::CarDealership
    )
}

/// Businesses that need room for lorries and make noise.
fn needs_a_yard(industry: Industry) -> bool {
    matches!(
        industry,
        Industry::MechanicalEngineering
            | Industry::Metalworking
            | Industry::ElectricalInstallation
            | Industry::HeatingAndPlumbing
            | Industry::Construction
            | Industry::Joinery
            | Industry::Logistics
            | Industry::Wholesale
            | Industry::FoodProduction
            | Industry::CarDealership
            | Industry::MedicalTechnology
    )
}
