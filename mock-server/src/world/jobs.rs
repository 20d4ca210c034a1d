//! The jobs that companies offer, written in German as in real postings.

use rand::{RngExt, seq::IndexedRandom};

use super::{
    chance::pick,
    company::Company,
    openings::{EVERYWHERE, Kind, Opening, of_industry},
};

/// A job that a company offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    /// Such as "Zerspanungsmechaniker (m/w/d)".
    pub(crate) title: String,
    pub(crate) department: &'static str,
    /// `full_time`, `part_time`, `apprenticeship`, or `working_student`.
    pub(crate) employment_type: &'static str,
    /// Whether the job allows remote work.
    pub(crate) remote: bool,
    /// The company's city.
    pub(crate) city: Option<String>,
    /// Number of days since it was posted.
    pub(crate) days_ago: u32,
    /// A description of a few sentences.
    pub(crate) description: String,
}

/// Sentences in which a company praises itself.
const OFFERS: [&str; 8] = [
    "Wir bieten einen unbefristeten Arbeitsvertrag, 30 Tage Urlaub und ein Team, das zusammenhält.",
    "Sie erwartet eine gründliche Einarbeitung und ein Arbeitsplatz mit Zukunft.",
    "Freuen Sie sich auf flexible Arbeitszeiten, eine betriebliche Altersvorsorge und kurze Entscheidungswege.",
    "Bei uns erwarten Sie eine faire Bezahlung, Weiterbildung und ein kollegiales Miteinander.",
    "Wir zahlen übertariflich und bieten Jobrad, Urlaubs- und Weihnachtsgeld.",
    "Ihre Bewerbung genügt uns ohne Anschreiben; wir melden uns innerhalb einer Woche.",
    "Es erwarten Sie moderne Arbeitsmittel, geregelte Arbeitszeiten und kostenlose Parkplätze.",
    "Ein Probetag ist jederzeit möglich. Rufen Sie uns einfach an.",
];
/// The same for apprentices, who are addressed informally.
const OFFERS_TO_APPRENTICES: [&str; 3] = [
    "Wir unterstützen dich bei der Prüfung und übernehmen dich danach gern.",
    "Du lernst in einem erfahrenen Team, das sich Zeit für dich nimmt.",
    "Ein Praktikum zum Kennenlernen ist jederzeit möglich.",
];
/// The same for students.
const OFFERS_TO_STUDENTS: [&str; 2] = [
    "Deine Arbeitszeiten richten sich nach deinem Stundenplan.",
    "Gern begleiten wir auch deine Abschlussarbeit.",
];

impl Company {
    /// The jobs that a company offers. Small companies rarely have one.
    pub(crate) fn jobs(&self) -> Vec<Job> {
        let mut random = self.chance.stream("jobs");
        let count = match self.employees {
            0..5 => random.random_range(0..=2_usize).saturating_sub(1),
            5..20 => random.random_range(0..=1),
            20..80 => random.random_range(0..=3),
            80..250 => random.random_range(1..=4),
            _ => random.random_range(2..=6),
        };
        let openings: Vec<_> = of_industry(self.industry)
            .iter()
            .chain(&EVERYWHERE)
            .collect();
        openings
            .sample(&mut random, count)
            .enumerate()
            .map(|(index, opening)| self.job(index, opening))
            .collect()
    }

    fn job(&self, index: usize, opening: &Opening) -> Job {
        let mut random = self.chance.stream_at("job", index);
        let place = self.city.as_deref().map_or_else(
            || "Für unser Team".to_owned(),
            |city| format!("Für unseren Standort in {city}"),
        );
        let soon = pick(&mut random, &["zum nächstmöglichen Zeitpunkt", "ab sofort"]);
        let (title, sought, tasks, offers) = match opening.kind {
            Kind::Office | Kind::OnSite | Kind::PartTime => (
                opening.title.to_owned(),
                format!("{soon} Verstärkung"),
                "Zu Ihren Aufgaben gehören",
                &OFFERS[..],
            ),
            Kind::Apprenticeship => (
                format!("Ausbildung {}", opening.title),
                "zum neuen Ausbildungsjahr Auszubildende".to_owned(),
                "Das lernst du bei uns",
                &OFFERS_TO_APPRENTICES[..],
            ),
            Kind::WorkingStudent => (
                format!("Werkstudent {}", opening.title),
                format!("{soon} Unterstützung"),
                "Deine Aufgaben",
                &OFFERS_TO_STUDENTS[..],
            ),
        };
        let employment_type = match opening.kind {
            Kind::Office | Kind::OnSite if random.random_ratio(1, 8) => "part_time",
            Kind::Office | Kind::OnSite => "full_time",
            Kind::PartTime => "part_time",
            Kind::Apprenticeship => "apprenticeship",
            Kind::WorkingStudent => "working_student",
        };
        let offer = pick(&mut random, offers);
        Job {
            title: format!("{title} (m/w/d)"),
            description: format!(
                "{place} suchen wir {sought}. {tasks}: {}. {offer}",
                opening.tasks
            ),
            department: opening.department,
            employment_type,
            remote: opening.kind == Kind::Office && random.random_ratio(1, 3),
            city: self.city.clone(),
            days_ago: random.random_range(0..=90),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::World;

    #[test]
    fn jobs_fit_their_company() {
        for company in World::new(1, 2000).companies() {
            let jobs = company.jobs();
            assert!(jobs.len() <= 6);
            let titles: HashSet<_> = jobs.iter().map(|job| &job.title).collect();
            assert_eq!(titles.len(), jobs.len());
            for job in &jobs {
                assert_eq!(job.city, company.city);
                assert!(job.title.ends_with("(m/w/d)"), "{}", job.title);
                assert!(job.description.ends_with('.') && !job.department.is_empty());
                assert!(job.days_ago <= 90);
                assert!(!job.remote || job.employment_type != "apprenticeship");
            }
        }
    }
}
