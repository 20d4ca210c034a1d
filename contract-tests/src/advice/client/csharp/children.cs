using System.Diagnostics;
using System.IO;

static class Children
{
    /// <summary>The command line is visible to every user of the machine: curl reads the header from its standard input.</summary>
    public static string ListOrders(string url, string key)
    {
        var start = new ProcessStartInfo("curl") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var option in new[] { "--silent", "--show-error", "--fail", "--max-time", "20", "--header", "@-", url + "/orders" })
            start.ArgumentList.Add(option);
        using var curl = Process.Start(start) ?? throw new IOException("curl cannot be started");
        curl.StandardInput.WriteLine($"Authorization: Bearer {key}");
        curl.StandardInput.Close();
        var output = curl.StandardOutput.ReadToEnd();
        curl.WaitForExit();
        return curl.ExitCode == 0 ? output : throw new IOException($"curl failed: {curl.ExitCode}");
    }
}
