using Microsoft.Data.Sqlite;

namespace AgentFunctions.Local.Storage;

/// <summary>The database file cannot be used. What it contains is left as it is.</summary>
internal sealed class DatabaseException(string path, string problem, Exception? cause = null)
    : IOException($"The database '{path}' {problem}", cause)
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public const string NotOurs =
        "was made by another program, so it is not touched. Move it away, or choose another folder with the setting DataDirectory.";

    public const string Damaged = "is damaged. Put a backup in its place, or move it away to begin with an empty one.";

    /// <summary>The error in words that help; errors of statements stay what they are.</summary>
    public static Exception Of(string path, Exception error) => (error as SqliteException)?.SqliteErrorCode switch
    {
        Busy or Locked => new DatabaseException(path, "is in use by another program.", error),
        ReadOnly => new DatabaseException(path, "cannot be written. Check the permissions of the file and of its folder.", error),
        InputOutput => new DatabaseException(path, "cannot be read or written: the disk reports an error.", error),
        Corrupt => new DatabaseException(path, Damaged, error),
        Full => new DatabaseException(path, "cannot grow: the disk is full.", error),
        CannotOpen => new DatabaseException(path, "cannot be opened. Check that the path is a file and that its folder can be written.", error),
        NotADatabase => new DatabaseException(path, "is not a SQLite database. Move it away, or choose another folder with the setting DataDirectory.", error),
        _ => error,
    };

    /// <summary>Whether it is the file that is wrong and not what was asked of it.</summary>
    public static bool IsOfTheFile(SqliteException error) => error.SqliteErrorCode is InputOutput or Corrupt or NotADatabase;
}
