package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse user}: the accounts of the gateway's own. */
@Command(
        name = "user",
        description = {
            "Manages the accounts in the account file, and ends and blocks users of any provider. A running gateway "
                    + "notices changes by itself.",
            "",
            "The file is the one that the configuration names (accounts = ...), or the one of "
                    + "--accounts. It never holds a password: an NT hash serves NTLM, an argon2 hash serves "
                    + "Basic.",
            "",
            "  gatehouse user add alice --group staff",
            "  gatehouse user passwd alice --generate",
            "  gatehouse user list",
            "  gatehouse user remove alice",
            "  gatehouse user end alice",
            "  gatehouse user block alice --for 8h",
            ""
        })
final class UserCommand extends CommandGroup {}
