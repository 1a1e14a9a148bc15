using AgentFunctions.Files;
using AgentFunctions.Tests.Storage;

namespace AgentFunctions.Tests.Files;

public class ThreadFilesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_tool_writes_is_read_back_and_marked_as_produced()
    {
        await using var stores = new Stores();
        var files = new ThreadFilesFactory(stores.Threads, stores.Blobs).Open("t");

        var written = await files.WriteAsync("output/report.md", "one"u8.ToArray(), Cancel);
        await files.WriteAsync("output/report.md", "two"u8.ToArray(), Cancel);

        Assert.Equal((3, FileOrigin.Produced), (written.Bytes, written.Origin));
        Assert.Equal("two"u8.ToArray(), await files.ReadAsync("output/report.md", Cancel));
        Assert.Single(await files.ListAsync(Cancel));
        Assert.Null(await files.ReadAsync("none", Cancel));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_path() => Assert.Equal("is not valid Unicode.", FilePaths.Problem("a\ud800"));

    [Theory]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("a\\b")]
    [InlineData("C:x")]
    [InlineData("")]
    [InlineData("a\0")]
    [InlineData("a/./b")]
    public async Task A_path_that_breaks_the_rules_is_an_argument_error(string path)
    {
        await using var stores = new Stores();
        var files = new ThreadFilesFactory(stores.Threads, stores.Blobs).Open("t");

        await Assert.ThrowsAsync<ArgumentException>(() => files.ReadAsync(path, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => files.WriteAsync(path, new byte[1], Cancel));
    }
}
