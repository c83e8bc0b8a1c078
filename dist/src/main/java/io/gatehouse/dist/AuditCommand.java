package io.gatehouse.dist;

import picocli.CommandLine.Command;

/** {@code gatehouse audit}: the audit log. */
@Command(
        name = "audit",
        description = {"Checks the audit log.", "", "  gatehouse audit verify", ""})
final class AuditCommand extends CommandGroup {}
