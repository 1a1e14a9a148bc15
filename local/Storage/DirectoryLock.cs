namespace AgentFunctions.Local.Storage;

/// <summary>Keeps a second process from working on the same data. The lock ends with the process, however it ends.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream file;

    private DirectoryLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock, waiting a while for one that is about to be released.</summary>
    /// <exception cref="IOException">Another process holds it.</exception>
    public static async Task<DirectoryLock> TakeAsync(string path, TimeSpan patience, CancellationToken cancellation)
    {
        for (var end = DateTime.UtcNow + patience; ;)
        {
            try
            {
                return new DirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException error) when (error is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (DateTime.UtcNow >= end)
                {
                    throw new IOException($"Another process works on this data: it holds '{path}'.", error);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), cancellation);
        }
    }

    public void Dispose() => file.Dispose();
}
