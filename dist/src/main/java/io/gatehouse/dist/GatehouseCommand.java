package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse} itself: without a subcommand it shows what there is. */
@Command(
        name = "gatehouse",
        versionProvider = Version.class,
        description = {
            "A Remote Desktop Gateway: RDP clients reach desktops behind it through HTTPS.",
            "",
            "First steps:",
            "  gatehouse demo                          starts a demo; nothing to configure",
            "  gatehouse init                          asks what you have, and configures it",
            "  gatehouse user add alice --group staff  adds an account; asks for the password",
            "  gatehouse check                         checks the configuration",
            "  gatehouse run                           starts the gateway",
            "  gatehouse doctor                        says what is wrong, and how to mend it",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it did what was asked",
            "1:it could not: a port is taken, a file cannot be written, an account is missing",
            "2:the command line or the configuration is wrong; trying again will not help",
            "3:gatehouse explain: the rules deny it",
            "4:gatehouse explain: it depends on something that was not said",
            "5:gatehouse user block, user unblock, grant, ticket: done, but the gateway could not write its file, so that a "
                    + "restart undoes it"
        },
        footerHeading = "%nMore about a command: gatehouse COMMAND --help%n")
final class GatehouseCommand extends CommandGroup {}
