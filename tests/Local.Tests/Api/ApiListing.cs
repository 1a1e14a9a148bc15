using System.Reflection;
using System.Runtime.CompilerServices;

namespace Local.Tests.Api;

/// <summary>Writes the public and protected API of types as the listings in tests/ApiListings do, one member a line.</summary>
internal static class ApiListing
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Type type)
    {
        yield return Header(type);
        foreach (var member in type.GetMembers(Declared))
        {
            if (Describe(member) is { } text)
            {
                yield return $"{TypeNames.Of(type)} :: {text}";
            }
        }
    }

    private static string Header(Type type)
    {
        var (kind, parent) = type switch
        {
            { IsEnum: true } => ("enum", null),
            { IsInterface: true } => ("interface", null),
            { IsValueType: true } => ("struct", null),
            _ when type.IsAssignableTo(typeof(Delegate)) => ("delegate", null),
            { IsAbstract: true, IsSealed: true } => ("static class", null),
            { IsAbstract: true } => ("abstract class", type.BaseType),
            { IsSealed: true } => ("sealed class", type.BaseType),
            _ => ("class", type.BaseType),
        };
        return $"{kind} {TypeNames.Of(type)}{(parent is null || parent == typeof(object) ? string.Empty : $" : {TypeNames.Of(parent)}")}";
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo { IsStatic: false } constructor when IsVisible(constructor) =>
            $"{Access(constructor)}new({Parameters(constructor)})",
        MethodInfo method when IsVisible(method) && !IsAccessor(method) =>
            $"{Modifiers(method)}{TypeNames.Of(method.ReturnType)} {Name(method)}({Parameters(method)})",
        PropertyInfo property => Describe(property),
        FieldInfo field when (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName => Describe(field),
        _ => null,
    };

    private static string? Describe(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsVisible).ToList();
        if (accessors.Count == 0)
        {
            return null;
        }

        var getter = property.GetMethod is { } get && IsVisible(get) ? "get; " : string.Empty;
        var setter = property.SetMethod is { } set && IsVisible(set) ? IsInit(set) ? "init; " : "set; " : string.Empty;
        return $"{Modifiers(accessors[0])}{TypeNames.Of(property.PropertyType)} {property.Name} {{ {getter}{setter}}}";
    }

    private static string Describe(FieldInfo field)
    {
        var access = field.IsPublic ? string.Empty : "protected ";
        return field.IsLiteral
            ? $"{access}const {TypeNames.Of(field.FieldType)} {field.Name} = {field.GetRawConstantValue()}"
            : $"{access}{(field.IsStatic ? "static " : string.Empty)}{TypeNames.Of(field.FieldType)} {field.Name}";
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    /// <summary>Whether it is part of a property, or the compiler's own, whose shape depends on the framework compiled for.</summary>
    private static bool IsAccessor(MethodInfo method) =>
        (method.IsSpecialName && !method.Name.StartsWith("op_", StringComparison.Ordinal)) || method.Name == "<Clone>$";

    private static bool IsInit(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Access(MethodBase method) => method.IsPublic ? string.Empty : "protected ";

    private static string Modifiers(MethodInfo method)
    {
        var kind = method switch
        {
            { IsStatic: true } when method.IsDefined(typeof(ExtensionAttribute)) => "static extension ",
            { IsStatic: true } => "static ",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true, IsFinal: false } => "virtual ",
            _ => string.Empty,
        };
        return Access(method) + kind;
    }

    private static string Name(MethodInfo method) => method.IsGenericMethodDefinition
        ? $"{method.Name}<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>"
        : method.Name;

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{(parameter.IsOut ? "out " : string.Empty)}{TypeNames.Of(parameter.ParameterType)} {parameter.Name}{Default(parameter)}"));

    private static string Default(ParameterInfo parameter) => parameter switch
    {
        { HasDefaultValue: false } => string.Empty,
        { RawDefaultValue: null } => " = default",
        _ => $" = {parameter.RawDefaultValue}",
    };
}
