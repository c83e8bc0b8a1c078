package io.gatehouse.dist;

import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.totp.SecondFactors;
import io.gatehouse.core.totp.TotpFile;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gatehouse totp reset}. */
@Command(
        name = "reset",
        description = {
            "Removes the one-time codes, recovery codes and tickets of a user. Sessions of the user go on: "
                    + "gatehouse user end ends them.",
            ""
        })
final class TotpResetCommand extends TotpAction {
    @Parameters(paramLabel = "NAME", description = "alice, DOMAIN\\alice or alice@REALM")
    private String name = "";

    TotpResetCommand(World world) {
        super(world);
    }

    @Override
    void act(Configuration configuration, TotpFile file) throws CommandException, IOException {
        List<String> gone = SecondFactors.reset(file, account(name, configuration), configuration.domains());
        if (gone.isEmpty()) {
            throw CommandException.failed(name + " has neither one-time codes nor a ticket");
        }
        gone.forEach(account -> out().println("removed codes and tickets of " + account));
    }
}
