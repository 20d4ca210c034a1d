using System;
using System.Data.Common;
using System.Threading.Tasks;

/// <summary>409 CONFLICT, and nothing has changed.</summary>
class ConflictException : Exception { }

static class Versions
{
    /// <summary>Comparing and changing are one statement: of two updates at once, the second finds another version.</summary>
    public static async Task<long> Rename(DbConnection database, string id, string name, long version)
    {
        using var command = database.CreateCommand();
        command.CommandText = "UPDATE prospect_searches SET name = @name, version = version + 1 WHERE id = @id AND version = @version";
        foreach (var (parameter, value) in new (string, object)[] { ("@name", name), ("@id", id), ("@version", version) })
        {
            var added = command.CreateParameter();
            (added.ParameterName, added.Value) = (parameter, value);
            command.Parameters.Add(added);
        }
        // None is changed for a version that does not exist yet, too.
        return await command.ExecuteNonQueryAsync() > 0 ? version + 1 : throw new ConflictException();
    }
}
