package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse token}: the tokens that {@code .rdp} files carry. */
@Command(
        name = "token",
        description = {
            "Makes and inspects PAA tokens, with which an RDP client signs in to the gateway without a "
                    + "password. The gateway accepts them if the configuration has a table [auth.paa].",
            "",
            "  gatehouse token mint --user 'CORP\\alice' --target win11.corp.example.com",
            "  gatehouse token inspect eyJ...",
            "  gatehouse token rotate",
            ""
        })
final class TokenCommand extends CommandGroup {}
