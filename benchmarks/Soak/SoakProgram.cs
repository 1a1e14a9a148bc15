using CrashHost.Programs;
using FsCheck;
using FsCheck.Fluent;
using Local.Tests.DurableTask.Programs;

namespace AgentFunctions.Benchmarks.Soak;

/// <summary>A program of the stream, and what it must do.</summary>
/// <param name="Root">The instance id that it runs under.</param>
/// <param name="Workflow">What it does.</param>
internal sealed record SoakProgram(string Root, Workflow Workflow)
{
    public const string Prefix = "soak-";
    private const int Size = 50;
    private const ulong Odd = 0x9E3779B97F4A7C15;

    /// <summary>What it must do, worked out without an engine.</summary>
    public Expectation Expectation { get; } = Expectation.Of(Workflow);

    /// <summary>The program at a place of the stream: the same for the same seed.</summary>
    public static SoakProgram At(int seed, int index)
    {
        var random = new Rnd((ulong)(uint)seed * Odd + (ulong)index);
        return new SoakProgram($"{Prefix}{index}", ProgramGenerator.Workflows().Generator.Sample(1, random, Size).Single());
    }
}
