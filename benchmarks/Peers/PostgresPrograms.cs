using System.Diagnostics;

namespace AgentFunctions.Benchmarks.Peers;

/// <summary>PostgreSQL's programs, and the user whom they run as: PostgreSQL refuses to run as root.</summary>
internal sealed record PostgresPrograms(string Folder, string? User)
{
    private const string DebianFolder = "/usr/lib/postgresql";
    private static readonly string[] Servants = ["postgres", "nobody"];

    /// <summary>The newest of the machine, or the one on the path.</summary>
    /// <exception cref="PeerException">There is none, or no user for it.</exception>
    public static PostgresPrograms Find()
    {
        var versions = Directory.Exists(DebianFolder)
            ? Directory.GetDirectories(DebianFolder).OrderByDescending(Version).Select(version => Path.Combine(version, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        var folder = versions.Concat(path).FirstOrDefault(each => File.Exists(Path.Combine(each, "initdb")) && File.Exists(Path.Combine(each, "postgres")))
            ?? throw new PeerException($"no PostgreSQL server found in {DebianFolder}/*/bin or on the PATH");
        return new PostgresPrograms(folder, Environment.IsPrivilegedProcess ? FindServant() : null);
    }

    public ProcessStartInfo Command(string workingFolder, string program, params IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(Path.Combine(Folder, program), arguments) { WorkingDirectory = workingFolder };
        info.Environment["LC_ALL"] = "C";
        if (User is not null)
        {
            info.UserName = User;
        }

        return info;
    }

    /// <summary>Makes a folder that belongs to the user, and to nobody else.</summary>
    public Task HandOverAsync(string folder, CancellationToken cancellation)
    {
        string[] owner = User is null ? [] : ["-o", User];
        return Tool.RunAsync(new ProcessStartInfo("install", ["-d", "-m", "700", .. owner, folder]), cancellation);
    }

    private static string FindServant()
    {
        const string Users = "/etc/passwd";
        var users = File.Exists(Users) ? File.ReadLines(Users).Select(line => line.Split(':')[0]).ToHashSet(StringComparer.Ordinal) : [];
        return Servants.FirstOrDefault(users.Contains)
            ?? throw new PeerException($"PostgreSQL refuses to run as root, and none of the users {string.Join(", ", Servants)} exists");
    }

    private static int Version(string folder) => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0;
}
