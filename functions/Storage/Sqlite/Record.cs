using AgentFunctions.Storage.Journal;
using Microsoft.Data.Sqlite;

namespace AgentFunctions.Storage.Sqlite;

/// <summary>Records in columns of JSON.</summary>
internal static class Record
{
    public static string Write<T>(T record) => StoredJson.Write(record);

    public static T Read<T>(string json) => StoredJson.Read<T>(json);

    /// <summary>The record in the first column of a row.</summary>
    public static T Read<T>(SqliteDataReader row) => Read<T>(row.GetString(0));
}
