use url::Url;

#[derive(Clone)]
pub struct Company {
    pub id: String,
    pub prospect_search_id: String,
    pub name: String,
    pub city: Option<String>,
    pub website: String,
    pub source_id: Option<String>,
    pub match_score: f64,
}

pub struct Entry {
    pub external_id: Option<String>,
    pub website_url: Option<String>,
    pub company_name: Option<String>,
    pub city: Option<String>,
}

impl Entry {
    /// By the caller's own id, by domain, or by name and, if the entry has one, city. What is missing matches nothing.
    fn excludes(&self, company: &Company) -> bool {
        let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
        let by_id = self.external_id.is_some() && self.external_id == company.source_id;
        let website = self.website_url.as_deref().and_then(domain);
        let by_domain = website.is_some() && website == domain(&company.website);
        let name = self.company_name.as_deref();
        let by_name = name.is_some_and(|name| same(name, &company.name));
        let in_city = self.city.as_deref().is_none_or(|city| {
            company
                .city
                .as_deref()
                .is_some_and(|other| same(city, other))
        });
        by_id || by_domain || (by_name && in_city)
    }
}

/// The host without `www.`; a website needs no scheme.
fn domain(website: &str) -> Option<String> {
    let url = if website.contains("://") {
        Url::parse(website)
    } else {
        Url::parse(&format!("https://{website}"))
    };
    let url = url.ok()?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
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
