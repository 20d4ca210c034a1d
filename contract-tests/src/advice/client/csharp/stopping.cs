using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;

static class Stopping
{
    /// <summary>Each job sends a request and returns its status. The first 401 stops all jobs that use the key.</summary>
    public static async Task Run(IEnumerable<Func<CancellationToken, Task<HttpStatusCode>>> jobs)
    {
        var waiting = new ConcurrentQueue<Func<CancellationToken, Task<HttpStatusCode>>>(jobs);
        using var rejected = new CancellationTokenSource();
        async Task Work()
        {
            while (!rejected.IsCancellationRequested && waiting.TryDequeue(out var job))
            {
                if (await job(rejected.Token) == HttpStatusCode.Unauthorized) rejected.Cancel();
            }
        }
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Work()));
        }
        catch (OperationCanceledException) when (rejected.IsCancellationRequested) { }
        if (rejected.IsCancellationRequested) throw new UnauthorizedAccessException("the API has rejected the key");
    }
}
