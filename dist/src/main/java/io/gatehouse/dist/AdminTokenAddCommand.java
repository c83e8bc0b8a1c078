package io.gatehouse.dist;

import io.gatehouse.api.Secret;
import io.gatehouse.core.admin.AdminRole;
import io.gatehouse.core.admin.AdminTokens;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatehouse admin-token add}. */
@Command(name = "add", description = "Makes a token and prints it. It is shown this once: the file has its hash only.")
final class AdminTokenAddCommand extends AdminTokenAction {
    @Parameters(paramLabel = "NAME", description = "who gets it, as the audit log will call them")
    private String name = "";

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            required = true,
            description =
                    "viewer (reads), operator (also ends, blocks and messages users, and revokes grants and device "
                            + "tickets) or admin (also drains, grants, resets second factors and reloads)")
    private String role = "";

    AdminTokenAddCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, IOException {
        AdminRole known = AdminRole.of(role)
                .orElseThrow(() -> CommandException.wrong("--role " + role + " (expected viewer, operator or admin)"));
        if (!AdminTokens.isName(name)) {
            throw CommandException.wrong(
                    "\"" + name + "\" (expected up to 64 letters, digits and . _ @ -, a letter or digit first)");
        }
        Path file = tokenFile();
        Secret token = AdminTokens.generate(new SecureRandom());
        Instant now = world().clock().instant().truncatedTo(ChronoUnit.SECONDS);
        write(
                file,
                read(file)
                        .with(name, known, now, token)
                        .orElseThrow(() -> CommandException.failed("there is a token of the name " + name
                                + " already, or there are too many in " + file)));
        out().println(token.text());
    }
}
