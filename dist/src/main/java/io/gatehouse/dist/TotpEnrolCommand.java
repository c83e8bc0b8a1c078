package io.gatehouse.dist;

import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.Durations;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.core.totp.TotpFile;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse totp enrol}. */
@Command(
        name = "enrol",
        description = {
            "Prints a ticket, with which the user sets up an authenticator app at the portal, once. It takes the place "
                    + "of an earlier ticket of the user. The file has its hash only.",
            ""
        })
final class TotpEnrolCommand extends TotpAction {
    private static final Duration LONGEST = Duration.ofDays(30);

    @Parameters(paramLabel = "NAME", description = "alice, DOMAIN\\alice or alice@REALM")
    private String name = "";

    @Option(names = "--for", paramLabel = "TIME", description = "how long the ticket is good: 8h, 3d; default: 1d")
    private String life = "1d";

    TotpEnrolCommand(World world) {
        super(world);
    }

    @Override
    void act(Configuration configuration, TotpFile file) throws CommandException, IOException {
        NamedAccount account = account(name, configuration);
        Duration duration = duration();
        out().println(SecondFactors.newTicket(
                file, account, configuration.domains(), world().clock().instant(), duration, new SecureRandom()));
    }

    private Duration duration() throws CommandException {
        if (Durations.parse(life) instanceof Parsed.Valid<Duration>(Duration read)
                && read.isPositive()
                && read.compareTo(LONGEST) <= 0) {
            return read;
        }
        throw CommandException.wrong("--for " + life + " (expected 30m, 8h or 3d, at most 30d)");
    }
}
