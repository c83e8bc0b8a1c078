package io.gatehouse.testkit.desktop;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A running Remmina with a display, home folder, session bus and log of its own, which signs in to a gateway with a
 * password and opens one desktop.
 *
 * <p>It accepts every certificate. Version 1.4.29 agrees to every consent message and shows none. One thread at a time.
 */
public final class RemminaClient implements AutoCloseable {
    private final XDisplay display;
    private final OwnProcess process;

    private RemminaClient(XDisplay display, OwnProcess process) {
        this.display = display;
        this.process = process;
    }

    /** Lets the test go on only if Remmina is installed. */
    public static void assume() {
        RequiredTools.assume("remmina", "dbus-run-session");
    }

    /** A client for this target; host and port as the gateway is to resolve them. */
    public static Builder to(String host, int port) {
        return new Builder(host + ":" + port);
    }

    /** {@link XDisplay#awaitColour}, told with the client's last words if the colour does not come. */
    public void awaitColour(Color colour, double share, Duration limit) {
        try {
            display.awaitColour(colour, share, limit, process::isAlive);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + process.report(), e);
        }
    }

    @Override
    public void close() {
        process.close();
        display.close();
    }

    /** Collects the profile that Remmina opens. */
    public static final class Builder {
        private final List<String> profile = new ArrayList<>(List.of(
                "[remmina]",
                "protocol=RDP",
                "name=desktop",
                "username=nobody",
                "gwtransp=http",
                "cert_ignore=1",
                "security=tls",
                "resolution_mode=2",
                "resolution_width=640",
                "resolution_height=480"));
        private String gatewayPassword = "";

        private Builder(String target) {
            profile.add("server=" + target);
        }

        /** Goes through a gateway. */
        public Builder through(String host, int port) {
            profile.add("gateway_server=" + host + ":" + port);
            return this;
        }

        /** The account at the gateway. */
        public Builder as(String name, String password) {
            profile.add("gateway_username=" + name);
            gatewayPassword = password;
            return this;
        }

        /** Starts Remmina on a new display; whether it gets through is to be seen. */
        public RemminaClient start(TestFolder folder) {
            XDisplay display = XDisplay.virtual(folder, XrdpDesktop.SIZE);
            try {
                String home = folder.freshFolder("remmina.home").toString();
                Map<String, String> environment =
                        Map.of("HOME", home, "XDG_RUNTIME_DIR", home, "DISPLAY", display.name());
                // It finds the kind of a profile in the name of its file.
                Path file = folder.write("desktop.remmina", String.join("\n", profile) + "\n");
                // It encrypts the passwords that it reads from standard input, one for each option without a value.
                Command.of(command(
                                        "--update-profile",
                                        file.toString(),
                                        "--set-option",
                                        "password",
                                        "--set-option",
                                        "gateway_password")
                                .toArray(String[]::new))
                        .withEnvironment(environment)
                        .withInput("none\n" + gatewayPassword + "\n")
                        .runOrThrow(folder);
                return new RemminaClient(
                        display, OwnProcess.start(folder, environment, command("-c", file.toString())));
            } catch (RuntimeException | Error e) {
                display.close();
                throw e;
            }
        }

        /** A bus of its own: Remmina would hand the profile to one that runs already. */
        private static List<String> command(String... arguments) {
            return Stream.concat(Stream.of("dbus-run-session", "--", "remmina"), Stream.of(arguments))
                    .toList();
        }
    }
}
