using AgentFunctions;
using LegalAudit.Tools;

namespace LegalAudit.Tests.Documents;

public class DocumentToolsTests
{
    private readonly DocumentTools tools = new();

    [Fact]
    public async Task Uploaded_documents_are_listed_by_path_and_other_files_named()
    {
        var files = new MemoryThreadFiles().Upload("b.TXT", "text"u8.ToArray()).Upload("a/x.pdf", []).Upload("image.png", [1]);
        await files.WriteAsync("output/report.md", "# x"u8.ToArray(), default);
        var list = await tools.ListDocumentsAsync(files.Call(), default);
        Assert.Equal(["a/x.pdf", "b.TXT"], list.Documents.Select(d => d.Path));
        Assert.Equal((4, "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"), (list.Documents[1].Bytes, list.Documents[1].Sha256));
        Assert.Equal(["image.png"], list.Ignored);
    }

    [Fact]
    public async Task Long_documents_are_read_page_by_page()
    {
        var text = string.Concat(Enumerable.Range(0, 2500).Select(i => $"word{i} "));
        var files = new MemoryThreadFiles().Upload("a.txt", System.Text.Encoding.UTF8.GetBytes(text));
        var read = "";
        int? offset = 0;
        while (offset is { } at)
        {
            var page = await tools.ReadDocumentAsync("a.txt", files.Call(), at);
            Assert.InRange(page.Text.Length, 1, 6000);
            Assert.Equal((2500, text.Length, "txt"), (page.Words, page.Characters, page.Format));
            read += page.Text;
            offset = page.NextOffset;
        }
        Assert.Equal(text, read);
    }

    [Fact]
    public async Task A_page_never_splits_a_character()
    {
        var files = new MemoryThreadFiles().Upload("a.txt", System.Text.Encoding.UTF8.GetBytes(new string('a', 5999) + "😀 b"));
        var page = await tools.ReadDocumentAsync("a.txt", files.Call());
        Assert.Equal(5999, page.NextOffset);
    }

    [Theory]
    [InlineData("missing.txt", 0, ToolFailureKind.NotFound)]
    [InlineData("../a.txt", 0, ToolFailureKind.InvalidArguments)]
    [InlineData("", 0, ToolFailureKind.InvalidArguments)]
    [InlineData("a.txt", -1, ToolFailureKind.InvalidArguments)]
    [InlineData("a.txt", 99, ToolFailureKind.InvalidArguments)]
    [InlineData("empty.txt", 0, ToolFailureKind.Unreadable)]
    public async Task Bad_arguments_are_typed_failures(string path, int offset, ToolFailureKind kind)
    {
        var files = new MemoryThreadFiles().Upload("a.txt", "some text"u8.ToArray()).Upload("empty.txt", []);
        var failure = await Assert.ThrowsAsync<ToolFailureException>(() => tools.ReadDocumentAsync(path, files.Call(), offset));
        Assert.Equal(kind, failure.Kind);
    }
}
