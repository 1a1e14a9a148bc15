using AgentFunctions.Local.Storage;
using Local.Tests.Worker;
using Microsoft.Data.Sqlite;

namespace Local.Tests.Storage;

public class DatabaseTests
{
    private const string Table = "CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_from_everywhere_are_all_stored()
    {
        using var folder = new TempFolder();
        await using (var database = Open(folder))
        {
            await Task.WhenAll(Enumerable.Range(0, 2000).Select(number => Task.Run(() => InsertAsync(database, number), Cancel)));
        }

        await using var again = Open(folder);
        Assert.Equal(2000, again.Read(db => db.Scalar<long>("SELECT COUNT(*) FROM note")));
    }

    [Fact]
    public async Task Work_that_throws_writes_nothing_and_does_not_disturb_the_others()
    {
        using var folder = new TempFolder();
        await using var database = Open(folder);
        var writes = Enumerable.Range(0, 100).Select(number => database.WriteAsync(db =>
        {
            db.Execute("INSERT INTO note (id, text) VALUES (?1, 'x')", number);
            return number % 10 == 3 ? throw new InvalidOperationException($"{number}") : number;
        })).ToList();

        await Task.WhenAll(writes.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(10, writes.Count(write => write.IsFaulted));
        Assert.Equal(90, database.Read(db => db.Scalar<long>("SELECT COUNT(*) FROM note")));
        Assert.Equal(0, database.Read(db => db.Scalar<long>("SELECT COUNT(*) FROM note WHERE id % 10 = 3")));
    }

    [Fact]
    public async Task A_read_sees_one_state_whatever_is_written_meanwhile()
    {
        using var folder = new TempFolder();
        await using var database = Open(folder);
        await InsertAsync(database, 1);

        var (before, after) = await Task.Run(() => database.Read(db =>
        {
            var first = db.Scalar<long>("SELECT COUNT(*) FROM note");
            InsertAsync(database, 2).GetAwaiter().GetResult();
            return (first, db.Scalar<long>("SELECT COUNT(*) FROM note"));
        }), Cancel);

        Assert.Equal((1, 1), (before, after));
        Assert.Equal(2, database.Read(db => db.Scalar<long>("SELECT COUNT(*) FROM note")));
    }

    [Fact]
    public async Task Reads_cannot_write_and_a_closed_database_takes_no_writes()
    {
        using var folder = new TempFolder();
        var database = Open(folder);

        Assert.Throws<SqliteException>(() => database.Read(db => db.Execute("INSERT INTO note (id, text) VALUES (1, 'x')")));
        await database.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => InsertAsync(database, 1));
    }

    private static Database Open(TempFolder folder) => Database.Open(Path.Combine(folder.Path, "notes.db"), Table);

    private static Task<int> InsertAsync(Database database, int number) =>
        database.WriteAsync(db => db.Execute("INSERT INTO note (id, text) VALUES (?1, 'x')", number));
}
