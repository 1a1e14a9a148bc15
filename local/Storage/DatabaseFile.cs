using Microsoft.Data.Sqlite;

namespace AgentFunctions.Local.Storage;

/// <summary>Opens files: makes new ones, brings older ones up to date and refuses what is not ours, newer or damaged.</summary>
internal static class DatabaseFile
{
    /// <summary>"AFLD", in the header of every file of ours.</summary>
    private const int ApplicationId = 0x41464c44;

    /// <summary>The size in bytes up to which a file is read through when it is opened, which then takes well under a second.</summary>
    private const long LargestChecked = 32 * 1024 * 1024;

    /// <exception cref="DatabaseException">The file cannot be used; it was not changed.</exception>
    public static DatabaseSession Open(string path, DatabaseSchema schema)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        DatabaseSession? session = null;
        try
        {
            session = DatabaseSession.Open(path, SqliteOpenMode.ReadWriteCreate);
            Prepare(session, path, schema);
            return session;
        }
        catch (Exception error)
        {
            session?.Dispose();
            throw DatabaseException.Of(path, error);
        }
    }

    private static void Prepare(DatabaseSession session, string path, DatabaseSchema schema)
    {
        var version = VersionOf(session, path, schema);
        CheckIntegrity(session, path);
        session.Execute("PRAGMA journal_mode = WAL");
        session.Execute("PRAGMA synchronous = FULL");
        session.Execute("PRAGMA cache_size = -32768");
        session.Execute("BEGIN IMMEDIATE");
        foreach (var migration in schema.Migrations.Skip(Math.Max(version - 1, 0)).Where(_ => version > 0))
        {
            session.Script(migration);
        }

        foreach (var tables in schema.Tables)
        {
            session.Script(tables);
        }

        session.Execute($"PRAGMA application_id = {ApplicationId}");
        session.Execute($"PRAGMA user_version = {schema.Version}");
        session.Execute("COMMIT");
    }

    /// <summary>The version of what is in the file; 0 when there is nothing yet.</summary>
    private static int VersionOf(DatabaseSession session, string path, DatabaseSchema schema)
    {
        var version = (int)session.Scalar<long>("PRAGMA user_version");
        switch (session.Scalar<long>("PRAGMA application_id"))
        {
            case ApplicationId when version > schema.Version:
                throw new DatabaseException(
                    path, $"was written by a newer version of this host: it has schema {version}, and this host knows up to {schema.Version}.");
            case ApplicationId:
                return version;
            case 0 when version == 0 && session.Scalar<long>("SELECT COUNT(*) FROM sqlite_master") == 0:
                return 0;
            case 0 when version == 0 && Has(session, schema.OldestTable):
                return 1;
            default:
                throw new DatabaseException(path, DatabaseException.NotOurs);
        }
    }

    private static bool Has(DatabaseSession session, string? table) =>
        session.Scalar<long>("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?1", table) > 0;

    private static void CheckIntegrity(DatabaseSession session, string path)
    {
        if (new FileInfo(path).Length <= LargestChecked && session.Scalar<string>("PRAGMA quick_check(1)") is not "ok" and var found)
        {
            throw new DatabaseException(path, $"{DatabaseException.Damaged} SQLite says: {found}");
        }
    }
}
