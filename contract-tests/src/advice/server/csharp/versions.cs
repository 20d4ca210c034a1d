using System;
using System.Data.Common;
using System.Threading.Tasks;

/// <summary>409 CONFLICT, and nothing has changed.</summary>
class ConflictException : Exception { }

static class Versions
{
    /// <summary>
    /// Comparing and changing are one statement: of two updates at once, the second finds another version. Nothing of another organization
    /// changes.
    /// </summary>
    public static async Task<long> Rename(DbConnection database, string organization, string id, string name, long version)
    {
        using var command = database.CreateCommand();
        command.CommandText = "UPDATE prospect_searches SET name = @name, version = version + 1 "
            + "WHERE id = @id AND organization = @organization AND version = @version";
        var values = new (string, object)[] { ("@name", name), ("@id", id), ("@organization", organization), ("@version", version) };
        foreach (var (parameter, value) in values)
        {
            var added = command.CreateParameter();
            (added.ParameterName, added.Value) = (parameter, value);
            command.Parameters.Add(added);
        }
        // A version that does not exist yet changes no row, either.
        return await command.ExecuteNonQueryAsync() > 0 ? version + 1 : throw new ConflictException();
    }
}
