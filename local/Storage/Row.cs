using SQLitePCL;

namespace AgentFunctions.Local.Storage;

/// <summary>The row on which a statement stands; of no use once the statement has moved on.</summary>
internal readonly struct Row(sqlite3_stmt statement)
{
    public bool IsDBNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

    public int GetInt32(int column) => raw.sqlite3_column_int(statement, column);

    public string GetString(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    public string? Text(int column) => IsDBNull(column) ? null : GetString(column);

    /// <summary>The text as it lies in the database.</summary>
    public ReadOnlySpan<byte> Utf8(int column) => raw.sqlite3_column_blob(statement, column);
}
