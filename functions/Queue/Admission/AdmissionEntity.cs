using AgentFunctions.Storage;
using Microsoft.DurableTask.Entities;

namespace AgentFunctions.Queue;

/// <summary>The <c>Admission</c> entity's name and operations. There is one such entity, because one has to know the total.</summary>
public static class AdmissionEntity
{
    /// <summary>The entity's name.</summary>
    public const string Name = "Admission";

    /// <summary>Admits what may be admitted. No input.</summary>
    public const string Wake = nameof(Wake);

    /// <summary>A run gives its slot up while nothing of it is at work. Input: <see cref="SlotLeave"/>.</summary>
    public const string Leave = nameof(Leave);

    /// <summary>A run that has given its slot up needs one again. Input: <see cref="SlotReturn"/>.</summary>
    public const string Return = nameof(Return);

    /// <summary>A run was suspended: it has no slot and asks for none until it is resumed. Input: <see cref="SlotEnd"/>.</summary>
    public const string Park = nameof(Park);

    /// <summary>A run has ended, or will never start. Input: <see cref="SlotEnd"/>. However often it is told, the slot is freed once.</summary>
    public const string End = nameof(End);

    /// <summary>The entity.</summary>
    public static EntityInstanceId Id { get; } = new(Name, "runs");
}

/// <summary>A run gives its slot up and will go on.</summary>
/// <param name="RunId">The run.</param>
/// <param name="InstanceId">Its orchestration; what an orchestration says that is not the present one of its run counts no more.</param>
public sealed record SlotLeave(string RunId, string InstanceId);

/// <summary>A run needs a slot to go on.</summary>
/// <param name="RunId">The run.</param>
/// <param name="InstanceId">Its orchestration.</param>
/// <param name="Way">What is to happen when it has one.</param>
public sealed record SlotReturn(string RunId, string InstanceId, AdmissionWay Way);

/// <summary>A run has ended, or was suspended.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Actual">What it has used with its descendants, where that is known.</param>
public sealed record SlotEnd(string RunId, ActualUse? Actual = null);

/// <summary>A run that goes on, because it has a slot again.</summary>
/// <param name="RunId">The run.</param>
/// <param name="InstanceId">Its orchestration.</param>
/// <param name="Way">What is to happen.</param>
public sealed record SlotGiven(string RunId, string InstanceId, AdmissionWay Way);
