using System.IO.Compression;
using UglyToad.PdfPig.Filters;
using UglyToad.PdfPig.Tokens;

namespace LegalAudit.Documents;

/// <summary>PDF stream filters that refuse a stream which inflates beyond <see cref="DocumentLimits.MaxInflatedBytes"/>.</summary>
/// <remarks>One instance per document: the limit is on all of its streams together.</remarks>
internal sealed class BoundedFilters(IFilterProvider inner) : IFilterProvider
{
    private long left = DocumentLimits.MaxInflatedBytes;

    public IReadOnlyList<IFilter> GetFilters(DictionaryToken dictionary) => Bound(inner.GetFilters(dictionary));

    public IReadOnlyList<IFilter> GetNamedFilters(IReadOnlyList<NameToken> names) => Bound(inner.GetNamedFilters(names));

    public IReadOnlyList<IFilter> GetAllFilters() => Bound(inner.GetAllFilters());

    private IReadOnlyList<IFilter> Bound(IReadOnlyList<IFilter> filters) => [.. filters.Select(f => new Bounded(f, this))];

    private void Take(long bytes)
    {
        left -= bytes;
        if (left < 0)
            throw DocumentReader.Unreadable("the PDF inflates to more than is allowed");
    }

    private sealed class Bounded(IFilter inner, BoundedFilters budget) : IFilter
    {
        public bool IsSupported => inner.IsSupported;

        public Memory<byte> Decode(Memory<byte> input, DictionaryToken dictionary, IFilterProvider provider, int index)
        {
            // The library inflates a whole stream into memory at once, so its size is measured first, block by block.
            if (inner is FlateFilter)
                Measure(input);
            var output = inner.Decode(input, dictionary, provider, index);
            if (inner is not FlateFilter)
                budget.Take(output.Length);
            return output;
        }

        private void Measure(Memory<byte> input)
        {
            try
            {
                using var zlib = new ZLibStream(new MemoryStream(input.ToArray(), writable: false), CompressionMode.Decompress);
                var buffer = new byte[81920];
                int read;
                while ((read = zlib.Read(buffer)) > 0)
                    budget.Take(read);
            }
            catch (InvalidDataException)
            {
                // A damaged end: what inflated so far is what the library will see as well.
            }
        }
    }
}
