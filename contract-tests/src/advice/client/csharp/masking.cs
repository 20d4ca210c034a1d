using System.IO;
using System.Text;
using System.Text.RegularExpressions;

/// <summary>Masks keys in what is written as text: Console.SetError(new MaskingWriter(Console.Error)).</summary>
class MaskingWriter : TextWriter
{
    static readonly Regex Key = new Regex(@"(lnc_(?:live|test)_)\w*(\w{4})");
    readonly TextWriter inner;

    public MaskingWriter(TextWriter inner) => this.inner = inner;

    public override Encoding Encoding => inner.Encoding;

    /// <summary>The prefix and the last four characters tell keys apart.</summary>
    public static string Masked(string text) => Key.Replace(text, "$1…$2");

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(Masked(value ?? ""));

    public override void WriteLine(string? value) => inner.WriteLine(Masked(value ?? ""));

    public override void WriteLine(object? value) => WriteLine(value?.ToString());
}
