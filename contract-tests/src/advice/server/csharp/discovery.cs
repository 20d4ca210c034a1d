using System;
using System.Collections.Generic;
using System.Linq;

class Company
{
    public string Id { get; set; } = "";
    public string ProspectSearchId { get; set; } = "";
    public string Name { get; set; } = "";
    public string? City { get; set; }
    public string Website { get; set; } = "";
    public string? SourceId { get; set; }
    public double MatchScore { get; set; }
}

class Entry
{
    public string? ExternalId { get; set; }
    public string? WebsiteUrl { get; set; }
    public string? CompanyName { get; set; }
    public string? City { get; set; }

    /// <summary>By the caller's own id, by domain, or by name and, if the entry has one, city.</summary>
    public bool Excludes(Company company) =>
        (ExternalId != null && ExternalId == company.SourceId)
        || Same(Domain(WebsiteUrl), Domain(company.Website))
        || (Same(CompanyName, company.Name) && (City is null || Same(City, company.City)));

    /// <summary>What is missing matches nothing.</summary>
    static bool Same(string? one, string? other) => !string.IsNullOrEmpty(one) && string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The host without `www.`; a website needs no scheme.</summary>
    static string Domain(string? website)
    {
        var url = website != null && website.Contains("://") ? website : "https://" + website;
        var host = Uri.TryCreate(url, UriKind.Absolute, out var parsed) ? parsed.Host : "";
        return host.StartsWith("www.", StringComparison.Ordinal) ? host.Substring(4) : host;
    }
}

static class Discovery
{
    /// <summary>Companies of that search only, without those of every blacklist, the best first; the quantity is cut last.</summary>
    public static IEnumerable<Company> Find(IEnumerable<Company> companies, string searchId, IEnumerable<Entry[]> blacklists, int quantity)
    {
        var entries = blacklists.SelectMany(blacklist => blacklist).ToList();
        return companies
            .Where(company => company.ProspectSearchId == searchId && !entries.Any(entry => entry.Excludes(company)))
            .OrderByDescending(company => company.MatchScore)
            .ThenBy(company => company.Id, StringComparer.Ordinal)
            .Take(quantity);
    }
}
