using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

static class NewKeys
{
    const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>
    /// The body of the 201, the only place with the whole key; send it with `Cache-Control: no-store`. `row` has the name, scopes, tier and
    /// expiry that were requested, and no wider default. Stored are the hash of the key and how it is shown.
    /// </summary>
    public static Dictionary<string, object?> Create(IDictionary<string, Dictionary<string, object?>> byHash, Dictionary<string, object?> row)
    {
        var random = Enumerable.Range(0, 32).Select(_ => Characters[RandomNumberGenerator.GetInt32(Characters.Length)]);
        var key = "lnc_test_" + string.Concat(random);
        row["id"] = $"key_{Guid.NewGuid():N}";
        row["masked_key"] = $"{key[..13]}…{key[^4..]}";
        row["status"] = "active";
        row["last_used_at"] = null; // Set it whenever the key is used.
        using var sha = SHA256.Create();
        byHash[Convert.ToBase64String(sha.ComputeHash(Encoding.UTF8.GetBytes(key)))] = row;
        return new Dictionary<string, object?>(row) { ["key"] = key };
    }
}
