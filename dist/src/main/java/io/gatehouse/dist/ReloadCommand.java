package io.gatehouse.dist;

import io.gatehouse.core.config.AdminConfig;
import io.gatehouse.core.config.Configuration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatehouse reload}. */
@Command(
        name = "reload",
        description = {
            "Puts the changed configuration of a running gateway into force, without interrupting a connection: access rules, "
                    + "desktops of the portal, and some limits. Checks the file first, as gatehouse check does, and asks "
                    + "the gateway only if it is good.",
            "",
            "Asks by the socket of [admin], and prints what the gateway answers. Exit code 0 if the file is in force, 1 if the "
                    + "gateway refused it (keys that need a restart, for example), 2 if the file is wrong. Without [admin] "
                    + "socket it sends SIGHUP: then only the log and the audit log of the gateway say what came of it "
                    + "(configuration.reloaded, configuration.refused).",
            "",
            "  gatehouse reload                 by the socket of [admin], or the service gatehouse of systemd",
            "  gatehouse reload --pid 4711      by the socket of [admin], or SIGHUP to this process",
            "  gatehouse reload --url https://gw.example.com:9116 --token-file t   at another machine, which checks alone",
            ""
        })
final class ReloadCommand extends Action {
    private static final String SERVICE = "gatehouse";

    @Mixin
    private final AdminOption option = new AdminOption();

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "the process id of the gateway, for SIGHUP; by default that of the service " + SERVICE
                    + " of systemd")
    private Optional<Long> pid = Optional.empty();

    private boolean refused;

    ReloadCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, InterruptedException {
        if (option.isRemote()) {
            show(ask(option.api(world(), err())));
            return;
        }
        Path file = option.file(world());
        Configuration checked =
                ConfigurationFile.usable(file, world(), false, err()).configuration();
        Optional<Path> socket =
                checked.gateway().admin().flatMap(AdminConfig::socket).filter(AdminApi::listens);
        if (socket.isPresent()) {
            Reply reply = ask(option.api(world(), err()));
            show(reply);
            if (!refused && !reply.text("digest").equals(checked.digest())) {
                err().println("warning: the gateway did not read " + file
                        + " as it was checked; was the gateway started"
                        + " with another file, or the file changed meanwhile?");
            }
        } else {
            signal(file);
        }
    }

    private static Reply ask(AdminApi api) throws CommandException {
        return api.post("/v1/reload", Map.of());
    }

    private void show(Reply reply) {
        refused = !reply.text("applied").equals("true");
        if (option.json()) {
            out().println(reply.raw());
        } else if (refused) {
            reply.texts("problems").forEach(problem -> err().println(problem));
            String restart = reply.text("needRestart");
            err().println("gatehouse: the gateway refused the file, and the configuration before it stays in force"
                    + (restart.isEmpty() ? "" : "; these keys need a restart: " + restart));
        } else {
            if (option.isRemote()) {
                reply.texts("warnings").forEach(warning -> err().println("warning: " + warning));
            }
            String changed = reply.text("changed");
            out().println("the file is in force; "
                    + (changed.isEmpty() ? "nothing has changed" : "changed: " + changed));
        }
    }

    @Override
    int exitCode() {
        return refused ? ExitCode.FAILED : ExitCode.OK;
    }

    private void signal(Path file) throws CommandException, InterruptedException {
        long gateway = pid.isPresent() ? pid.get() : service();
        if (ProcessHandle.of(gateway).filter(ProcessHandle::isAlive).isEmpty()) {
            throw CommandException.failed("there is no process " + gateway);
        }
        var _ = run("kill", "-HUP", Long.toString(gateway))
                .orElseThrow(() -> CommandException.failed("the signal could not be sent to process " + gateway));
        out().println("process " + gateway + " was told to read " + file
                + " (SIGHUP); its log says whether it is in force. With [admin] socket this command would say it");
    }

    private static long service() throws CommandException, InterruptedException {
        return run("systemctl", "show", "--property", "MainPID", "--value", SERVICE).stream()
                .filter(text -> text.matches("[1-9][0-9]{0,9}"))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow(() ->
                        CommandException.failed("nothing listens on [admin] socket, and systemd has no running service "
                                + SERVICE + " (name its process with --pid PID)"));
    }

    /** What a program of the system prints; empty when it fails. */
    private static Optional<String> run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(List.of(command))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            // What it prints is short, so that it waits for no reader.
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.exitValue() == 0 ? Optional.of(text.strip()) : Optional.empty();
        } catch (IOException missing) {
            return Optional.empty();
        }
    }
}
