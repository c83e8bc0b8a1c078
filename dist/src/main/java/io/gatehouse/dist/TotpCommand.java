package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse totp}: one-time codes of users of the portal. */
@Command(
        name = "totp",
        description = {
            "Manages the one-time codes (TOTP) of users of the portal, in the file of [portal.totp] file. A running "
                    + "gateway notices changes by itself. Run it as the user of the gateway, or as root, which then acts as "
                    + "the user to whom the file or its folder belongs.",
            "",
            "  gatehouse totp enrol alice --for 3d     prints a ticket, with which alice sets up an app once",
            "  gatehouse totp list",
            "  gatehouse totp reset 'CORP\\alice'     removes the codes, for example when a phone was lost",
            ""
        })
final class TotpCommand extends CommandGroup {}
