package io.gatehouse.dist;

import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.totp.TotpFile;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;

/** {@code gatehouse totp list}. */
@Command(name = "list", description = "Lists who has one-time codes or a ticket; it shows no secret.")
final class TotpListCommand extends TotpAction {
    TotpListCommand(World world) {
        super(world);
    }

    @Override
    void act(Configuration configuration, TotpFile file) {
        Table table = new Table("ACCOUNT", "STATE", "SINCE OR UNTIL", "RECOVERY CODES");
        file.records()
                .enrolments()
                .values()
                .forEach(each -> table.row(
                        each.account(),
                        each.isLocked() ? "locked" : "set up",
                        each.since().truncatedTo(ChronoUnit.SECONDS).toString(),
                        String.valueOf(each.recovery().size())));
        file.records().tickets().stream()
                .filter(each -> each.until().isAfter(world().clock().instant()))
                .forEach(each -> table.row(
                        each.account(),
                        "ticket",
                        each.until().truncatedTo(ChronoUnit.SECONDS).toString(),
                        ""));
        table.print(out());
    }
}
