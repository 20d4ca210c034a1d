const domain = (url) => new URL(url).hostname.replace(/^www\./, "");
const same = (one, other) => one?.toLowerCase() === other?.toLowerCase();

/** By domain, or by name and, if the entry has one, city. */
export function isExcluded(company, entry) {
  if (entry.website_url) return domain(entry.website_url) === domain(company.website_url);
  return same(entry.company_name, company.name) && (!entry.city || same(entry.city, company.city));
}

/** Companies of that search only, without those of every blacklist, the best first; the quantity is cut last. */
export function discover(companies, searchId, blacklists, quantity) {
  const entries = blacklists.flat();
  return companies
    .filter((company) => company.prospect_search_id === searchId)
    .filter((company) => !entries.some((entry) => isExcluded(company, entry)))
    .toSorted((one, other) => other.match_score - one.match_score || (one.id < other.id ? -1 : 1))
    .slice(0, quantity);
}
