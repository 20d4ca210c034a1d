using System;
using System.Collections.Generic;
using System.Linq;

class SentCompany
{
    public string CompanyName { get; set; } = "";

    /// <summary>A text, also if it looks like a number.</summary>
    public string? ExternalId { get; set; }
}

class Match
{
    public string Id { get; set; } = "";
    public object[] Contacts { get; set; } = Array.Empty<object>();
    public object[] Technologies { get; set; } = Array.Empty<object>();
}

static class Results
{
    /// <summary>A result for each company that was sent, in its order, with its external_id as it was.</summary>
    public static object[] Of(IEnumerable<SentCompany> companies, ICollection<string> features, Func<SentCompany, Match> find) =>
        companies.Select(company =>
        {
            var match = find(company);
            var row = new Dictionary<string, object?>
            {
                ["source_id"] = company.ExternalId,
                ["company_id"] = match.Id,
                ["company"] = new { name = company.CompanyName },
            };
            // What was not ordered is left out, even where it is known.
            if (features.Contains("CONTACTS")) row["contacts"] = match.Contacts;
            if (features.Contains("TECHNOLOGIES")) row["technologies"] = match.Technologies;
            return (object)row;
        }).ToArray();
}
