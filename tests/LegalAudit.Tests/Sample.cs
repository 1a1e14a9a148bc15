using System.Text;
using LegalAudit.Documents;

namespace LegalAudit.Tests;

internal static class Sample
{
    // Enough of each language that the detector is sure even where the sentence under test is short.
    private const string Portuguese = "As partes acima qualificadas celebram o presente instrumento, que se rege pelas condições a seguir e pela lei.\n\n";
    private const string English = "The parties named above enter into this agreement, which is governed by the terms below and by the law.\n\n";

    public static ContractDocument Pt(string text) => DocumentReader.Read(Encoding.UTF8.GetBytes(Portuguese + text), "a.txt");

    public static ContractDocument En(string text) => DocumentReader.Read(Encoding.UTF8.GetBytes(English + text), "a.txt");

    public static ContractDocument In(string language, string text) => language == "pt" ? Pt(text) : En(text);
}
