package io.gatehouse.dist;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code gatehouse token mint}. */
@Command(
        name = "mint",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a token for one user and some targets. Whoever has it is that user, for these targets, until it",
            "expires. The rules are asked as well when it is used.",
            "",
            "  gatehouse token mint --user 'CORP\\alice' --group staff --target win11.corp.example.com",
            "  xfreerdp /v:win11.corp.example.com /g:gw.example.com /gat:$(gatehouse token mint ...)",
            ""
        })
final class TokenMintCommand implements Callable<Integer> {
    private final World world;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Mixin
    private final ConfigurationOption configuration = new ConfigurationOption();

    @Mixin
    private final TokenRequest request = new TokenRequest();

    TokenMintCommand(World world) {
        this.world = world;
    }

    @Override
    public Integer call() throws CommandException {
        Path file = configuration.file(world);
        var err = specification.commandLine().getErr();
        TokenRequest.Minted minted = request.mint(ConfigurationFile.load(file, err), world.clock());
        specification.commandLine().getOut().println(minted.text());
        return ExitCode.OK;
    }
}
