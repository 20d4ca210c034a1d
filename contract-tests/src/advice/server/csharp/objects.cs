using System;
using System.Collections.Generic;
using System.Linq;

/// <summary>404, with the same body for an id that is unknown, malformed, or another organization's.</summary>
class NotFoundException : Exception
{
    public object Body { get; }

    public NotFoundException(string entityType, string identifier) : base($"{entityType} not found") =>
        Body = new { code = "ENTITY_NOT_FOUND", message = Message, entity_type = entityType, identifier };
}

/// <summary>The organization is a part of every key, so no query can forget it.</summary>
class Store<TRow>
{
    readonly Dictionary<(string Organization, string Id), TRow> rows = new Dictionary<(string, string), TRow>();
    readonly string entityType;

    public Store(string entityType) => this.entityType = entityType;

    /// <summary>For ids in paths and for those in bodies.</summary>
    public TRow Get(string organization, string id) =>
        rows.TryGetValue((organization, id), out var row) ? row : throw new NotFoundException(entityType, id);

    /// <summary>Also for filters by an id: one of another organization selects nothing.</summary>
    public IEnumerable<TRow> List(string organization) =>
        rows.Where(row => row.Key.Organization == organization).Select(row => row.Value);
}
