using System.Security.Cryptography;

namespace AgentFunctions.Storage.Sqlite;

internal sealed class SqliteBlobStore(AgentDatabase database) : IBlobStore
{
    public async Task<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        if (await database.ReadAsync(session => Exists(session, hash), cancellationToken))
        {
            return hash;
        }

        var bytes = content.ToArray();
        await database.WriteAsync(
            session => session.Execute(
                "INSERT OR IGNORE INTO blobs (hash, content) VALUES ($hash, $content)", ("$hash", hash), ("$content", bytes)),
            cancellationToken);
        return hash;
    }

    public Task<byte[]?> GetAsync(string hash, CancellationToken cancellationToken) => database.ReadAsync(
        session => session.First(
            "SELECT content FROM blobs WHERE hash = $hash", row => row.GetFieldValue<byte[]>(0), ("$hash", hash)),
        cancellationToken);

    private static bool Exists(SqlSession session, string hash) =>
        session.First("SELECT 1 FROM blobs WHERE hash = $hash", row => row.GetInt64(0), ("$hash", hash)) == 1;
}
