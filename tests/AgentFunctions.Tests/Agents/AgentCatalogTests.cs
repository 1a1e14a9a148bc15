using AgentFunctions.Agents;

namespace AgentFunctions.Tests.Agents;

public sealed class AgentCatalogTests
{
    private const string Editor = "name: editor\nmodel: gpt-4.1\ninstructions: Edit.\nagents: [writer]\ntools: [add]";

    [Fact]
    public async Task Agents_of_a_pack_are_found_with_their_hash_and_file()
    {
        using var world = new AgentWorld(AgentWorld.Valid, Editor);
        var catalog = world.Catalog();
        Assert.Equal(["editor", "writer"], (await catalog.ListAsync(CancellationToken.None)).Select(agent => agent.Definition.Name));
        var writer = (await catalog.FindAsync("writer", CancellationToken.None))!;
        Assert.Equal(world.PathOf(0), writer.Source);
        Assert.Matches("^[0-9a-f]{64}$", writer.Hash);
        Assert.Equal("Write.", (await catalog.GetByHashAsync(writer.Hash, CancellationToken.None)).Instructions);
        Assert.Null(await catalog.FindAsync("Writer", CancellationToken.None));
    }

    [Theory]
    [InlineData("name: a\nmodel: gpt-9\ninstructions: i", 2, "model", "'gpt-9'; known are gpt-4.1,")]
    [InlineData("name: a\nmodel: gpt-4.1\ninstructions: i\ntools:\n  - add\n  - fly", 6, "tools[1]", "'fly'")]
    [InlineData("name: a\nmodel: gpt-4.1\ninstructions: i\nagents: [nobody]", 4, "agents[0]", "'nobody'")]
    [InlineData("name: writer\nmodel: gpt-4.1\ninstructions: i", 1, "name", "0.yaml")]
    public void A_pack_that_names_what_does_not_exist_is_refused_at_start(string yaml, int line, string field, string problem)
    {
        using var world = new AgentWorld(AgentWorld.Valid, yaml);
        var error = Assert.Throws<DefinitionException>(world.Catalog);
        Assert.Equal((world.PathOf(1), line, field), (error.File, error.Line, error.Field));
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Agents_may_name_themselves_and_each_other()
    {
        using var world = new AgentWorld(
            "name: a\nmodel: gpt-4.1\ninstructions: i\nagents: [b, a]", "name: b\nmodel: gpt-4.1\ninstructions: i\nagents: [a]");
        Assert.NotNull(world.Catalog());
    }

    [Fact]
    public async Task An_added_agent_replaces_the_one_of_its_name_and_the_old_definition_is_still_there_by_hash()
    {
        using var world = new AgentWorld(AgentWorld.Valid, Editor);
        var catalog = world.Catalog();
        var old = (await catalog.FindAsync("writer", CancellationToken.None))!;
        var added = await catalog.AddAsync("name: writer\nmodel: gpt-4o\ninstructions: Write better.", CancellationToken.None);
        Assert.Equal(("api", added), (added.Source, await catalog.FindAsync("writer", CancellationToken.None)));
        Assert.Equal("Write.", (await catalog.GetByHashAsync(old.Hash, CancellationToken.None)).Instructions);
        Assert.Equal("Write better.", (await catalog.GetByHashAsync(added.Hash, CancellationToken.None)).Instructions);
        Assert.Equal(2, (await catalog.ListAsync(CancellationToken.None)).Count);
    }

    [Theory]
    [InlineData("name: a", "model")]
    [InlineData("name: a\nmodel: gpt-4.1\ninstructions: i\ntools: [fly]", "tools[0]")]
    [InlineData("name: a\nmodel: gpt-4.1\ninstructions: i\nagents: [nobody]", "agents[0]")]
    public async Task A_wrong_agent_is_refused_and_nothing_is_changed(string yaml, string field)
    {
        using var world = new AgentWorld(AgentWorld.Valid);
        var catalog = world.Catalog();
        var error = await Assert.ThrowsAsync<DefinitionException>(() => catalog.AddAsync(yaml, CancellationToken.None));
        Assert.Equal(("body", field), (error.File, error.Field));
        Assert.Empty(await world.Store.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task An_unknown_hash_is_an_error()
    {
        using var world = new AgentWorld();
        await Assert.ThrowsAsync<KeyNotFoundException>(() => world.Catalog().GetByHashAsync(new string('0', 64), CancellationToken.None));
    }

    [Theory]
    [InlineData("model: gpt-4.1\ninstructions: Write.\nname: writer", true)]
    [InlineData("name: \"writer\"\nmodel: 'gpt-4.1'\ninstructions: |\n  Write.\nlimits: {reserveUsd: 0.1}", true)]
    [InlineData("name: writer\nmodel: gpt-4.1\ninstructions: Write!", false)]
    [InlineData("name: writer\nmodel: gpt-4.1\ninstructions: Write.\nlimits: {maxTurns: 21}", false)]
    public async Task The_hash_is_of_the_meaning_not_of_the_spelling(string yaml, bool same)
    {
        using var world = new AgentWorld(AgentWorld.Valid);
        var catalog = world.Catalog();
        var original = (await catalog.FindAsync("writer", CancellationToken.None))!.Hash;
        Assert.Equal(same, original == (await catalog.AddAsync(yaml, CancellationToken.None)).Hash);
    }
}
