namespace LogisticsStorm.Driver;

/// <summary>The storm cannot go on; the message is for the user.</summary>
internal sealed class StormException(string message) : Exception(message);
