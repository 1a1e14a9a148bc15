using AgentFunctions.Local.Worker.Discovery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask.Entities;

namespace Local.Tests.Worker;

public class DiscoveryTests
{
    [Theory]
    [InlineData(typeof(SameName), "'Twice'")]
    [InlineData(typeof(SameRoute), "'First' and 'Second'", "Things/{other}")]
    [InlineData(typeof(UnknownParameter), "'Stray'", "'nowhere'", "Guid")]
    [InlineData(typeof(WrongTriggerType), "'WrongType'", "'request'", "Uri")]
    [InlineData(typeof(NoTrigger), "'NoTrigger'", "0 triggers")]
    [InlineData(typeof(TwoTriggers), "'TwoTriggers'", "2 triggers")]
    [InlineData(typeof(Hidden), "'Hidden'", "not public")]
    [InlineData(typeof(SameMethod), "'SameMethod'", "another method of its name")]
    [InlineData(typeof(AsyncVoid), "'AsyncVoid'", "async void")]
    [InlineData(typeof(OtherResult), "'OtherResult'", "String")]
    [InlineData(typeof(BadRoute), "'BadRoute'", "{open")]
    [InlineData(typeof(BadSchedule), "'BadSchedule'", "every day")]
    [InlineData(typeof(MissingSetting), "'MissingSetting'", "'TheSchedule'")]
    [InlineData(typeof(MissingConnection), "'MissingConnection'", "'Elsewhere'")]
    public void A_function_that_cannot_be_served_keeps_the_app_from_starting(Type functions, params string[] named)
    {
        var error = Assert.Throws<FunctionDiscoveryException>(() => LocalApp.Build([functions]));

        Assert.All(named, name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_problem_is_told_at_once()
    {
        var error = Assert.Throws<FunctionDiscoveryException>(() => LocalApp.Build([typeof(NoTrigger), typeof(Hidden)]));

        Assert.Equal(2, error.Problems.Count);
    }

    [Fact]
    public void Http_functions_need_the_web_application()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.FunctionTypes = [typeof(HttpRoutingTests.Routes)];

        Assert.Contains("ConfigureFunctionsWebApplication", Assert.Throws<FunctionDiscoveryException>(builder.Build).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_is_built_once()
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.FunctionTypes = [];
        builder.Build();

        Assert.Throws<InvalidOperationException>(builder.Build);
    }

    [Fact]
    public void Routes_that_differ_in_their_methods_live_side_by_side() => LocalApp.Build([typeof(SameRouteOtherMethod)]);

    [Fact]
    public void The_apps_own_assemblies_are_searched_when_no_types_are_given() =>
        Assert.Contains(typeof(HttpRoutingTests.Routes), FunctionTypes.OfTheApp());

    public class SameName
    {
        [Function("Twice")]
        public static IActionResult One([HttpTrigger(Route = "one")] HttpRequest request) => new OkResult();

        [Function("twice")]
        public static IActionResult Two([HttpTrigger(Route = "two")] HttpRequest request) => new OkResult();
    }

    public class SameRoute
    {
        [Function("First")]
        public static IActionResult One([HttpTrigger("get", "post", Route = "things/{id}")] HttpRequest request) => new OkResult();

        [Function("Second")]
        public static IActionResult Two([HttpTrigger("POST", Route = "Things/{other}")] HttpRequest request) => new OkResult();
    }

    public class SameRouteOtherMethod
    {
        [Function("First")]
        public static IActionResult One([HttpTrigger("get", Route = "things/{id}")] HttpRequest request) => new OkResult();

        [Function("Second")]
        public static IActionResult Two([HttpTrigger("post", Route = "things/{id}")] HttpRequest request) => new OkResult();

        [Function("Third")]
        public static IActionResult Three([HttpTrigger("get", Route = "things/{id:int}")] HttpRequest request) => new OkResult();
    }

    public class UnknownParameter
    {
        [Function("Stray")]
        public static IActionResult Run([HttpTrigger(Route = "here/{somewhere}")] HttpRequest request, Guid nowhere) => new OkResult();
    }

    public class WrongTriggerType
    {
        [Function("WrongType")]
        public static IActionResult Run([HttpTrigger] Uri request) => new OkResult();
    }

    /// <summary>TaskEntity has a RunAsync of its own.</summary>
    public sealed class SameMethod : TaskEntity<int>
    {
        [Function("SameMethod")]
        public static Task RunAsync([EntityTrigger] TaskEntityDispatcher dispatcher) => dispatcher.DispatchAsync<SameMethod>();
    }

    public class NoTrigger
    {
        [Function("NoTrigger")]
        public static void Run()
        {
        }
    }

    public class TwoTriggers
    {
        [Function("TwoTriggers")]
        public static void Run([HttpTrigger] HttpRequest request, [TimerTrigger("0 0 * * * *")] TimerInfo timer)
        {
        }
    }

    public class Hidden
    {
        [Function("Hidden")]
        internal static void Run([HttpTrigger] HttpRequest request)
        {
        }
    }

    public class AsyncVoid
    {
        [Function("AsyncVoid")]
#pragma warning disable MA0155, VSTHRD100
        public static async void Run([HttpTrigger] HttpRequest request) => await Task.Yield();
#pragma warning restore MA0155, VSTHRD100
    }

    public class OtherResult
    {
        [Function("OtherResult")]
        public static Task<string> Run([HttpTrigger] HttpRequest request) => Task.FromResult("text");
    }

    public class BadRoute
    {
        [Function("BadRoute")]
        public static IActionResult Run([HttpTrigger(Route = "a/{open")] HttpRequest request) => new OkResult();
    }

    public class BadSchedule
    {
        [Function("BadSchedule")]
        public static void Run([TimerTrigger("every day")] TimerInfo timer)
        {
        }
    }

    public class MissingSetting
    {
        [Function("MissingSetting")]
        public static void Run([TimerTrigger("%TheSchedule%")] TimerInfo timer)
        {
        }
    }

    public class MissingConnection
    {
        [Function("MissingConnection")]
        public static void Run([ServiceBusTrigger("queue", Connection = "Elsewhere")] string message)
        {
        }
    }
}
