package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse token}: the tokens that {@code .rdp} files carry. */
@Command(
        name = "token",
        description = {
            "Works on PAA tokens, which open the gateway to an RDP client without a password.",
            "They are taken when the configuration has a table [auth.paa].",
            "",
            "  gatehouse token mint --user 'CORP\\alice' --target win11.corp.example.com",
            "  gatehouse token inspect eyJ...",
            "  gatehouse token rotate",
            ""
        })
final class TokenCommand extends CommandGroup {}
