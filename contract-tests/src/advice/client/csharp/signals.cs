using System;
using System.Threading;
using System.Threading.Tasks;

static class Signals
{
    static readonly CancellationTokenSource Stopped = new CancellationTokenSource();

    /// <summary>Call this first. The runtime raises ProcessExit on SIGTERM, and waits for its handlers.</summary>
    public static void Listen() => AppDomain.CurrentDomain.ProcessExit += (_, __) => Stopped.Cancel();

    /// <summary>Give this to every request.</summary>
    public static CancellationToken Token => Stopped.Token;

    /// <summary>Use this for every wait: SIGTERM ends it at once.</summary>
    public static Task Wait(TimeSpan time) => Task.Delay(time, Stopped.Token);
}
