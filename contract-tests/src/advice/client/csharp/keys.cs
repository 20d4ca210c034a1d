using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading;
using System.Threading.Tasks;

/// <summary>Reads the key for each request, so that a new key is used as soon as it exists.</summary>
class KeyFromFile : DelegatingHandler
{
    readonly string path;

    public KeyFromFile(string path) : base(new SocketsHttpHandler()) => this.path = path;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken token)
    {
        var key = await File.ReadAllTextAsync(path, token);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Trim());
        return await base.SendAsync(request, token);
    }
}
