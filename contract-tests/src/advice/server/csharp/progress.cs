using System;
using System.Collections.Generic;
using System.Linq;

class RunningOrder
{
    static readonly string[] Steps = { "RECEIVED", "ACCEPTED", "IN_PROGRESS" };

    public DateTimeOffset Created { get; set; }
    public TimeSpan Duration { get; set; }
    public bool Cancelled { get; set; }
    public List<object> AllResults { get; } = new List<object>();

    /// <summary>Computed from the age, so it never goes back, and no job that hangs can hold it up.</summary>
    public string Status(DateTimeOffset now)
    {
        if (Cancelled) return "CANCELLED";
        // A clock may be set back.
        var age = now > Created ? now - Created : TimeSpan.Zero;
        return age >= Duration ? "COMPLETED" : Steps[(int)(Steps.Length * (age / Duration))];
    }

    /// <summary>InvalidOperationException is 409 CONFLICT.</summary>
    public IReadOnlyList<object> Results(DateTimeOffset now) => Status(now) == "COMPLETED"
        ? AllResults
        : throw new InvalidOperationException($"the order is {Status(now)}; its results are available once it is COMPLETED");

    /// <summary>The same condition for deliveries as for results.</summary>
    public static IEnumerable<object> Deliveries(IEnumerable<RunningOrder> orders, DateTimeOffset now) =>
        orders.Where(order => order.Status(now) == "COMPLETED").SelectMany(order => order.AllResults);
}
