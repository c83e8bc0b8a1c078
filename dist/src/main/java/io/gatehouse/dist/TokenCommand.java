package io.gatehouse.dist;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gatehouse token}: the tokens that {@code .rdp} files carry. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = {
            "Works on PAA tokens, which open the gateway to an RDP client without a password.",
            "They are taken when the configuration has a table [auth.paa].",
            "",
            "  gatehouse token mint --user 'CORP\\alice' --target win11.corp.example.com",
            "  gatehouse token inspect eyJ...",
            "  gatehouse token rotate",
            ""
        })
final class TokenCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Override
    public void run() {
        throw new ParameterException(specification.commandLine(), "a command is missing");
    }
}
