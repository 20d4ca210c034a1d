using System;
using System.Threading.Tasks;

/// <summary>The one way to every operation. A step returns a response to end here, or null to go on.</summary>
class Steps<TRequest, TResponse> where TResponse : class
{
    readonly Func<TRequest, Task<TResponse?>>[] steps;

    public Steps(
        Func<TRequest, Task<TResponse?>> route, // 404 and 405, from the decoded path
        Func<TRequest, Task<TResponse?>> key, // 401: nothing of query, body or object has been looked at
        Func<TRequest, Task<TResponse?>> quota, // 429: counts every request that has a valid key, and no other
        Func<TRequest, Task<TResponse?>> scope, // 403: whether or not the object exists
        Func<TRequest, Task<TResponse?>> queryAndBody, // 400, 413, 415, 422
        Func<TRequest, Task<TResponse?>> run) => // 404 and 409 of objects, or the success
        steps = new[] { route, key, quota, scope, queryAndBody, run };

    public async Task<TResponse> Handle(TRequest request)
    {
        foreach (var step in steps)
            if (await step(request) is TResponse response) return response;
        throw new InvalidOperationException("`run` returns a response");
    }
}
