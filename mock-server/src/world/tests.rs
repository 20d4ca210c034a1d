//! Properties of a whole world.

use std::{collections::HashSet, fmt::Write, sync::LazyLock};

use proptest::prelude::*;

use super::{legal_form::LegalForm, slug::is_label, *};

static WORLD: LazyLock<World> = LazyLock::new(|| World::new(1, 400));
static SMALL_WORLD: LazyLock<World> = LazyLock::new(|| World::new(1, FEW));
static JOBS: LazyLock<JobIndex> = LazyLock::new(|| JobIndex::of(&WORLD));
/// The people of the world, by company.
static PEOPLE: LazyLock<Vec<Vec<Person>>> =
    LazyLock::new(|| WORLD.companies().iter().map(Company::people).collect());

#[test]
fn same_seed_makes_the_same_world() {
    let again = World::new(1, 400);
    assert_eq!(WORLD.companies(), again.companies());
    for (company, other) in WORLD.companies().iter().zip(again.companies()) {
        assert_eq!(company.people(), other.people());
        assert_eq!(company.technologies(), other.technologies());
        assert_eq!(company.jobs(), other.jobs());
        assert_eq!(company.register(), other.register());
    }
    let other = World::new(2, 400);
    assert!((0..400).all(|index| WORLD.companies[index] != other.companies[index]));
}

#[test]
fn names_and_domains_are_unique_and_match() {
    let world = World::new(3, 20_000);
    let mut names = HashSet::new();
    let mut domains = HashSet::new();
    for (index, company) in world.companies().iter().enumerate() {
        assert!(names.insert(folded(&company.name)), "{}", company.name);
        assert!(domains.insert(&company.domain), "{}", company.domain);
        let label = company.domain.strip_suffix(".example").unwrap();
        assert!(is_label(label), "{label}");
        assert_eq!(company.website, format!("https://www.{}", company.domain));
        assert_eq!(LegalForm::split(&company.name).1, company.legal_form);
        assert_eq!(world.by_domain(&company.domain), Some(index));
        assert!((1870..=2023).contains(&company.founded));
        assert!(company.employees > 0);
        let place = company.place.unwrap();
        assert!(place.postal_codes.contains(&company.postal_code.unwrap()));
        assert_eq!(company.state, Some(place.state.name()));
    }
}

#[test]
fn finds_a_company_by_name_and_city() {
    let company = &WORLD.companies[17];
    let city = company.city.as_deref();
    for name in [company.name.to_uppercase(), format!(" {} ", company.name)] {
        assert_eq!(WORLD.by_name(&name, None), Some(17));
        assert_eq!(WORLD.by_name(&name, city), Some(17));
        assert_eq!(WORLD.by_name(&name, Some("Hintertupfing")), None);
    }
    assert_eq!(WORLD.by_name("No such company", None), None);
}

#[test]
fn numbers_people_through_all_companies() {
    let mut workplaces = Vec::new();
    for (index, company) in WORLD.companies().iter().enumerate() {
        workplaces.extend((0..company.people().len()).map(|person| (index, person)));
    }
    assert_eq!(workplaces.len(), WORLD.people());
    for (person, workplace) in workplaces.into_iter().enumerate() {
        assert_eq!(WORLD.workplace(person), workplace);
        assert!(WORLD.people_of(workplace.0).contains(&person));
    }
}

#[test]
fn empty_search_finds_everything() {
    assert_eq!(WORLD.search_companies(""), [true; 400]);
    assert_eq!(WORLD.search_people("\0"), vec![true; WORLD.people()]);
}

/// Search texts: parts of existing data in any case, or anything.
fn texts() -> impl Strategy<Value = String> {
    let piece = (0..400_usize, 0..30_usize, 1..9_usize).prop_map(|(number, from, length)| {
        let company = &WORLD.companies[number];
        let person = &PEOPLE[number][0];
        let text = format!("{} {} {}", company.name, person.full_name(), person.role);
        text.chars()
            .skip(from)
            .take(length)
            .collect::<String>()
            .to_uppercase()
    });
    prop_oneof![piece, "[a-zäöüß ]{1,2}", ".{1,3}"]
}

#[test]
fn finds_jobs_by_any_word_and_by_place() {
    let words = ["ausbildung".to_owned(), "VERTRIEB".to_owned()];
    let all = JOBS.search(&WORLD, &words, None);
    let there = JOBS.search(&WORLD, &words, Some(" hamburg "));
    assert!(!there.is_empty() && there.len() < all.len());
    for job in all {
        let (company, index) = JOBS.offer(job);
        let job_there = WORLD.companies[company].jobs().swap_remove(index);
        let title = folded(&job_there.title);
        assert!(
            title.contains("ausbildung") || title.contains("vertrieb"),
            "{title}"
        );
        assert_eq!(
            there.contains(&job),
            job_there.city.as_deref() == Some("Hamburg")
        );
    }
}

proptest! {
    #[test]
    fn search_equals_a_linear_scan(text in texts()) {
        let needle = folded(&text);
        let contains = |field: &str| folded(field).contains(&needle);
        let mut companies = Vec::new();
        let mut people = Vec::new();
        let mut jobs = Vec::new();
        for (company, staff) in WORLD.companies().iter().zip(&*PEOPLE) {
            companies.push(
                contains(&company.name)
                    || contains(company.city.as_deref().unwrap())
                    || contains(company.industry.business_type())
                    || staff.iter().any(|person| contains(&person.full_name())),
            );
            for person in staff {
                people.push(contains(&company.name) || contains(&person.full_name()) || contains(person.role));
            }
            jobs.extend(company.jobs().iter().map(|job| contains(&job.title)));
        }
        let jobs = (0..jobs.len()).filter(|job| jobs[*job]).collect::<Vec<_>>();
        prop_assert_eq!(JOBS.search(&WORLD, std::slice::from_ref(&text), None), jobs);
        prop_assert_eq!(WORLD.search_companies(&text), &companies[..]);
        prop_assert_eq!(WORLD.search_people(&text), &people[..]);
        // Its first companies, for which no texts are kept.
        prop_assert_eq!(SMALL_WORLD.search_companies(&text), &companies[..FEW]);
        prop_assert_eq!(SMALL_WORLD.search_people(&text), &people[..SMALL_WORLD.people()]);
    }

    #[test]
    fn bigger_world_starts_with_the_smaller_one(seed: u64, small in 0..12_usize, more in 0..12_usize) {
        let smaller = World::new(seed, small);
        let bigger = World::new(seed, small + more);
        prop_assert_eq!(smaller.companies(), &bigger.companies()[..small]);
    }
}

/// Snapshots for readers: what generated data looks like.
#[test]
fn companies_and_people_look_like_this() {
    let mut shown = String::new();
    for company in &WORLD.companies[..8] {
        show(&mut shown, company).unwrap();
    }
    insta::assert_snapshot!(shown);
}

fn show(out: &mut String, company: &Company) -> std::fmt::Result {
    let register = company.register().unwrap();
    writeln!(
        out,
        "{} ({})",
        company.name,
        company.industry.business_type()
    )?;
    writeln!(
        out,
        "  {}, {} {}, {}; {}; {}",
        company.street.as_deref().unwrap(),
        company.postal_code.unwrap(),
        company.city.as_deref().unwrap(),
        company.state.unwrap(),
        company.phone.as_deref().unwrap(),
        company.website,
    )?;
    writeln!(
        out,
        "  since {}, {} people; {}, {} {}, {}, capital {:?}, led by {}",
        company.founded,
        company.employees,
        register.court,
        register.kind,
        register.number,
        register.registered,
        register.share_capital,
        register.directors.join(" and "),
    )?;
    for person in company.people() {
        let title = person
            .title
            .map(|title| format!("{title} "))
            .unwrap_or_default();
        writeln!(
            out,
            "  - {} {title}{}, {} ({}, {}), {}, {}",
            person.salutation,
            person.full_name(),
            person.role,
            person.department,
            person.seniority,
            person.email,
            person.phone.as_deref().unwrap_or("no phone"),
        )?;
    }
    let technologies = company.technologies();
    let names: Vec<_> = technologies.iter().map(|found| found.name).collect();
    writeln!(out, "  with {}", names.join(", "))?;
    for job in company.jobs() {
        writeln!(
            out,
            "  * {} ({}): {}",
            job.title, job.employment_type, job.description
        )?;
    }
    writeln!(out)
}
