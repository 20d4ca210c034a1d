//! The jobs of all companies of a world, found by their titles.

use super::{
    World,
    index::{Index, folded},
    owner,
};

/// The jobs of all companies of a world. They have numbers from 0 across all companies.
#[derive(Debug)]
pub(crate) struct JobIndex {
    /// Number of jobs before each company; the last element is the total.
    before: Vec<usize>,
    titles: Index,
}

impl JobIndex {
    /// The jobs of this world, which gets no more companies.
    pub(crate) fn of(world: &World) -> Self {
        let (mut before, mut titles) = (vec![0], Index::default());
        let mut total = 0;
        for company in world.companies() {
            for job in company.jobs() {
                titles.push(&job.title);
                total += 1;
            }
            before.push(total);
        }
        Self { before, titles }
    }

    /// The company that offers a job, and the job's index in it.
    pub(crate) fn offer(&self, job: usize) -> (usize, usize) {
        owner(&self.before, job)
    }

    /// The jobs whose title contains one of the texts, ignoring case. If a city is given, only jobs in that city
    /// match.
    pub(crate) fn search(&self, world: &World, texts: &[String], city: Option<&str>) -> Vec<usize> {
        let city = city.map(|city| folded(city.trim()));
        let there = |job: usize| {
            city.as_ref().is_none_or(|city| {
                let (company, _) = self.offer(job);
                let there = world.companies()[company].city.as_deref();
                there.is_some_and(|there| folded(there) == *city)
            })
        };
        let found: Vec<_> = texts.iter().map(|text| self.titles.search(text)).collect();
        let jobs = 0..self.before[world.len()];
        jobs.filter(|job| found.iter().any(|found| found[*job]) && there(*job))
            .collect()
    }
}
