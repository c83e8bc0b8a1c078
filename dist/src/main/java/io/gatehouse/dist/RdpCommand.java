package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse rdp}: the files that RDP clients open. */
@Command(
        name = "rdp",
        description = {
            "Makes and signs .rdp files.",
            "",
            "  gatehouse rdp make --user alice --target win11 --output win11.rdp",
            "  gatehouse rdp sign win11.rdp --certificate publisher.pem --key publisher.key",
            ""
        })
final class RdpCommand extends CommandGroup {}
