/** The host without `www.`, or undefined; a website needs no scheme. */
function domain(website) {
  const url = website?.includes("://") ? website : `https://${website ?? ""}`;
  return (URL.canParse(url) && new URL(url).hostname.replace(/^www\./, "")) || undefined;
}

const same = (one, other) => Boolean(one) && one.toLowerCase() === other?.toLowerCase();

/** By the caller's own id, by domain, or by name and, if the entry has one, city. */
export function isExcluded(company, entry) {
  // What is missing matches nothing.
  const byId = Boolean(entry.external_id) && entry.external_id === company.source_id;
  const byDomain = same(domain(entry.website_url), domain(company.website));
  return byId || byDomain || (same(entry.company_name, company.name) && (!entry.city || same(entry.city, company.city)));
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
