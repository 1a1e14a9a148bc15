namespace Local.Tests.Api;

/// <summary>Names of types as the listings write them.</summary>
internal static class TypeNames
{
    public static string Of(Type type)
    {
        if (type.IsByRef)
        {
            return $"{Of(type.GetElementType()!)}&";
        }

        if (type.IsArray)
        {
            return $"{Of(type.GetElementType()!)}[]";
        }

        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var name = type.Name.Split('`')[0];
        var outer = type.IsNested ? $"{Of(type.DeclaringType!)}." : type.Namespace is { } space ? $"{space}." : string.Empty;
        var arguments = type.GetGenericArguments();
        return arguments.Length == 0 ? outer + name : $"{outer}{name}<{string.Join(", ", arguments.Select(Of))}>";
    }
}
