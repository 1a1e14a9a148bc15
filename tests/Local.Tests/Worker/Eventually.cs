namespace Local.Tests.Worker;

public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<T> GetAsync<T>(Func<Task<T>> read, Func<T, bool> isDone)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var value = await read();
            if (isDone(value))
            {
                return value;
            }

            Assert.False(limit.IsCancellationRequested, $"It did not happen within {Patience}; the last value was {value}.");
            await Task.Delay(20, CancellationToken.None);
        }
    }

    public static Task TrueAsync(Func<bool> condition) => GetAsync(() => Task.FromResult(condition()), value => value);
}
