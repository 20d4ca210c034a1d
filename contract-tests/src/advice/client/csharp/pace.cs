using System;
using System.Security.Cryptography;
using System.Threading.Tasks;

/// <summary>Shared by all workers with one key: a pause, and a budget of retries.</summary>
sealed class Pace
{
    readonly object _lock = new object();
    readonly double _most;
    DateTime _notBefore = DateTime.MinValue;
    double _tries;

    public Pace(double most = 10) => _most = _tries = most;

    /// <summary>Call this before each request of any worker.</summary>
    public async Task Ready()
    {
        for (TimeSpan left; (left = Left()) > TimeSpan.Zero;)
            await Task.Delay(left + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(100)));
    }

    TimeSpan Left()
    {
        lock (_lock) return _notBefore - DateTime.UtcNow;
    }

    /// <summary>Call this after a response with Retry-After.</summary>
    public void Rest(TimeSpan time)
    {
        lock (_lock)
        {
            var until = DateTime.UtcNow + time;
            if (until > _notBefore) _notBefore = until;
        }
    }

    /// <summary>Call this before each retry. If it returns false, the failure is final.</summary>
    public bool TakeTry()
    {
        lock (_lock)
        {
            if (_tries < 1) return false;
            _tries -= 1;
            return true;
        }
    }

    /// <summary>Call this after a success, with the number of retries it took.</summary>
    public void Succeeded(int tries)
    {
        lock (_lock) _tries = Math.Min(_most, _tries + (tries > 0 ? tries : 0.1));
    }

    /// <summary>The wait if the response states none: exponential, with jitter.</summary>
    public static TimeSpan Backoff(int tries) =>
        TimeSpan.FromSeconds(0.5 * Math.Pow(2, tries) * (0.5 + RandomNumberGenerator.GetInt32(500) / 1000.0));
}
