//! Names and domains of companies.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{
    chance::pick, cities::City, industry::Industry, legal_form::LegalForm, names::SURNAMES,
    slug::slug, trades::Trade,
};

/// First parts of the names of houses and estates, besides those of the landscape.
const GROUNDS: [&str; 12] = [
    "Linden",
    "Birken",
    "Eichen",
    "Rosen",
    "Schloss",
    "Markt",
    "See",
    "Park",
    "Wiesen",
    "Mühlen",
    "Kastanien",
    "Sonnen",
];
/// Last parts of the names of regions, for cooperatives.
const LANDS: [&str; 5] = ["land", "tal", "gau", "grund", "höhe"];
/// The two halves of coined words, as young companies use them.
const COINED: ([&str; 30], [&str; 24]) = (
    [
        "Data", "Novi", "Lumi", "Cora", "Veri", "Inno", "Opti", "Senso", "Quanti", "Alto", "Vecto",
        "Cyber", "Meta", "Intra", "Log", "Tele", "Neo", "Xeno", "Poly", "Syn", "Axi", "Digi",
        "Flexi", "Kubi", "Moni", "Ome", "Proto", "Rapi", "Sola", "Tri",
    ],
    [
        "vio", "tra", "nexa", "lytics", "soft", "ware", "logic", "mind", "grid", "flow", "stack",
        "base", "forge", "wave", "dyn", "ton", "mira", "plex", "sense", "line", "works", "cube",
        "point", "vera",
    ],
);

/// The patterns of names.
#[derive(Clone, Copy)]
enum Pattern {
    /// "Reinhardt Maschinenbau", "Spedition Krüger".
    Family,
    /// "Krüger & Söhne Spedition".
    Sons,
    /// "Hartmann & Vogel Steuerberatung".
    Partners,
    /// "Leinewerk Antriebstechnik", "Hotel Alsterblick".
    Landscape,
    /// "Metallbau Hildesheim".
    Place,
    /// "Datavio", "Datavio Software".
    Coined,
    /// "Molkerei Leineland".
    Cooperative,
}
use Pattern::{Coined, Cooperative, Family, Landscape, Partners, Place, Sons};

/// Generates names for a company until one is free.
pub(super) struct Namer {
    pub(super) random: ChaCha8Rng,
    pub(super) industry: Industry,
    pub(super) form: LegalForm,
    pub(super) city: &'static City,
}

impl Namer {
    /// A name without its legal form. The first attempts look like usual names. Later ones add the city, which
    /// gives enough combinations for any world.
    pub(super) fn next(&mut self, attempt: usize) -> String {
        let patterns: &[Pattern] = match self.form {
            LegalForm::Eg => &[Cooperative],
            LegalForm::PartGmbb => &[Partners],
            LegalForm::Ek => &[Family, Family, Family, Sons],
            LegalForm::Ohg | LegalForm::Kg => &[Family, Sons, Sons, Partners],
            LegalForm::Gmbh | LegalForm::GmbhCoKg | LegalForm::Ug | LegalForm::Ag
                if attempt >= 3 =>
            {
                &[Partners, Partners, Landscape]
            }
            LegalForm::Gmbh | LegalForm::GmbhCoKg | LegalForm::Ug | LegalForm::Ag => {
                self.usual_patterns()
            }
        };
        let pattern = pick(&mut self.random, patterns);
        let name = self.by_pattern(pattern);
        let city = self.city.short_name();
        if attempt < 3 || name.contains(city) {
            name
        } else {
            format!("{name} {city}")
        }
    }

    fn usual_patterns(&self) -> &'static [Pattern] {
        match self.industry {
            Industry::Software | Industry::ItServices => {
                &[Coined, Coined, Coined, Coined, Family, Partners, Landscape]
            }
            Industry::Agency | Industry::Consulting | Industry::MedicalTechnology => &[
                Coined, Coined, Family, Family, Partners, Landscape, Landscape,
            ],
            Industry::Hotel | Industry::Restaurant | Industry::Housing => &[
                Landscape, Landscape, Landscape, Landscape, Family, Family, Place,
            ],
            Industry::TaxAdvice => &[Partners, Partners, Family, Family, Landscape],
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
            | Industry::Bank => &[
                Family, Family, Family, Family, Sons, Partners, Landscape, Landscape, Place,
            ],
        }
    }

    fn by_pattern(&mut self, pattern: Pattern) -> String {
        let trade = self.industry.trade();
        let random = &mut self.random;
        match pattern {
            Family => {
                let family = pick(random, &SURNAMES).to_owned();
                with_trade(random, trade, &family)
            }
            Sons => {
                let family = pick(random, &SURNAMES);
                let house = match random.random_range(0..6_u32) {
                    0..3 => format!("{family} & Söhne"),
                    3 => format!("{family} & Sohn"),
                    4 => format!("Gebrüder {family}"),
                    _ => format!("{family} & Töchter"),
                };
                with_trade(random, trade, &house)
            }
            Partners => {
                let house = partners(random, self.form);
                format!("{house} {}", pick(random, trade.after))
            }
            Landscape => {
                let house = self.house();
                with_trade(&mut self.random, trade, &house)
            }
            Place => format!("{} {}", pick(random, trade.after), self.city.short_name()),
            Coined => {
                let (starts, ends) = COINED;
                let word = format!("{}{}", pick(random, &starts), pick(random, &ends));
                if random.random_ratio(1, 3) {
                    word
                } else {
                    format!("{word} {}", pick(random, trade.after))
                }
            }
            Cooperative => {
                let word = pick(random, trade.cooperative);
                match random.random_range(0..3_u32) {
                    0 => format!("{word} {}", self.city.short_name()),
                    1 => format!("{word} {}", self.ground()),
                    _ => format!("{word} {}", self.land()),
                }
            }
        }
    }

    /// "Leinewerk", "Alsterblick", "Lindenhof".
    fn house(&mut self) -> String {
        let hospitable = matches!(
            self.industry,
            Industry::Hotel | Industry::Restaurant | Industry::Housing
        );
        let start = if hospitable && self.random.random_ratio(1, 2) {
            pick(&mut self.random, &GROUNDS)
        } else {
            pick(&mut self.random, self.city.state.landscapes())
        };
        format!(
            "{start}{}",
            pick(&mut self.random, self.industry.trade().endings)
        )
    }

    /// "Leineland".
    fn land(&mut self) -> String {
        let start = pick(&mut self.random, self.city.state.landscapes());
        format!("{start}{}", pick(&mut self.random, &LANDS))
    }

    /// "Lindental".
    fn ground(&mut self) -> String {
        let start = pick(&mut self.random, &GROUNDS);
        format!("{start}{}", pick(&mut self.random, &LANDS))
    }
}

/// The house name with the trade, before or after it.
fn with_trade(random: &mut ChaCha8Rng, trade: &Trade, house: &str) -> String {
    if !trade.before.is_empty() && random.random_ratio(1, 2) {
        format!("{} {house}", pick(random, trade.before))
    } else {
        format!("{house} {}", pick(random, trade.after))
    }
}

/// "Hartmann & Vogel"; for partnerships, which alone may use the word, "Hartmann, Vogel & Partner".
fn partners(random: &mut ChaCha8Rng, form: LegalForm) -> String {
    let first = pick(random, &SURNAMES);
    let second = pick(random, &SURNAMES);
    if form != LegalForm::PartGmbb {
        format!("{first} & {second}")
    } else if first == second {
        format!("{first} & Partner")
    } else if random.random_ratio(1, 3) {
        format!("{first}, {second} & Partner")
    } else {
        format!("{first} & {second}")
    }
}

/// Possible domains of a company, best first: the words of its name, with hyphens or joined, then with its city.
pub(super) fn domains(
    random: &mut ChaCha8Rng,
    base: &str,
    city: &City,
) -> impl Iterator<Item = String> {
    let hyphens = slug(base);
    let joined = hyphens.replace('-', "");
    let join = joined.len() <= 14 || (joined.len() <= 24 && random.random_ratio(1, 3));
    let names = if join {
        [joined, hyphens]
    } else {
        [hyphens, joined]
    };
    names
        .into_iter()
        .chain(std::iter::once_with(move || {
            slug(&format!("{base} {}", city.short_name()))
        }))
        .map(|name| format!("{name}.example"))
}

/// The domain of a company that a caller names: the host of its website, or one derived from its name.
pub(super) fn domain_of(name: &str, website: Option<&str>) -> String {
    website.and_then(domain_of_website).unwrap_or_else(|| {
        let (base, _) = LegalForm::split(name);
        let label = slug(base);
        format!(
            "{}.example",
            if label.is_empty() { "company" } else { &label }
        )
    })
}

/// The host of a website without "www.". It is moved under `.example`, unless it already is under a reserved
/// top-level domain.
pub(crate) fn domain_of_website(website: &str) -> Option<String> {
    let host = website.split_once("://").map_or(website, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?.split(':').next()?;
    let labels: Vec<_> = host
        .split('.')
        .map(slug)
        .filter(|label| !label.is_empty())
        .collect();
    let labels = labels.strip_prefix(&["www".to_owned()]).unwrap_or(&labels);
    let (top, rest) = labels.split_last()?;
    let host = match (top.as_str(), rest) {
        (_, []) => format!("{top}.example"),
        ("example" | "test" | "invalid" | "localhost", _) => labels.join("."),
        ("com" | "net" | "org", [.., second]) if second == "example" => labels.join("."),
        _ => format!("{}.example", rest.join(".")),
    };
    // The maximum length of a host name.
    (host.len() <= 253).then_some(host)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::slug::is_label, *};

    #[test]
    fn domains_are_reserved_for_examples() {
        for (name, website, expected) in [
            (
                "x",
                Some("https://www.grandhotel-berlin.de/rooms"),
                "grandhotel-berlin.example",
            ),
            (
                "x",
                Some("http://shop.müller.de:8080?a"),
                "shop.mueller.example",
            ),
            ("x", Some("x.example"), "x.example"),
            ("x", Some("https://me@WWW.x.TEST"), "x.test"),
            ("x", Some("https://www.example.com"), "example.com"),
            ("x", Some("localhost"), "localhost.example"),
            ("Café Größenwahn GmbH", None, "cafe-groessenwahn.example"),
            ("Müller & Söhne", Some("http://"), "mueller-soehne.example"),
            ("&", None, "company.example"),
        ] {
            assert_eq!(domain_of(name, website), expected);
        }
    }

    proptest! {
        #[test]
        fn any_input_yields_a_valid_host_name(name in ".{0,90}", website in ".{0,300}") {
            let domain = domain_of(&name, Some(&website));
            prop_assert!(domain.len() <= 253);
            prop_assert!(domain.contains('.') && domain.split('.').all(is_label), "{domain}");
        }
    }
}
