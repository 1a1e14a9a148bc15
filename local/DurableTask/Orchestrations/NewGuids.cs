using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AgentFunctions.Local.DurableTask.Orchestrations;

/// <summary>Ids that come out the same whenever the code runs again: name-based UUIDs of the instance, its clock and a counter.</summary>
internal sealed class NewGuids(string instanceId)
{
    private static readonly Guid Namespace = new("9e952958-5e33-4daf-827f-2fa12937b875");
    private int counter;

    public Guid Next(DateTime now)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{instanceId}_{now:o}_{counter++}");
        var input = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        Namespace.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input.AsSpan(16));
        var hash = SHA256.HashData(input).AsSpan(0, 16);
        BinaryPrimitives.WriteUInt16BigEndian(hash[6..], (ushort)((BinaryPrimitives.ReadUInt16BigEndian(hash[6..]) & 0x0fff) | 0x5000));
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
