using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace AgentFunctions.Local.Worker.Discovery;

internal sealed class TriggerKinds(IReadOnlyList<TriggerKind> kinds)
{
    public TriggerKind? Find(TriggerBindingAttribute trigger) => kinds.FirstOrDefault(kind => kind.Serves(trigger));

    public IEnumerable<string> Conflicts(IReadOnlyList<LocalFunction> functions) => kinds.SelectMany(kind => kind.Conflicts(functions));
}
