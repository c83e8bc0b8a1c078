package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse migrate}: configurations of other gateways. */
@Command(
        name = "migrate",
        description = {
            "Makes a configuration from that of another gateway, and says what is different. docs/migration.md explains"
                    + " the steps.",
            "",
            "  gatehouse migrate rdpgw rdpgw.yaml",
            "  gatehouse migrate rd-gateway --script > export.ps1",
            "  gatehouse migrate rd-gateway rd-gateway.json",
            ""
        })
final class MigrateCommand extends CommandGroup {}
