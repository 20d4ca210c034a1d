using System.Collections.Generic;
using System.Linq;

/// <summary>What every later step asks, whether the request has a key or an access token.</summary>
class Caller
{
    public string Organization { get; }
    public ISet<string> Scopes { get; }
    public string Quota { get; }

    Caller(string organization, IEnumerable<string> scopes, string quota) =>
        (Organization, Scopes, Quota) = (organization, new HashSet<string>(scopes), quota);

    public static Caller OfKey(string id, string organization, IEnumerable<string> scopes) =>
        new Caller(organization, scopes, "key:" + id);

    /// <summary>
    /// The scopes of the token, as far as its user still has them; the organization of the token; a quota that all tokens of a user share.
    /// </summary>
    public static Caller OfToken(string user, string organization, string scope, ISet<string> scopesOfUser) =>
        new Caller(organization, scope.Split(' ').Where(scopesOfUser.Contains), "user:" + user);
}
