using System.Buffers;
using System.Text;
using SQLitePCL;

namespace AgentFunctions.Local.Storage;

/// <summary>A value for a parameter of a statement.</summary>
internal readonly struct SqlValue
{
    private const int LargestOnStack = 512;

    private readonly object? text;
    private readonly long? number;

    private SqlValue(object? text, long? number) => (this.text, this.number) = (text, number);

    public static implicit operator SqlValue(string? text) => new(text, null);

    /// <summary>Text that is encoded already.</summary>
    public static implicit operator SqlValue(byte[]? utf8) => new(utf8, null);

    public static implicit operator SqlValue(long number) => new(null, number);

    public static implicit operator SqlValue(long? number) => new(null, number);

    public static implicit operator SqlValue(bool value) => new(null, value ? 1 : 0);

    /// <summary>Binds it to the parameter of that number, from 1, and returns the result code.</summary>
    public int Bind(sqlite3_stmt statement, int parameter) => (text, number) switch
    {
        (string value, _) => BindText(statement, parameter, value),
        (byte[] utf8, _) => raw.sqlite3_bind_text(statement, parameter, utf8.AsSpan()),
        (_, { } value) => raw.sqlite3_bind_int64(statement, parameter, value),
        _ => raw.sqlite3_bind_null(statement, parameter),
    };

    private static int BindText(sqlite3_stmt statement, int parameter, string value)
    {
        var longest = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (longest <= LargestOnStack)
        {
            Span<byte> bytes = stackalloc byte[longest];
            return raw.sqlite3_bind_text(statement, parameter, bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
        }

        var rented = ArrayPool<byte>.Shared.Rent(longest);
        try
        {
            return raw.sqlite3_bind_text(statement, parameter, rented.AsSpan(0, Encoding.UTF8.GetBytes(value, rented)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
