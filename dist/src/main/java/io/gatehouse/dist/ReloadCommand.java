package io.gatehouse.dist;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse reload}. */
@Command(
        name = "reload",
        description = {
            "Puts the changed configuration of a running gateway into force, without interrupting a connection: access rules, "
                    + "desktops of the portal, and some limits. Checks the file first, as gatehouse check does, and changes "
                    + "nothing if it is wrong. Then sends SIGHUP to the gateway.",
            "",
            "The gateway refuses a file that changes keys which need a restart. Its log and its audit log say what came of it "
                    + "(configuration.reloaded, configuration.refused).",
            "",
            "  gatehouse reload                 the service gatehouse of systemd",
            "  gatehouse reload --pid 4711      the gateway with this process id",
            ""
        })
final class ReloadCommand extends ConfiguredAction {
    private static final String SERVICE = "gatehouse";

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "the process id of the gateway; by default that of the service " + SERVICE + " of systemd")
    private Optional<Long> pid = Optional.empty();

    ReloadCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, InterruptedException {
        Path file = file();
        ConfigurationFile.load(file, err());
        long gateway = pid.isPresent() ? pid.get() : service();
        if (ProcessHandle.of(gateway).filter(ProcessHandle::isAlive).isEmpty()) {
            throw CommandException.failed("there is no process " + gateway);
        }
        var _ = run("kill", "-HUP", Long.toString(gateway))
                .orElseThrow(() -> CommandException.failed("the signal could not be sent to process " + gateway));
        out().println("process " + gateway + " was told to read " + file + "; its log says what came of it");
    }

    private static long service() throws CommandException, InterruptedException {
        return run("systemctl", "show", "--property", "MainPID", "--value", SERVICE).stream()
                .filter(text -> text.matches("[1-9][0-9]{0,9}"))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow(() -> CommandException.failed(
                        "systemd has no running service " + SERVICE + " (name its process with --pid PID)"));
    }

    /** What a program of the system prints; empty when it fails. */
    private static Optional<String> run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0
                    ? Optional.of(text.strip())
                    : Optional.empty();
        } catch (java.io.IOException missing) {
            return Optional.empty();
        }
    }
}
