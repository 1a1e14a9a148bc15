using System.IO.Compression;
using System.Text;
using AgentFunctions.Files;
using AgentFunctions.Tests.Storage;

namespace AgentFunctions.Tests.Files;

public class ZipIntakeTests
{
    private const uint SymbolicLink = 0xA1FFu << 16;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_of_a_zip_are_stored_without_folders_and_what_macos_adds()
    {
        await using var stores = new Stores();
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            archive.CreateEntry("contracts/");
            foreach (var name in new[] { "contracts/a.txt", "contracts/ção.txt", "__MACOSX/contracts/._a.txt", ".DS_Store", "contracts/.DS_Store" })
            {
                await using var entry = await archive.CreateEntry(name).OpenAsync(Cancel);
                await entry.WriteAsync(Encoding.UTF8.GetBytes(name), Cancel);
            }
        }

        await Intake(stores).AddZipAsync("t", zip, Cancel);

        var files = await stores.Threads.ListFilesAsync("t", Cancel);
        Assert.Equal(["contracts/a.txt", "contracts/ção.txt"], files.Select(file => file.Path));
        Assert.All(files, file => Assert.Equal(FileOrigin.Uploaded, file.Origin));
        Assert.Equal("contracts/ção.txt"u8.ToArray(), await stores.Blobs.GetAsync(files[1].Sha256, Cancel));
    }

    [Theory]
    [InlineData("../evil.txt", "..")]
    [InlineData("a/../../evil.txt", "..")]
    [InlineData("..", "..")]
    [InlineData(@"..\evil.txt", "..")]
    [InlineData(@"a\..\..\evil.txt", "..")]
    [InlineData("/etc/passwd", "absolute")]
    [InlineData(@"\evil.txt", "absolute")]
    [InlineData("C:/evil.txt", "drive")]
    [InlineData(@"c:\evil.txt", "drive")]
    [InlineData("evil\0.txt", "control character")]
    [InlineData("a//b.txt", "empty part")]
    [InlineData("./a.txt", "'.'")]
    [InlineData("", "empty")]
    public Task A_path_that_could_leave_the_thread_is_refused(string path, string problem) =>
        RefusedAsync(RawZip.Of(("good.txt", "x"), (path, "y")), problem);

    [Fact]
    public Task A_symbolic_link_is_refused() =>
        RefusedAsync(new RawZip().Add("good.txt", [1]).Add("link", "/etc/passwd"u8.ToArray(), SymbolicLink).Build(), "link");

    [Fact]
    public Task An_encrypted_entry_is_refused() =>
        RefusedAsync(new RawZip().Add("secret.txt", [1], flags: 1).Build(), "encrypted");

    [Fact]
    public Task An_unknown_compression_is_refused() =>
        RefusedAsync(new RawZip().Add("a.txt", [1], method: 14).Build(), "method 14");

    [Fact]
    public Task The_same_path_twice_is_refused() => RefusedAsync(RawZip.Of(("a.txt", "x"), ("a.txt", "y")), "twice");

    [Fact]
    public Task The_same_path_with_another_separator_is_refused() => RefusedAsync(RawZip.Of(("a/b.txt", "x"), (@"a\b.txt", "y")), "twice");

    [Theory]
    [InlineData("")]
    [InlineData("PK")]
    [InlineData("This is a letter, and it is longer than the shortest ZIP could be.")]
    public Task What_is_not_a_zip_is_refused(string text) => RefusedAsync(Encoding.UTF8.GetBytes(text), "not a ZIP");

    [Fact]
    public async Task A_zip_that_is_cut_off_anywhere_is_refused()
    {
        var whole = RawZip.Of(("a.txt", "some text"), ("b.txt", "some more text"));
        await using var stores = new Stores();
        for (var length = 0; length < whole.Length; length++)
        {
            using var stream = new MemoryStream(whole[..length]);
            await Assert.ThrowsAsync<UploadRefusedException>(() => Intake(stores).AddZipAsync("t", stream, Cancel));
        }

        Assert.Empty(await stores.Threads.ListFilesAsync("t", Cancel));
    }

    [Fact]
    public async Task A_zip_with_any_byte_changed_is_refused_or_holds_what_it_held()
    {
        var whole = RawZip.Of(("a.txt", "some text"), ("b.txt", "some more text"));
        await using var stores = new Stores();
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x5A;
            var thread = $"t{at}";
            using var stream = new MemoryStream(damaged);
            try
            {
                await Intake(stores).AddZipAsync(thread, stream, Cancel);
            }
            catch (UploadRefusedException)
            {
                Assert.Empty(await stores.Threads.ListFilesAsync(thread, Cancel));
                continue;
            }

            Assert.All(
                await stores.Threads.ListFilesAsync(thread, Cancel),
                file => Assert.Contains(file.Bytes, new long[] { "some text".Length, "some more text".Length }));
        }
    }

    [Fact]
    public Task A_directory_that_lies_outside_of_the_file_is_refused() =>
        RefusedAsync(new RawZip().Add("a.txt", [1]).Build(claimedOffset: 1_000_000), "damaged");

    [Fact]
    public Task A_directory_with_fewer_entries_than_claimed_is_refused() =>
        RefusedAsync(new RawZip().Add("a.txt", [1]).Build(claimedEntries: 5), "damaged");

    [Fact]
    public Task An_entry_that_has_another_name_at_its_data_is_refused() =>
        RefusedAsync(new RawZip().Add("a.txt", [1], localName: "b.txt").Build(), "another name");

    [Fact]
    public Task Content_that_is_not_deflated_is_refused() =>
        RefusedAsync(new RawZip().Add("a.txt", new byte[100], packed: [255, 255, 255, 255, 255]).Build(), "damaged");

    [Fact]
    public async Task A_hundred_thousand_entries_are_refused()
    {
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 100_000; i++)
            {
                archive.CreateEntry($"{i}", CompressionLevel.NoCompression);
            }
        }

        await RefusedAsync(zip.ToArray(), "100000 entries");
    }

    [Fact]
    public Task Too_many_entries_are_refused_before_the_directory_is_read() =>
        RefusedAsync(new RawZip().Build(claimedEntries: 60_000), "60000 entries");

    [Fact]
    public Task A_bomb_is_refused_by_how_far_it_grows() =>
        RefusedAsync(new RawZip().Add("bomb", new byte[10_000_000]).Build(), "grows more than 200 times");

    [Fact]
    public Task A_bomb_of_ten_gigabytes_that_claims_to_be_small_is_refused_by_what_comes_out() =>
        RefusedAsync(new RawZip().Add("bomb", [1], claimedBytes: 10, packed: RawZip.TenGigabytes()).Build(), "larger than 52428800 bytes");

    [Fact]
    public Task An_entry_that_claims_to_be_larger_than_the_limit_is_refused() =>
        RefusedAsync(new RawZip().Add("a.txt", [1], claimedBytes: 60_000_000).Build(), "larger than");

    [Fact]
    public Task Entries_that_are_too_large_in_all_are_refused() => RefusedAsync(
        new RawZip().Add("a.txt", new byte[900]).Add("b.txt", new byte[900]).Build(),
        "in all",
        new FileLimits(MaxTotalBytes: 1000));

    [Fact]
    public Task Entries_that_share_their_data_are_refused()
    {
        var zip = new RawZip().Add("a.txt", [1, 2, 3], method: 0);
        zip.AddToDirectory("a.txt"u8.ToArray(), 0, 0, 0, 0, 0x55BC801D, 3, 3);
        return RefusedAsync(zip.AddToDirectory("b.txt"u8.ToArray(), 0, 0, 0, 0, 0x55BC801D, 3, 3).Build(), "");
    }

    [Fact]
    public async Task Names_of_old_windows_tools_are_read()
    {
        await using var stores = new Stores();
        using var zip = new MemoryStream(new RawZip().Add("", [1], flags: 0, rawName: [0x61, 0x5C, 0x87, 0x2E, 0x74]).Build());

        await Intake(stores).AddZipAsync("t", zip, Cancel);

        Assert.Equal(["a/ç.t"], (await stores.Threads.ListFilesAsync("t", Cancel)).Select(file => file.Path));
    }

    private static async Task RefusedAsync(byte[] zip, string problem, FileLimits? limits = null)
    {
        await using var stores = new Stores();
        using var stream = new MemoryStream(zip);

        var refused = await Assert.ThrowsAsync<UploadRefusedException>(() => Intake(stores, limits).AddZipAsync("t", stream, Cancel));

        Assert.Equal("body", refused.Field);
        Assert.Contains(problem, refused.Problem, StringComparison.Ordinal);
        Assert.Empty(await stores.Threads.ListFilesAsync("t", Cancel));
    }

    private static FileIntake Intake(Stores stores, FileLimits? limits = null) =>
        new(stores.Threads, stores.Blobs, limits ?? new FileLimits());
}
