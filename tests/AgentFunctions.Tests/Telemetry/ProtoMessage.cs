using System.Buffers.Binary;
using System.Text;

namespace AgentFunctions.Tests.Telemetry;

/// <summary>A message of Protocol Buffers, read by its wire format alone: field numbers are those of opentelemetry-proto.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, object Value)> fields = [];

    private ProtoMessage()
    {
    }

    public static ProtoMessage Parse(ReadOnlySpan<byte> bytes)
    {
        var message = new ProtoMessage();
        while (bytes.Length > 0)
        {
            var key = Varint(ref bytes);
            object value;
            switch (key & 7)
            {
                case 0:
                    value = Varint(ref bytes);
                    break;
                case 1:
                    value = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
                    bytes = bytes[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref bytes);
                    value = bytes[..length].ToArray();
                    bytes = bytes[length..];
                    break;
                case 5:
                    value = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes);
                    bytes = bytes[4..];
                    break;
                default:
                    throw new InvalidDataException($"Unknown wire type {key & 7}.");
            }

            message.fields.Add(((int)(key >> 3), value));
        }

        return message;
    }

    public IEnumerable<ProtoMessage> Messages(params int[] path) => path is [var only]
        ? All(only).Select(value => Parse((byte[])value))
        : Messages(path[0]).SelectMany(inner => inner.Messages(path[1..]));

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field));

    public byte[] Bytes(int field) => (byte[]?)All(field).FirstOrDefault() ?? [];

    public ulong Number(int field) => (ulong?)All(field).FirstOrDefault() ?? 0;

    public bool Has(int field) => All(field).Any();

    /// <summary>Attributes: a list of KeyValue in a field.</summary>
    public IReadOnlyDictionary<string, object?> Attributes(int field)
    {
        var read = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var pair in Messages(field))
        {
            read[pair.Text(1)] = pair.Messages(2).Select(AnyValue).FirstOrDefault();
        }

        return read;
    }

    private static object? AnyValue(ProtoMessage value) => value switch
    {
        _ when value.Has(1) => value.Text(1),
        _ when value.Has(2) => value.Number(2) != 0,
        _ when value.Has(3) => (long)value.Number(3),
        _ when value.Has(4) => BitConverter.UInt64BitsToDouble(value.Number(4)),
        _ when value.Has(5) => string.Join(',', value.Messages(5, 1).Select(AnyValue)),
        _ => null,
    };

    private IEnumerable<object> All(int field) => fields.Where(each => each.Field == field).Select(each => each.Value);

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        var (value, shift) = (0UL, 0);
        while (true)
        {
            var part = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }

            shift += 7;
        }
    }
}
