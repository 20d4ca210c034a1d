using System;
using System.Linq;

static class RedirectUris
{
    /// <summary>Compared as text, but for the port of a loopback address. If it is not registered, show an error page: do not redirect.</summary>
    public static bool IsRegistered(string uri, string[] registered)
    {
        // Parsers drop line breaks and blanks, which `Redirect` would send; parameters after a fragment would be part of it.
        if (uri.Any(character => character < '!' || character > '~' || character == '#')) return false;
        if (registered.Contains(uri)) return true;
        var wanted = WithoutPort(uri);
        return wanted != null && registered.Any(other => WithoutPort(other) == wanted);
    }

    static string? WithoutPort(string uri)
    {
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed) || parsed.Scheme != "http" || parsed.UserInfo != "") return null;
        var isLoopback = parsed.Host == "127.0.0.1" || parsed.Host == "[::1]";
        return isLoopback ? parsed.Host + parsed.PathAndQuery + parsed.Fragment : null;
    }

    /// <summary>`name` is `code` or `error`. The state goes back as it came, with errors, too.</summary>
    public static string Redirect(string uri, string? state, string issuer, string name, string value)
    {
        var begin = uri.Contains('?') ? "&" : "?";
        var returned = state is null ? "" : "&state=" + Uri.EscapeDataString(state);
        return $"{uri}{begin}{name}={Uri.EscapeDataString(value)}{returned}&iss={Uri.EscapeDataString(issuer)}";
    }
}
