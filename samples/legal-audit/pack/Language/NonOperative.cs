using LegalAudit.Rules;

namespace LegalAudit.Language;

/// <summary>Leaves out what a document says without agreeing on it: definitions, recitals, and orders to whoever reads it.</summary>
internal static class NonOperative
{
    private static readonly Concept Recital = Concept.Of("considerando", "whereas");

    private static readonly Concept OrderToReader = Concept.Of(
        "ignore ..6 instructions/instruction/rules/prompt", "disregard ..6 instructions/instruction/rules/prompt", "ignore ..6 instrucoes/instrucao/regras/orientacoes", "desconsidere ..6 instrucoes/instrucao/regras/orientacoes", "system prompt", "ai model/agent/assistant/system/reviewer/auditor",
        "language model", "modelo de linguagem", "assistente virtual", "agente de ia", "inteligencia artificial ..8 deve/devera/responda/registre/marque", "as an ai", "you are ..4 assistant/agent/auditor/model", "voce e ..4 assistente/agente/auditor/modelo",
        "assistant must/should", "automated reviewer/reviewers/review/auditor/system", "revisor automatico/automatizado", "sistema automatico/automatizado ..6 deve/devera", "previous instructions", "instrucoes anteriores", "note to ..4 ai/agent/model/assistant/reviewer", "nota ..4 ia/agente/modelo/assistente/revisor",
        "report that", "mark ..6 as present/compliant/approved", "marque ..6 como", "registre ..6 como", "responda que", "classifique", "llm", "chatgpt", "prompt");

    /// <summary>The sentences that are statements of the contract. A paragraph that gives orders to its reader loses all of its sentences.</summary>
    public static IReadOnlyList<Sentence> Remove(IReadOnlyList<Sentence> sentences)
    {
        var hostile = sentences.Where(s => OrderToReader.IsIn(s.Tokens)).Select(s => s.Paragraph).ToHashSet();
        return [.. sentences.Where(s => !hostile.Contains(s.Paragraph) && !Definitions.IsOne(s) && !Recital.IsIn(s.Tokens.AsSpan(0, Math.Min(3, s.Tokens.Length))))];
    }
}
