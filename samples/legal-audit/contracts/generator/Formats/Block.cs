namespace ContractGenerator.Formats;

/// <summary>A piece of a laid-out contract.</summary>
internal sealed record Block(BlockKind Kind, string Text);

internal enum BlockKind
{
    Title,
    Heading,
    Paragraph,
}
