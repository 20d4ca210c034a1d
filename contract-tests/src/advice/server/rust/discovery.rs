use url::Url;

#[derive(Clone)]
pub struct Company {
    pub id: String,
    pub prospect_search_id: String,
    pub name: String,
    pub city: String,
    pub website_url: Url,
    pub match_score: f64,
}

pub struct Entry {
    pub website_url: Option<Url>,
    pub company_name: Option<String>,
    pub city: Option<String>,
}

impl Entry {
    /// By domain, or by name and, if the entry has one, city.
    fn excludes(&self, company: &Company) -> bool {
        if let Some(url) = &self.website_url {
            return domain(url) == domain(&company.website_url);
        }
        let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
        let name = self
            .company_name
            .as_deref()
            .is_some_and(|name| same(name, &company.name));
        name && self
            .city
            .as_deref()
            .is_none_or(|city| same(city, &company.city))
    }
}

fn domain(url: &Url) -> Option<&str> {
    url.host_str()
        .map(|host| host.strip_prefix("www.").unwrap_or(host))
}

/// Companies of that search only, without those of every blacklist, the best first; the quantity is cut last.
pub fn discover(
    companies: &[Company],
    search_id: &str,
    blacklists: &[Vec<Entry>],
    quantity: usize,
) -> Vec<Company> {
    let is_excluded = |company: &Company| {
        blacklists
            .iter()
            .flatten()
            .any(|entry| entry.excludes(company))
    };
    let found = companies
        .iter()
        .filter(|company| company.prospect_search_id == search_id);
    let mut found: Vec<_> = found
        .filter(|company| !is_excluded(company))
        .cloned()
        .collect();
    found.sort_by(|one, other| {
        other
            .match_score
            .total_cmp(&one.match_score)
            .then_with(|| one.id.cmp(&other.id))
    });
    found.truncate(quantity);
    found
}
