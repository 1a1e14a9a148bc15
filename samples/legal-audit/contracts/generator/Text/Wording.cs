using System.Globalization;
using System.Text;

namespace ContractGenerator.Text;

/// <summary>
/// Expands a clause text: <c>[a|b]</c> picks one alternative (nested ones too), <c>{name}</c> is a value of the contract,
/// <c>{n:5|10}</c> picks a number and writes it in digits and words, <c>{x:5|10}</c> in digits only.
/// </summary>
internal sealed class Wording(string language, IReadOnlyDictionary<string, string> values, Dice dice)
{
    public string Expand(string text)
    {
        var position = 0;
        var result = Sequence(text, ref position, inside: false);
        // An empty alternative leaves its space behind.
        return position == text.Length
            ? result.Replace("  ", " ").Replace(" .", ".").Replace(" ,", ",")
            : throw new FormatException($"Stray ']' in: {text}");
    }

    private string Sequence(string text, ref int position, bool inside)
    {
        var output = new StringBuilder();
        while (position < text.Length)
        {
            var c = text[position];
            switch (c)
            {
                case '[':
                    position++;
                    output.Append(Alternatives(text, ref position));
                    break;
                case '|' or ']' when inside:
                    return output.ToString();
                case ']':
                    return output.ToString();
                case '{':
                    var end = text.IndexOf('}', position);
                    if (end < 0) throw new FormatException($"Unclosed '{{' in: {text}");
                    output.Append(Value(text[(position + 1)..end]));
                    position = end + 1;
                    break;
                default:
                    output.Append(c);
                    position++;
                    break;
            }
        }

        return inside ? throw new FormatException($"Unclosed '[' in: {text}") : output.ToString();
    }

    private string Alternatives(string text, ref int position)
    {
        var choices = new List<string>();
        while (true)
        {
            choices.Add(Sequence(text, ref position, inside: true));
            if (text[position++] == ']') return dice.Pick(choices);
        }
    }

    private string Value(string name)
    {
        if (name.StartsWith("n:", StringComparison.Ordinal)) return WithWords(Choice(name));
        if (name.StartsWith("x:", StringComparison.Ordinal)) return Choice(name).ToString(CultureInfo.InvariantCulture);
        return values.TryGetValue(name, out var value) ? value : throw new FormatException($"Unknown value '{{{name}}}'.");
    }

    private int Choice(string name) => int.Parse(dice.Pick(name[2..].Split('|')), CultureInfo.InvariantCulture);

    private string WithWords(int n) => language == "pt"
        ? $"{n} ({NumberWords.Portuguese(n)})"
        : $"{NumberWords.English(n)} ({n})";
}
