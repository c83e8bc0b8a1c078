package io.gatehouse.dist;

import io.gatehouse.core.config.GatewayConfig.Paa;
import io.gatehouse.core.token.PaaKeys;
import java.nio.file.Files;
import java.security.SecureRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse token rotate}. */
@Command(
        name = "rotate",
        description = {
            "Adds a new key to the key file. Tokens of the keys that are kept stay valid; a running "
                    + "gateway notices the change. With --keep 0, all tokens so far become worthless at once.",
            "",
            "  gatehouse token rotate",
            "  gatehouse token rotate --algorithm ES256 --keep 0",
            ""
        })
final class TokenRotateCommand extends ConfiguredAction {
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
            description = "how many of the old keys stay valid; default ${DEFAULT-VALUE}")
    private int kept = 1;

    TokenRotateCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException {
        Paa settings = TokenKeys.settings(configuration());
        if (kept < 0) {
            throw CommandException.wrong("--keep " + kept + " (expected 0 or more)");
        }
        SecureRandom random = new SecureRandom();
        PaaKeys rotated = Files.exists(settings.keys())
                ? TokenKeys.read(settings.keys(), world().clock()).rotate(algorithm, kept, random)
                : PaaKeys.generate(algorithm, random);
        TokenKeys.write(settings.keys(), rotated);
        out().println("new key " + rotated.ids().getFirst() + " in " + settings.keys() + ", "
                + rotated.ids().size() + (rotated.ids().size() == 1 ? " key" : " keys") + " in all");
    }
}
