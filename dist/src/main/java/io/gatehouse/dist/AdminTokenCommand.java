package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse admin-token}: the tokens of the admin API. */
@Command(
        name = "admin-token",
        description = {
            "Manages the tokens of the admin API in the file of [admin] tokens. A running gateway notices changes by itself.",
            "",
            "  gatehouse admin-token add grafana --role viewer > grafana.token",
            "  gatehouse admin-token list",
            "  gatehouse admin-token remove grafana",
            ""
        })
final class AdminTokenCommand extends CommandGroup {}
