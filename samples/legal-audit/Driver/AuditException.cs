namespace LegalAudit.Driver;

/// <summary>The audit cannot go on; the message is for the user.</summary>
internal sealed class AuditException(string message) : Exception(message);
