//! A company and its data.

use rand_chacha::ChaCha8Rng;

use super::{
    chance::{Chance, pick},
    cities::City,
    industry::Industry,
    legal_form::LegalForm,
    naming::{Namer, domain_of, domains},
    profile::{employees, founded, phone, street},
};

/// A company.
#[derive(Debug, PartialEq)]
pub(crate) struct Company {
    /// The full name, which ends with the legal form.
    pub(crate) name: String,
    /// The legal form in the name.
    pub(crate) legal_form: Option<LegalForm>,
    pub(crate) industry: Industry,
    /// The city, as it was given.
    pub(crate) city: Option<String>,
    /// Street and number, if the city is known.
    pub(crate) street: Option<String>,
    /// A postal code of the city, if the city is known.
    pub(crate) postal_code: Option<&'static str>,
    /// The federal state, if the city is known.
    pub(crate) state: Option<&'static str>,
    /// "Germany" unless another was given.
    pub(crate) country: String,
    /// A domain under a reserved top-level domain, so that nobody owns it.
    pub(crate) domain: String,
    /// The website that was given, or that of the domain.
    pub(crate) website: String,
    /// A number reserved for fiction, if the company is in Germany.
    pub(crate) phone: Option<String>,
    /// Number of employees.
    pub(crate) employees: u32,
    /// The founding year.
    pub(crate) founded: u16,
    /// The city, if it is in the table.
    pub(super) place: Option<&'static City>,
    /// The source of its aspects' streams.
    pub(super) chance: Chance,
}

/// Known data about a company that a caller names.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Given<'a> {
    pub(crate) name: &'a str,
    pub(crate) website: Option<&'a str>,
    /// The city.
    pub(crate) city: Option<&'a str>,
    /// The country.
    pub(crate) country: Option<&'a str>,
}

impl Given<'_> {
    /// Whether the company is in Germany, which is the default.
    fn is_german(&self) -> bool {
        self.country.is_none_or(|country| {
            ["germany", "deutschland", "de"].contains(&country.trim().to_lowercase().as_str())
        })
    }

    /// The city, if it is in the table: the given one, one in the name, or a random one.
    fn place(&self, random: &mut ChaCha8Rng) -> Option<&'static City> {
        if !self.is_german() {
            return None;
        }
        match self.city {
            Some(city) => City::named(city),
            None => self
                .name
                .split([' ', '-'])
                .find_map(City::named)
                .or_else(|| Some(City::random(random))),
        }
    }
}

impl Company {
    /// A company that a caller names. Given data is kept, and the rest is generated to fit. Data that depends on an
    /// unknown city or on another country stays empty.
    pub(crate) fn about(chance: u64, given: &Given<'_>) -> Self {
        let chance = Chance(chance);
        let place = given.place(&mut chance.stream("city"));
        let (_, legal_form) = LegalForm::split(given.name);
        let industry = Industry::of_name(given.name)
            .unwrap_or_else(|| Industry::random(&mut chance.stream("industry")));
        let domain = domain_of(given.name, given.website);
        let city = given.city.or(place.map(|city| city.name));
        Self {
            website: given
                .website
                .map_or_else(|| website(&domain), ToOwned::to_owned),
            city: city.map(ToOwned::to_owned),
            country: given.country.unwrap_or("Germany").to_owned(),
            phone: given.is_german().then(|| phone(chance, place)),
            ..Self::from_parts(
                chance,
                given.name.to_owned(),
                legal_form,
                industry,
                place,
                domain,
            )
        }
    }

    /// A company of a world. `is_free` decides which name and domain are free.
    pub(super) fn new(chance: Chance, is_free: impl Fn(&str, &str) -> bool) -> Self {
        let industry = Industry::random(&mut chance.stream("industry"));
        let city = City::random(&mut chance.stream("city"));
        let form = industry.legal_form(&mut chance.stream("legal form"));
        let mut random = chance.stream("domain");
        let mut namer = Namer {
            random: chance.stream("name"),
            industry,
            form,
            city,
        };
        let (name, domain) = (0..)
            .find_map(|attempt| {
                let base = namer.next(attempt);
                let name = format!("{base} {}", form.name());
                domains(&mut random, &base, city)
                    .find(|domain| is_free(&name, domain))
                    .map(|domain| (name, domain))
            })
            .expect("there are more names than attempts");
        Self::from_parts(chance, name, Some(form), industry, Some(city), domain)
    }

    fn from_parts(
        chance: Chance,
        name: String,
        legal_form: Option<LegalForm>,
        industry: Industry,
        place: Option<&'static City>,
        domain: String,
    ) -> Self {
        let mut address = chance.stream("address");
        let employees = employees(&mut chance.stream("employees"), legal_form, industry);
        Self {
            name,
            legal_form,
            industry,
            city: place.map(|city| city.name.to_owned()),
            street: place.map(|_| street(&mut address, industry)),
            postal_code: place.map(|city| pick(&mut address, city.postal_codes)),
            state: place.map(|city| city.state.name()),
            country: "Germany".to_owned(),
            website: website(&domain),
            domain,
            phone: Some(phone(chance, place)),
            employees,
            founded: founded(
                &mut chance.stream("founded"),
                employees,
                legal_form,
                industry,
            ),
            place,
            chance,
        }
    }
}

fn website(domain: &str) -> String {
    format!("https://www.{domain}")
}

#[cfg(test)]
mod tests {
    use proptest::{option, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn keeps_any_given_value(
            chance: u64,
            name in ".{0,40}",
            website in option::of(".{0,40}"),
            city in option::of("Celle|München|.{0,9}"),
            country in option::of("Germany|.{0,9}"),
        ) {
            let given = Given {
                name: &name,
                website: website.as_deref(),
                city: city.as_deref(),
                country: country.as_deref(),
            };
            let company = Company::about(chance, &given);
            prop_assert_eq!(&company.name, &name);
            prop_assert!(website.is_none_or(|website| website == company.website));
            prop_assert!(city.is_none() || city == company.city);
            prop_assert_eq!(country.unwrap_or("Germany".into()), company.country.as_str());
            prop_assert_eq!(company.people().len(), company.people_count());
            prop_assert_eq!(
                company.register().is_some(),
                company.legal_form.is_some() && company.state.is_some()
            );
        }
    }

    #[test]
    fn keeps_given_values() {
        let given = Given {
            name: "Grandhotel Adler",
            website: Some("https://www.grandhotel-adler.de/"),
            city: Some("celle"),
            country: Some("Deutschland"),
        };
        let company = Company::about(1, &given);
        assert_eq!(company.name, given.name);
        assert_eq!(company.website, given.website.unwrap());
        assert_eq!(company.city.as_deref(), given.city);
        assert_eq!(company.country, given.country.unwrap());
        assert_eq!(company.domain, "grandhotel-adler.example");
        assert_eq!(company.industry, Industry::Hotel);
        assert_eq!(company.state, Some("Niedersachsen"));
        assert!(company.postal_code.unwrap().starts_with("292"));
        assert!(company.street.is_some() && company.phone.is_some());
        assert_eq!(company.legal_form, None);
    }

    #[test]
    fn unknown_places_have_no_derived_details() {
        let abroad = Given {
            name: "Müller Software GmbH",
            city: Some("Wien"),
            country: Some("Austria"),
            ..Given::default()
        };
        let unknown = Given {
            city: Some("Hintertupfing"),
            country: None,
            ..abroad
        };
        for (given, phone) in [(abroad, false), (unknown, true)] {
            let company = Company::about(1, &given);
            assert_eq!(company.city.as_deref(), given.city);
            assert_eq!((company.postal_code, company.state), (None, None));
            assert_eq!(company.street, None);
            assert_eq!(company.phone.is_some(), phone);
            assert_eq!(company.register(), None);
            assert_eq!(company.legal_form, Some(LegalForm::Gmbh));
        }
    }

    #[test]
    fn takes_the_city_from_the_name() {
        let given = Given {
            name: "Stadtwerke Göttingen AG",
            ..Given::default()
        };
        let company = Company::about(7, &given);
        assert_eq!(company.city.as_deref(), Some("Göttingen"));
        assert_eq!(company, Company::about(7, &given));
        let elsewhere = Company::about(
            7,
            &Given {
                name: "Reinhardt AG",
                ..given
            },
        );
        assert!(elsewhere.city.is_some() && elsewhere.postal_code.is_some());
    }
}
