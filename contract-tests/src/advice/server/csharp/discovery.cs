using System;
using System.Collections.Generic;
using System.Linq;

class Company
{
    public string Id { get; set; } = "";
    public string ProspectSearchId { get; set; } = "";
    public string Name { get; set; } = "";
    public string City { get; set; } = "";
    public string WebsiteUrl { get; set; } = "";
    public double MatchScore { get; set; }
}

class Entry
{
    public string? WebsiteUrl { get; set; }
    public string? CompanyName { get; set; }
    public string? City { get; set; }

    /// <summary>By domain, or by name and, if the entry has one, city.</summary>
    public bool Excludes(Company company) => WebsiteUrl != null
        ? Domain(WebsiteUrl) == Domain(company.WebsiteUrl)
        : Same(CompanyName, company.Name) && (City is null || Same(City, company.City));

    static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    static string Domain(string url)
    {
        var host = new Uri(url).Host;
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
