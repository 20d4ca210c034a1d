using System.IO;
using System.Text;
using System.Threading.Tasks;

static class Sending
{
    /// <summary>
    /// A GET was handled for a HEAD, with all its steps; only here, its body is left out. `head` has the status line and the headers but
    /// for Content-Length.
    /// </summary>
    public static async Task Send(Stream connection, string method, int status, string head, string body)
    {
        // The length of the bytes, not of the characters, and of what a GET would send. A 204 has neither length nor body.
        var bytes = Encoding.UTF8.GetBytes(body);
        var length = status == 204 ? "" : $"Content-Length: {bytes.Length}\r\n";
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"{head}{length}\r\n"));
        if (status != 204 && method != "HEAD") await connection.WriteAsync(bytes);
        await connection.FlushAsync();
    }
}
