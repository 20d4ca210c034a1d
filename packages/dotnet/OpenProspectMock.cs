// A sandbox of the OpenProspect API for tests in .NET: copy this file into your project of tests.
//
//     await using var organization = await MockServer.OrganizationAsync();
//     using var client = organization.CreateClient();
//     var response = await client.GetAsync("orders");
//     await organization.Journal.AssertSentAsync("list_orders", exactly: 1);
//
// It needs the program mock-server: on the PATH, or as named by OPENPROSPECT_MOCK_SERVER. It compiles with C# 8 and .NET Core 3.1 and later.

#nullable enable

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;

namespace OpenProspect.Mock
{
    /// <summary>A server on a free port. It stops when it is disposed of, and also when this process ends in any other way.</summary>
    public sealed class MockServer : IDisposable
    {
        static readonly Lazy<Task<(string ApiUrl, string ControlUrl)>> Shared =
            new Lazy<Task<(string, string)>>(ShareAsync, LazyThreadSafetyMode.ExecutionAndPublication);

        readonly Process process;
        readonly StringBuilder log = new StringBuilder();

        MockServer(Process process)
        {
            this.process = process;
            process.ErrorDataReceived += (_, line) =>
            {
                lock (log) log.AppendLine(line.Data);
            };
            process.BeginErrorReadLine();
        }

        /// <summary>The base URL of the API.</summary>
        public string ApiUrl { get; private set; } = "";

        /// <summary>The URL of the control API.</summary>
        public string ControlUrl { get; private set; } = "";

        /// <summary>What the server has logged.</summary>
        public string Log
        {
            get
            {
                lock (log) return log.ToString();
            }
        }

        /// <summary>Starts a server with options of `mock-server serve`, such as `--seed=7`.</summary>
        public static async Task<MockServer> StartAsync(params string[] options)
        {
            var program = Environment.GetEnvironmentVariable("OPENPROSPECT_MOCK_SERVER");
            var start = new ProcessStartInfo(string.IsNullOrEmpty(program) ? "mock-server" : program)
            {
                // A pipe that ends with this process, however it ends.
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            };
            foreach (var option in new[] { "--port=0", "--ready-json", "--exit-with-parent" }.Concat(options))
            {
                start.ArgumentList.Add(option);
            }
            var server = new MockServer(Process.Start(start)!);
            AppDomain.CurrentDomain.ProcessExit += server.Stop;
            var line = await server.process.StandardOutput.ReadLineAsync();
            if (line is null)
            {
                server.process.WaitForExit();
                throw new InvalidOperationException($"mock-server did not start: {server.Log.Trim()}");
            }
            using var ready = JsonDocument.Parse(line);
            server.ApiUrl = ready.RootElement.GetProperty("url").GetString()!;
            server.ControlUrl = ready.RootElement.GetProperty("control_url").GetString() ?? "";
            return server;
        }

        /// <summary>A new organization on the server that all tests share: that of `mock-server run`, or one of this process.</summary>
        public static async Task<Organization> OrganizationAsync(OrganizationOptions? options = null)
        {
            var (apiUrl, controlUrl) = await Shared.Value;
            return await Organization.CreateAsync(new Control(controlUrl), apiUrl, options ?? new OrganizationOptions());
        }

        /// <summary>A new organization on this server.</summary>
        public Task<Organization> NewOrganizationAsync(OrganizationOptions? options = null) =>
            Organization.CreateAsync(new Control(ControlUrl), ApiUrl, options ?? new OrganizationOptions());

        static async Task<(string, string)> ShareAsync()
        {
            var apiUrl = Environment.GetEnvironmentVariable("OPENPROSPECT_API_URL");
            var controlUrl = Environment.GetEnvironmentVariable("OPENPROSPECT_CONTROL_URL");
            if (!string.IsNullOrEmpty(apiUrl) && !string.IsNullOrEmpty(controlUrl)) return (apiUrl!, controlUrl!);
            var server = await StartAsync();
            return (server.ApiUrl, server.ControlUrl);
        }

        /// <summary>Stops the server.</summary>
        public void Dispose()
        {
            AppDomain.CurrentDomain.ProcessExit -= Stop;
            Stop(null, EventArgs.Empty);
            process.Dispose();
        }

        void Stop(object? sender, EventArgs arguments)
        {
            if (process.HasExited) return;
            process.Kill();
            process.WaitForExit();
        }
    }

    /// <summary>What an organization is like.</summary>
    public sealed class OrganizationOptions
    {
        /// <summary>Scenario that is active from the start, such as `rate-limit-storm`, or the path of its file.</summary>
        public string? Scenario { get; set; }

        /// <summary>Scopes of its key: `orders`, `read_only`, `full_access` or `discovery`.</summary>
        public string Preset { get; set; } = "full_access";

        /// <summary>Rate limit of its key: `free`, `pro` or `enterprise`.</summary>
        public string Tier { get; set; } = "enterprise";

        /// <summary>How its clock runs: `real`, `frozen`, `frozen=2026-01-15T09:00:00Z` or `scale=60`.</summary>
        public string? Clock { get; set; }
    }

    /// <summary>Data, a key, a clock and a journal that no other test sees. It is deleted when it is disposed of.</summary>
    public sealed class Organization : IAsyncDisposable
    {
        readonly Control control;
        readonly string path;
        // The ids of the keys that were created here.
        readonly ConcurrentDictionary<string, string> ids = new ConcurrentDictionary<string, string>();

        Organization(Control control, string apiUrl, JsonElement made)
        {
            this.control = control;
            ApiUrl = apiUrl;
            Name = made.GetProperty("name").GetString()!;
            ApiKey = Known(made.GetProperty("minted")[0]);
            path = $"/organizations/{Name}";
            Clock = new Clock(control, $"{path}/clock");
            Journal = new Journal(control, $"{path}/journal");
        }

        /// <summary>Its name.</summary>
        public string Name { get; }

        /// <summary>The base URL of the API.</summary>
        public string ApiUrl { get; }

        /// <summary>Its key.</summary>
        public string ApiKey { get; }

        /// <summary>Its clock, which its keys, quotas and orders read.</summary>
        public Clock Clock { get; }

        /// <summary>What its clients sent.</summary>
        public Journal Journal { get; }

        internal static async Task<Organization> CreateAsync(Control control, string apiUrl, OrganizationOptions options)
        {
            var body = new { clock = options.Clock, keys = new[] { new { preset = options.Preset.Replace('-', '_'), tier = options.Tier } } };
            var made = await control.SendAsync(HttpMethod.Post, "/organizations", body);
            var organization = new Organization(control, apiUrl, made);
            if (options.Scenario != null) await organization.ScenarioAsync(options.Scenario);
            return organization;
        }

        /// <summary>A client with the key, for paths relative to the base URL, such as `orders`.</summary>
        public HttpClient CreateClient()
        {
            var client = new HttpClient(new HttpClientHandler { UseProxy = false }) { BaseAddress = new Uri(ApiUrl + "/") };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
            return client;
        }

        /// <summary>Activates a bundled scenario from now on, or that of a file, such as `busy.yaml`; null deactivates it.</summary>
        public Task ScenarioAsync(string? scenario)
        {
            if (scenario is null) return ControlAsync(HttpMethod.Delete, "/scenario");
            // No name has a dot or a slash, as paths have.
            var isFile = scenario.IndexOfAny(new[] { '.', '/', '\\' }) >= 0;
            object body = isFile ? (object)new { yaml = File.ReadAllText(scenario) } : new { name = scenario };
            return ControlAsync(HttpMethod.Post, "/scenario", body);
        }

        /// <summary>Creates another key.</summary>
        public async Task<string> KeyAsync(string preset = "full_access", string tier = "enterprise", string? expiresIn = null)
        {
            var body = new { preset = preset.Replace('-', '_'), tier, expires_in = expiresIn };
            return Known(await ControlAsync(HttpMethod.Post, "/keys", body));
        }

        /// <summary>Revokes a key that <see cref="KeyAsync"/> has returned; by default, the organization's own.</summary>
        public Task RevokeAsync(string? key = null)
        {
            if (!ids.TryGetValue(key ?? ApiKey, out var id)) throw new ArgumentException("the organization has not created this key");
            return ControlAsync(HttpMethod.Post, $"/keys/{id}/revoke");
        }

        /// <summary>Sends a request about this organization to the control API, such as a POST to `/reset`.</summary>
        public Task<JsonElement> ControlAsync(HttpMethod method, string path, object? body = null) =>
            control.SendAsync(method, this.path + path, body);

        /// <summary>Deletes the organization.</summary>
        public async ValueTask DisposeAsync()
        {
            try
            {
                await ControlAsync(HttpMethod.Delete, "");
            }
            catch (HttpRequestException)
            {
                // The server has stopped, and has nothing to delete.
            }
        }

        /// Keeps the id of a key that was created, and returns its text.
        string Known(JsonElement made)
        {
            var key = made.GetProperty("key").GetString()!;
            ids[key] = made.GetProperty("id").GetString()!;
            return key;
        }
    }

    /// <summary>The clock of an organization. Each member returns its time.</summary>
    public sealed class Clock
    {
        readonly Control control;
        readonly string path;

        internal Clock(Control control, string path) => (this.control, this.path) = (control, path);

        /// <summary>The time.</summary>
        public async Task<DateTimeOffset> NowAsync() => Time(await control.SendAsync(HttpMethod.Get, path));

        /// <summary>Lets time pass.</summary>
        public Task<DateTimeOffset> AdvanceAsync(TimeSpan by) =>
            MoveAsync("advance", new { by = by.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + "ms" });

        /// <summary>Sets the time.</summary>
        public Task<DateTimeOffset> SetAsync(DateTimeOffset to) =>
            MoveAsync("set", new { to = to.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) });

        /// <summary>Lets time pass at a multiple of normal speed from the present time on.</summary>
        public Task<DateTimeOffset> ScaleAsync(double factor) => MoveAsync("scale", new { factor });

        /// <summary>Stops the clock.</summary>
        public Task<DateTimeOffset> FreezeAsync() => MoveAsync("freeze", new { });

        /// <summary>Lets time pass at normal speed from the present time on.</summary>
        public Task<DateTimeOffset> ResumeAsync() => MoveAsync("resume", new { });

        async Task<DateTimeOffset> MoveAsync(string verb, object body) =>
            Time(await control.SendAsync(HttpMethod.Post, $"{path}/{verb}", body));

        static DateTimeOffset Time(JsonElement clock) => clock.GetProperty("now").GetDateTimeOffset();
    }

    /// <summary>A kind of request, and how many are expected; by default at least one. Keys are compared by their masks.</summary>
    public sealed class Expectation
    {
        /// <summary>An operation, such as `list_orders`.</summary>
        public string? Operation { get; set; }

        /// <summary>A method.</summary>
        public string? Method { get; set; }

        /// <summary>The whole path, with `*` for any segment.</summary>
        public string? Path { get; set; }

        /// <summary>Parameters of the query: a value, or whether there is one.</summary>
        public Dictionary<string, object>? Query { get; set; }

        /// <summary>Headers: a value, or whether there is one.</summary>
        public Dictionary<string, object>? Headers { get; set; }

        /// <summary>A part of the JSON body.</summary>
        public object? Json { get; set; }

        /// <summary>Values of the JSON body by JSON Pointer.</summary>
        public Dictionary<string, object?>? Pointers { get; set; }

        /// <summary>A status such as `429`, or `4xx`.</summary>
        public string? Status { get; set; }

        /// <summary>The code of an error.</summary>
        public string? Code { get; set; }

        /// <summary>The exact number.</summary>
        public int? Exactly { get; set; }

        /// <summary>The minimum number.</summary>
        [JsonPropertyName("at_least")]
        public int? AtLeast { get; set; }

        /// <summary>The maximum number.</summary>
        [JsonPropertyName("at_most")]
        public int? AtMost { get; set; }
    }

    /// <summary>The requests of one organization, the last 1,000.</summary>
    public sealed class Journal
    {
        readonly Control control;
        readonly string path;

        internal Journal(Control control, string path) => (this.control, this.path) = (control, path);

        /// <summary>The requests, oldest first, each with the decision of every step.</summary>
        public async Task<IReadOnlyList<JsonElement>> RequestsAsync() =>
            (await control.SendAsync(HttpMethod.Get, path)).GetProperty("entries").EnumerateArray().ToList();

        /// <summary>Forgets all requests.</summary>
        public Task ClearAsync() => control.SendAsync(HttpMethod.Delete, path);

        /// <summary>Asserts that requests of an operation were sent, with these conditions.</summary>
        public Task AssertSentAsync(string operation, int? exactly = null, object? json = null) =>
            VerifyAsync(new[] { new Expectation { Operation = operation, Exactly = exactly, Json = json } });

        /// <summary>Asserts that no request of an operation was sent; without one, that there was no request at all.</summary>
        public Task AssertNotSentAsync(string? operation = null) =>
            VerifyAsync(new[] { new Expectation { Operation = operation, Exactly = 0 } });

        /// <summary>Throws with the closest request and what differs, unless all was sent as expected.</summary>
        public async Task VerifyAsync(IEnumerable<Expectation> expect, bool inOrder = false, bool nothingElse = false)
        {
            var body = new { expect, in_order = inOrder, nothing_else = nothingElse };
            var result = await control.SendAsync(HttpMethod.Post, $"{path}/verify", body);
            if (result.GetProperty("verified").GetBoolean()) return;
            throw new JournalException(string.Join("\n", result.GetProperty("failures").EnumerateArray().SelectMany(Explain)));
        }

        static IEnumerable<string> Explain(JsonElement failure)
        {
            yield return failure.GetProperty("reason").GetString()!;
            if (failure.TryGetProperty("closest", out var closest) && closest.ValueKind == JsonValueKind.Object)
            {
                yield return $"  closest: {Short(closest)}";
                foreach (var difference in closest.GetProperty("differences").EnumerateArray())
                {
                    var (expected, actual) = (difference.GetProperty("expected"), difference.GetProperty("actual"));
                    yield return $"    {difference.GetProperty("at")}: expected {expected.GetRawText()}, was {actual.GetRawText()}";
                }
            }
            if (!failure.TryGetProperty("found", out var found) || found.ValueKind != JsonValueKind.Array) yield break;
            foreach (var request in found.EnumerateArray()) yield return $"  found: {Short(request)}";
        }

        static string Short(JsonElement request) =>
            $"{request.GetProperty("method")} {request.GetProperty("target")} -> {request.GetProperty("status")}";
    }

    /// <summary>Clients did not send what was expected of them.</summary>
    public sealed class JournalException : Exception
    {
        internal JournalException(string message) : base(message) { }
    }

    /// <summary>The control API rejected a request.</summary>
    public sealed class ControlException : Exception
    {
        internal ControlException(int status, string message) : base($"{message} (status {status})") => Status = status;

        /// <summary>The status of the response.</summary>
        public int Status { get; }
    }

    /// <summary>Requests to the control API.</summary>
    sealed class Control
    {
        // The sandbox is on this machine, whatever proxies are set.
        static readonly HttpClient Client = new HttpClient(new HttpClientHandler { UseProxy = false });
        static readonly JsonSerializerOptions Options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
#if NET5_0_OR_GREATER
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
#else
            IgnoreNullValues = true,
#endif
        };

        readonly string url;

        internal Control(string url) => this.url = url;

        internal async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body = null)
        {
            using var request = new HttpRequestMessage(method, url + path);
            if (body != null)
            {
                request.Content = new StringContent(JsonSerializer.Serialize(body, Options), Encoding.UTF8, "application/json");
            }
            var token = Environment.GetEnvironmentVariable("MOCK_SERVER_CONTROL_TOKEN");
            if (!string.IsNullOrEmpty(token)) request.Headers.Add("X-Control-Token", token);
            using var response = await Client.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            if (!response.IsSuccessStatusCode) throw new ControlException((int)response.StatusCode, Message(text));
            if (text.Length == 0) return default;
            using var json = JsonDocument.Parse(text);
            return json.RootElement.Clone();
        }

        static string Message(string text)
        {
            try
            {
                using var error = JsonDocument.Parse(text);
                if (error.RootElement.TryGetProperty("detail", out var detail) && detail.TryGetProperty("validation_errors", out var errors))
                {
                    return string.Join("; ", errors.EnumerateArray().Select(one => $"{one.GetProperty("field")}: {one.GetProperty("error")}"));
                }
                return error.RootElement.GetProperty("message").GetString()!;
            }
            catch (Exception failure) when (failure is JsonException || failure is KeyNotFoundException || failure is InvalidOperationException)
            {
                return "the control API returned an error";
            }
        }
    }
}
