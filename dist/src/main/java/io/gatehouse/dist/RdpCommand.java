package io.gatehouse.dist;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code gatehouse rdp}: the files that RDP clients open. */
@Command(
        name = "rdp",
        mixinStandardHelpOptions = true,
        description = {
            "Works on .rdp files.",
            "",
            "  gatehouse rdp make --user alice --target win11 --output win11.rdp",
            "  gatehouse rdp sign win11.rdp --certificate publisher.pem --key publisher.key",
            ""
        })
final class RdpCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec specification;

    @Override
    public void run() {
        throw new ParameterException(specification.commandLine(), "a command is missing");
    }
}
