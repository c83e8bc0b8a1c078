package io.gatehouse.testkit.desktop;

import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.ProgramNetwork;
import io.gatehouse.testkit.process.TestFolder;
import java.awt.Color;
import java.awt.Point;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running {@code xfreerdp}, version 2 or 3, with a display, home folder and log of its own.
 *
 * <p>It accepts every certificate, asks nothing and never reconnects by itself. One thread at a time.
 */
public final class FreeRdpClient implements AutoCloseable {
    private static final Point NOWHERE = new Point(XrdpDesktop.SIZE.width - 20, XrdpDesktop.SIZE.height - 20);

    private final XDisplay display;
    private final OwnProcess process;

    private FreeRdpClient(XDisplay display, OwnProcess process) {
        this.display = display;
        this.process = process;
    }

    /** How the client speaks to the gateway. */
    public enum Transport {
        /** WebSocket first; the client falls back to the dual channel by itself. */
        WEBSOCKET("http"),
        /** {@code RDG_OUT_DATA} and {@code RDG_IN_DATA}, no WebSocket. */
        DUAL_CHANNEL("http,no-websockets");

        private final String argument;

        Transport(String argument) {
            this.argument = argument;
        }
    }

    /** Where the command lines of the two versions differ. */
    enum Version {
        TWO,
        THREE;

        private static final Pattern FIRST_NUMBER = Pattern.compile("version (\\d+)\\.");

        /** Version 2 wants a display even for that. */
        static Version installed(XDisplay display) {
            String told = display.run("xfreerdp", "--version");
            Matcher matcher = FIRST_NUMBER.matcher(told);
            if (!matcher.find()) {
                throw new DesktopException("xfreerdp tells no version: " + told);
            }
            return Integer.parseInt(matcher.group(1)) >= 3 ? THREE : TWO;
        }
    }

    /** A client for this target; host and port as the gateway, if there is one, is to resolve them. */
    public static Builder to(String host, int port) {
        return new Builder(host, port);
    }

    /** A client that opens a {@code .rdp} file, whose settings say target and gateway. */
    public static Builder opening(Path file) {
        return new Builder(file);
    }

    /** The client's screen, where it is seen, typed to and clicked on. */
    public XDisplay display() {
        return display;
    }

    /** Whether the client still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** The exit code, or empty if the client still runs after {@code limit}. */
    public OptionalInt awaitExit(Duration limit) {
        return process.awaitExit(limit);
    }

    /** All that the client wrote so far, standard output and standard error. */
    public String output() {
        return process.output();
    }

    /**
     * {@link XDisplay#awaitColour}, told with the client's last words if the colour does not come; not waited for any
     * longer when the client has ended.
     */
    public void awaitColour(Color colour, double share, Duration limit) {
        try {
            display.awaitColour(colour, share, limit, this::isAlive);
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + process.report(), e);
        }
    }

    /** Clicks into the remote desktop's terminal, types a colour there and moves the pointer out of the way. */
    public void typeColour(Color colour) {
        display.click(XrdpDesktop.TERMINAL.x, XrdpDesktop.TERMINAL.y);
        display.type(Pixels.hex(colour));
        display.key("Return");
        display.moveMouse(NOWHERE.x, NOWHERE.y);
    }

    @Override
    public void close() {
        process.close();
        display.close();
    }

    /** Collects the client's arguments. */
    public static final class Builder {
        private final List<String> target;
        private final boolean file;
        private String user = "nobody";
        private String password = "none";
        private Optional<String> gateway = Optional.empty();
        private String gatewayUser = "";
        private String gatewayPassword = "";
        private Optional<String> gatewayDomain = Optional.empty();
        private Transport transport = Transport.WEBSOCKET;
        private ProgramNetwork network = ProgramNetwork.OURS;
        private String logLevel = "INFO";
        private final List<String> more = new ArrayList<>();
        private boolean agreeing;

        private Builder(String host, int port) {
            this(List.of("/v:" + host + ":" + port), false);
        }

        private Builder(Path file) {
            this(List.of(file.toString()), true);
        }

        private Builder(List<String> target, boolean file) {
            this.target = target;
            this.file = file;
        }

        /** The account at the target; {@link XrdpDesktop} takes any. */
        public Builder user(String name, String password) {
            this.user = name;
            this.password = password;
            return this;
        }

        /** Goes through a gateway. */
        public Builder through(String host, int port) {
            this.gateway = Optional.of(host + ":" + port);
            return this;
        }

        /** The account at the gateway. */
        public Builder as(String name, String password) {
            this.gatewayUser = name;
            this.gatewayPassword = password;
            return this;
        }

        /** The domain of the account at the gateway; none is sent otherwise. */
        public Builder domain(String domain) {
            this.gatewayDomain = Optional.of(domain);
            return this;
        }

        /** How to speak to the gateway; {@link Transport#WEBSOCKET} if not called. */
        public Builder transport(Transport transport) {
            this.transport = transport;
            return this;
        }

        /** Where it has its network; ours if not called. */
        public Builder in(ProgramNetwork network) {
            this.network = network;
            return this;
        }

        /** OFF, FATAL, ERROR, WARN, INFO, DEBUG or TRACE; INFO if not called. */
        public Builder logLevel(String level) {
            this.logLevel = level;
            return this;
        }

        /** Answers "Y" to what the client asks on its terminal, such as whether to go on after a consent message. */
        public Builder agreeing() {
            agreeing = true;
            return this;
        }

        /** More arguments, which win over the others. */
        public Builder with(String... arguments) {
            more.addAll(List.of(arguments));
            return this;
        }

        /** The command line, program first. */
        List<String> command(Version version) {
            List<String> command = new ArrayList<>(List.of("xfreerdp"));
            command.addAll(target);
            command.addAll(List.of("/u:" + user, "/p:" + password));
            switch (version) {
                case TWO -> {
                    gateway.ifPresent(address -> {
                        command.addAll(List.of("/g:" + address, "/gu:" + gatewayUser, "/gp:" + gatewayPassword));
                        gatewayDomain.ifPresent(domain -> command.add("/gd:" + domain));
                    });
                    command.addAll(List.of("/gt:" + transport.argument, "/kbd:0x409"));
                }
                case THREE -> {
                    List<String> values = new ArrayList<>();
                    gateway.ifPresent(address -> {
                        values.addAll(List.of("g:" + address, "u:" + gatewayUser, "p:" + gatewayPassword));
                        gatewayDomain.ifPresent(domain -> values.add("d:" + domain));
                    });
                    values.add("type:" + transport.argument);
                    // The option alone would make it go through a gateway.
                    if (gateway.isPresent() || file) {
                        command.add("/gateway:" + String.join(",", values));
                    }
                    command.add("/kbd:layout:0x409");
                }
            }
            command.addAll(List.of("/cert:ignore", "/sec:tls", "/bpp:32", "/log-level:" + logLevel));
            command.addAll(List.of("/size:" + XrdpDesktop.SIZE.width + "x" + XrdpDesktop.SIZE.height));
            command.addAll(List.of("-decorations", "-grab-keyboard", "-auto-reconnect"));
            command.addAll(more);
            if (agreeing) {
                command.addAll(0, List.of("sh", "-c", "yes Y | exec \"$@\"", "sh"));
            }
            return command;
        }

        /** Starts the client on a new display; whether it gets through is to be seen. */
        public FreeRdpClient start(TestFolder folder) {
            XDisplay display = XDisplay.virtual(folder, XrdpDesktop.SIZE);
            try {
                List<String> command = network.command(command(Version.installed(display)));
                return new FreeRdpClient(display, display.start(command.toArray(String[]::new)));
            } catch (RuntimeException | Error e) {
                display.close();
                throw e;
            }
        }
    }
}
