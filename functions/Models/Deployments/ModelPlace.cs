namespace AgentFunctions.Models.Deployments;

/// <summary>What a call that has to wait takes along until it asks again.</summary>
/// <param name="Deployment">The deployment in whose line it is.</param>
/// <param name="Ticket">Its number there.</param>
/// <param name="Since">UTC time at which the call was made to wait first.</param>
/// <param name="WasRefused">Whether its own attempt was just refused for load; otherwise no attempt was made.</param>
public sealed record ModelPlace(string Deployment, long Ticket, DateTimeOffset Since, bool WasRefused);
