using System;
using System.Security.Cryptography;
using System.Threading.Tasks;

/// <summary>What all workers that share a key have in common: a pause, and tries that they may add.</summary>
sealed class Pace
{
    readonly object _lock = new object();
    readonly double _most;
    DateTime _notBefore = DateTime.MinValue;
    double _tries;

    public Pace(double most = 10) => _most = _tries = most;

    /// <summary>Before each call, of whichever worker.</summary>
    public async Task Ready()
    {
        for (TimeSpan left; (left = Left()) > TimeSpan.Zero;)
            await Task.Delay(left + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(100)));
    }

    TimeSpan Left()
    {
        lock (_lock) return _notBefore - DateTime.UtcNow;
    }

    /// <summary>After an answer with Retry-After.</summary>
    public void Rest(TimeSpan time)
    {
        lock (_lock)
        {
            var until = DateTime.UtcNow + time;
            if (until > _notBefore) _notBefore = until;
        }
    }

    /// <summary>Before a call is made again; where it says no, the failure is final.</summary>
    public bool TakeTry()
    {
        lock (_lock)
        {
            if (_tries < 1) return false;
            _tries -= 1;
            return true;
        }
    }

    /// <summary>After a call that was made again so many times.</summary>
    public void Succeeded(int tries)
    {
        lock (_lock) _tries = Math.Min(_most, _tries + (tries > 0 ? tries : 0.1));
    }

    /// <summary>The wait where no answer names one, which is drawn.</summary>
    public static TimeSpan Backoff(int tries) =>
        TimeSpan.FromSeconds(0.5 * Math.Pow(2, tries) * (0.5 + RandomNumberGenerator.GetInt32(500) / 1000.0));
}
