using System.Text.Json;

static class Ids
{
    /// <summary>An id goes back as it came: the text of a number in the body, which no type of numbers has rounded.</summary>
    public static string Text(JsonElement id) => id.ValueKind switch
    {
        JsonValueKind.String => id.GetString()!,
        JsonValueKind.Number => id.GetRawText(),
        _ => throw new JsonException($"not an id: {id.GetRawText()}"),
    };
}
