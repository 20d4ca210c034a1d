using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using OpenProspect.Mock;

/// <summary>Tries OpenProspectMock.cs without a test runner: `Tests` runs all tests side by side, `Tests hang` starts a server and waits.</summary>
static class Tests
{
    static readonly string Order = "{\"title\": \"Hotels\", \"features\": [\"CONTACTS\"], \"companies\": [{\"company_name\": \"Example Corp\"}]}";

    static async Task<int> Main(string[] arguments)
    {
        if (arguments.Contains("hang"))
        {
            await MockServer.StartAsync();
            Console.WriteLine("started");
            await Task.Delay(-1);
        }
        var tests = new Dictionary<string, Func<Task>>
        {
            ["each test has an organization of its own"] = Isolation,
            ["a quota comes back when the clock moves"] = Quota,
            ["a scenario starts and ends"] = Storm,
            ["the journal verifies what was sent"] = Verification,
            ["another key has a life of its own"] = Keys,
            ["a revoked key stops working"] = Revocation,
            ["a clock runs faster"] = Scale,
            ["a scenario is read from a file"] = ScenarioFile,
            ["what the control API rejects is named"] = Rejection,
            ["an organization of a server that has stopped can be disposed of"] = Stopped,
            ["a server that cannot start says why"] = NoStart,
        };
        var results = await Task.WhenAll(tests.Select(test => Run(test.Key, test.Value)));
        Console.WriteLine($"{results.Count(passed => passed)} passed, {results.Count(passed => !passed)} failed");
        return results.All(passed => passed) ? 0 : 1;
    }

    static async Task<bool> Run(string name, Func<Task> test)
    {
        try
        {
            await test();
            return true;
        }
        catch (Exception error)
        {
            Console.WriteLine($"failed: {name}: {error}");
            return false;
        }
    }

    static async Task Isolation()
    {
        await using var organization = await MockServer.OrganizationAsync();
        using var client = organization.CreateClient();
        Equal(200, await Get(client));
        await organization.Journal.AssertSentAsync("list_orders", exactly: 1);
        await using var other = await MockServer.OrganizationAsync();
        await other.Journal.AssertNotSentAsync();
    }

    static async Task Quota()
    {
        var options = new OrganizationOptions { Preset = "read_only", Tier = "free", Clock = "frozen=2026-01-15T09:00:00Z" };
        await using var organization = await MockServer.OrganizationAsync(options);
        using var client = organization.CreateClient();
        for (var request = 0; request < 100; request++) Equal(200, await Get(client));
        Equal(429, await Get(client));
        Equal(DateTimeOffset.Parse("2026-01-15T10:00:00Z"), await organization.Clock.AdvanceAsync(TimeSpan.FromHours(1)));
        Equal(200, await Get(client));
        Equal(DateTimeOffset.Parse("2026-02-01T00:00:00Z"), await organization.Clock.SetAsync(DateTimeOffset.Parse("2026-02-01T01:00:00+01:00")));
    }

    static async Task Storm()
    {
        await using var organization = await MockServer.OrganizationAsync(new OrganizationOptions { Scenario = "rate-limit-storm" });
        using var client = organization.CreateClient();
        var statuses = new List<int>();
        for (var request = 0; request < 10; request++) statuses.Add(await Get(client));
        Equal(true, statuses.Contains(429));
        await organization.ScenarioAsync(null);
        Equal(200, await Get(client));
    }

    static async Task Verification()
    {
        await using var organization = await MockServer.OrganizationAsync();
        using var client = organization.CreateClient();
        using var response = await client.PostAsync("orders", new StringContent(Order, Encoding.UTF8, "application/json"));
        Equal(201, (int)response.StatusCode);
        var sent = new Expectation
        {
            Method = "POST",
            Path = "/api/v1/*",
            Headers = new Dictionary<string, object> { ["content-type"] = true },
            Json = new { title = "Hotels" },
            Pointers = new Dictionary<string, object?> { ["/companies/0/company_name"] = "Example Corp" },
            AtLeast = 1,
            AtMost = 1,
        };
        await organization.Journal.VerifyAsync(new[] { sent }, inOrder: true, nothingElse: true);
        Equal(1, (await organization.Journal.RequestsAsync()).Count);
        var failure = await Thrown<JournalException>(organization.Journal.AssertSentAsync("create_order", json: new { title = "Hotel" }));
        Equal(true, failure.Message.EndsWith("closest: POST /api/v1/orders -> 201\n    json /title: expected \"Hotel\", was \"Hotels\""));
        await organization.Journal.ClearAsync();
        await organization.Journal.AssertNotSentAsync();
    }

    static async Task Keys()
    {
        await using var organization = await MockServer.OrganizationAsync();
        using var client = organization.CreateClient();
        client.DefaultRequestHeaders.Authorization =
            new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", await organization.KeyAsync("read_only", expiresIn: "1h"));
        Equal(200, await Get(client));
        await organization.Clock.AdvanceAsync(TimeSpan.FromHours(1));
        Equal(401, await Get(client));
    }

    static async Task Revocation()
    {
        await using var organization = await MockServer.OrganizationAsync();
        using var client = organization.CreateClient();
        var other = await organization.KeyAsync("read-only");
        await organization.RevokeAsync();
        Equal(401, await Get(client));
        client.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", other);
        Equal(200, await Get(client));
        await organization.RevokeAsync(other);
        Equal(401, await Get(client));
    }

    static async Task Scale()
    {
        await using var organization = await MockServer.OrganizationAsync();
        var begin = await organization.Clock.ScaleAsync(100_000);
        while (await organization.Clock.NowAsync() < begin + TimeSpan.FromSeconds(100)) { }
    }

    static async Task ScenarioFile()
    {
        await using var organization = await MockServer.OrganizationAsync();
        using var client = organization.CreateClient();
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "name: busy\nsummary: Every request returns 503.\nrules: [{do: [{error: {status: 503}}]}]\n");
        await organization.ScenarioAsync(file);
        File.Delete(file);
        Equal(503, await Get(client));
    }

    static async Task Rejection()
    {
        await using var organization = await MockServer.OrganizationAsync();
        var rejected = await Thrown<ControlException>(organization.ScenarioAsync("rate-limit-strom"));
        Equal(true, rejected.Message.Contains("did you mean rate-limit-storm?"));
    }

    static async Task Stopped()
    {
        var server = await MockServer.StartAsync();
        await using var organization = await server.NewOrganizationAsync();
        server.Dispose();
    }

    static async Task NoStart()
    {
        var failure = await Thrown<InvalidOperationException>(MockServer.StartAsync("--seed=none"));
        Equal(true, failure.Message.Contains("--seed"));
    }

    static async Task<int> Get(HttpClient client)
    {
        using var response = await client.GetAsync("orders?limit=1");
        return (int)response.StatusCode;
    }

    static async Task<T> Thrown<T>(Task task) where T : Exception
    {
        try
        {
            await task;
        }
        catch (T expected)
        {
            return expected;
        }
        throw new InvalidOperationException($"no {typeof(T).Name}");
    }

    static void Equal<T>(T expected, T actual)
    {
        if (!Equals(expected, actual)) throw new InvalidOperationException($"expected {expected}, was {actual}");
    }
}
