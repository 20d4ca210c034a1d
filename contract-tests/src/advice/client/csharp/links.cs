using System;

static class Links
{
    /// <summary>The URL of a link, which must not send the key to another host.</summary>
    public static Uri NextPage(Uri baseUrl, string link)
    {
        var url = new Uri(baseUrl, link);
        var same = UriComponents.SchemeAndServer;
        if (url.GetComponents(same, UriFormat.Unescaped) != baseUrl.GetComponents(same, UriFormat.Unescaped))
            throw new InvalidOperationException($"the API links to {url.Authority}");
        return url;
    }
}
