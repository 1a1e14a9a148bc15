using AgentFunctions.Local.Storage;
using Local.Tests.Worker;
using Microsoft.Data.Sqlite;

namespace Local.Tests.Storage;

public sealed class DatabaseFileTests : IDisposable
{
    private static readonly DatabaseSchema First = new(["CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)"])
    {
        OldestTable = "note",
    };

    private static readonly DatabaseSchema Second = First with
    {
        Migrations = ["ALTER TABLE note ADD COLUMN author TEXT NOT NULL DEFAULT 'nobody'"],
    };

    private readonly TempFolder folder = new();

    private string File => Path.Combine(folder.Path, "notes.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        System.IO.File.WriteAllText(File, string.Join('\n', Enumerable.Repeat("a letter to a friend", 500)));

        AssertRefused("is not a SQLite database");
    }

    [Fact]
    public void A_database_of_another_program_is_refused_and_left_alone()
    {
        Raw("CREATE TABLE songs (title TEXT)", "PRAGMA user_version = 7");

        AssertRefused("was made by another program");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_database_is_refused_and_left_alone(bool isCutOff)
    {
        await FillAsync();
        using (var file = new FileStream(File, FileMode.Open))
        {
            if (isCutOff)
            {
                file.SetLength(file.Length / 2);
            }
            else
            {
                file.Position = 4096 * 3;
                file.Write(new byte[4096 * 3]);
            }
        }

        AssertRefused("is damaged");
    }

    [Fact]
    public void A_database_of_a_newer_version_is_refused_and_left_alone()
    {
        Raw("CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)", "PRAGMA application_id = 1095126084", "PRAGMA user_version = 3");

        AssertRefused("newer version");
    }

    [Fact]
    public void What_cannot_be_opened_is_said_to_be_so()
    {
        Directory.CreateDirectory(File);

        var error = Assert.Throws<DatabaseException>(() => Database.Open(File, First));

        Assert.Contains("cannot be opened", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8, "cannot be written")]
    [InlineData(13, "disk is full")]
    [InlineData(5, "in use by another program")]
    [InlineData(10, "disk reports an error")]
    public void Errors_of_the_file_say_what_is_wrong(int code, string expected) =>
        Assert.Contains(expected, DatabaseException.Of(File, new SqliteException("raw", code)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_database_of_an_older_version_is_brought_up_to_date_with_what_it_has(bool knowsItsVersion)
    {
        await FillAsync();
        if (!knowsItsVersion)
        {
            Raw("PRAGMA application_id = 0", "PRAGMA user_version = 0");
        }

        await using (var database = Database.Open(File, Second))
        {
            Assert.Equal(200, database.Read(db => db.Scalar<long>("SELECT COUNT(*) FROM note WHERE author = 'nobody'")));
        }

        await using var again = Database.Open(File, Second);
        Assert.Equal(2, again.Read(db => db.Scalar<long>("PRAGMA user_version")));
    }

    [Fact]
    public async Task A_migration_that_fails_changes_nothing()
    {
        await FillAsync();

        Assert.Throws<SqliteException>(() => Database.Open(File, Second with { Migrations = [.. Second.Migrations, "ALTER TABLE nothing ADD COLUMN x"] }));

        await using var database = Database.Open(File, First);
        Assert.Equal(200, database.Read(db => db.Scalar<long>("SELECT COUNT(*) FROM note")));
        Assert.Equal(2, database.Read(db => db.Scalar<long>("SELECT COUNT(*) FROM pragma_table_info('note')")));
    }

    [Fact]
    public async Task A_full_disk_fails_writes_with_a_clear_error_loses_nothing_and_can_be_recovered_from()
    {
        await FillAsync();
        await using var database = Database.Open(File, First);
        var limit = await database.WriteAsync(db => db.Scalar<long>("PRAGMA page_count"));
        await database.WriteAsync(db => db.Scalar<long>($"PRAGMA max_page_count = {limit}"));

        var error = await Assert.ThrowsAsync<DatabaseException>(() => InsertAsync(database, 1000, new string('x', 1_000_000)));
        Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
        Assert.Equal(200, database.Read(db => db.Scalar<long>("SELECT COUNT(*) FROM note")));

        await database.WriteAsync(db => db.Scalar<long>("PRAGMA max_page_count = 1000000"));
        await InsertAsync(database, 1000, new string('x', 1_000_000));
        Assert.Equal(201, database.Read(db => db.Scalar<long>("SELECT COUNT(*) FROM note")));
    }

    private async Task FillAsync()
    {
        await using var database = Database.Open(File, First);
        for (var i = 0; i < 200; i++)
        {
            await InsertAsync(database, i, new string('x', 500));
        }
    }

    private static Task<int> InsertAsync(Database database, int id, string text) =>
        database.WriteAsync(db => db.Execute("INSERT INTO note (id, text) VALUES (?1, ?2)", id, text));

    private void AssertRefused(string reason)
    {
        var before = System.IO.File.ReadAllBytes(File);

        var error = Assert.Throws<DatabaseException>(() => Database.Open(File, First));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(File, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    private void Raw(params string[] statements)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        foreach (var statement in statements)
        {
            using var command = connection.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }
}
