using AgentFunctions.Local.Worker.Http;
using Microsoft.Azure.Functions.Worker.Converters;

namespace Microsoft.Azure.Functions.Worker.Http;

/// <summary>Binds a parameter of an HTTP function to the request's JSON body. A body that does not fit is answered with 400.</summary>
public class FromBodyAttribute : InputConverterAttribute
{
    /// <summary>Binds to the body.</summary>
    public FromBodyAttribute() : base(typeof(HttpBodyReader))
    {
    }
}
