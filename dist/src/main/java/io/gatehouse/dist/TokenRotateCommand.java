package io.gatehouse.dist;

import io.gatehouse.core.config.GatewayConfig.Paa;
import io.gatehouse.core.token.PaaKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code gatehouse token rotate}. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        description = {
            "Puts a new key in front of the key file. Tokens of the keys that are kept stay good; a running",
            "gateway notices by itself. With --keep 0 all tokens so far are worthless at once.",
            "",
            "  gatehouse token rotate",
            "  gatehouse token rotate --algorithm ES256 --keep 0",
            ""
        })
final class TokenRotateCommand implements Callable<Integer> {
    private final World world;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Mixin
    private final ConfigurationOption configuration = new ConfigurationOption();

    @Option(
            names = "--algorithm",
            defaultValue = "HS256",
            paramLabel = "NAME",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
    private PaaKeys.Algorithm algorithm = PaaKeys.Algorithm.HS256;

    @Option(
            names = "--keep",
            defaultValue = "1",
            paramLabel = "NUMBER",
            description = "how many of the old keys go on verifying; default ${DEFAULT-VALUE}")
    private int kept = 1;

    TokenRotateCommand(World world) {
        this.world = world;
    }

    @Override
    public Integer call() throws CommandException {
        Path file = configuration.file(world);
        var err = specification.commandLine().getErr();
        Paa settings = TokenKeys.settings(ConfigurationFile.load(file, err));
        if (kept < 0) {
            throw CommandException.wrong("--keep " + kept + " (expected 0 or more)");
        }
        SecureRandom random = new SecureRandom();
        PaaKeys rotated = Files.exists(settings.keys())
                ? TokenKeys.read(settings.keys(), world.clock()).rotate(algorithm, kept, random)
                : PaaKeys.generate(algorithm, random);
        TokenKeys.write(settings.keys(), rotated);
        specification
                .commandLine()
                .getOut()
                .println("new key " + rotated.ids().getFirst() + " in " + settings.keys() + ", "
                        + rotated.ids().size() + (rotated.ids().size() == 1 ? " key" : " keys") + " in all");
        return ExitCode.OK;
    }
}
