package io.gatehouse.testkit.desktop;

import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.ProgramNetwork;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A real Linux desktop that real RDP clients can reach: an X session behind Debian's {@code xrdp}, without session
 * manager, PAM or password. RDP runs inside TLS with a self-signed certificate.
 *
 * <p>The desktop is one colour but for a small terminal, in which every typed line is taken as the desktop's new
 * colour: {@code #00ff00} and Return make the desktop green. So a client that types sees its own input come back.
 */
public final class XrdpDesktop implements AutoCloseable {
    /** Width and height of the desktop. */
    public static final Dimension SIZE = new Dimension(800, 600);

    /** A point inside the terminal. */
    public static final Point TERMINAL = new Point(80, 40);

    private static final String TERMINAL_NAME = "colours";
    /** Where Debian's service leaves its pid; while it is there, xrdp takes itself for running and ends. */
    private static final Path SYSTEM_PID_FILE = Path.of("/run/xrdp/xrdp.pid");

    private static final Duration START_LIMIT = Duration.ofSeconds(15);

    private final TestFolder folder;
    private final ProgramNetwork network;
    private final XDisplay display;
    private final int port;
    private final OwnProcess xrdp;

    private XrdpDesktop(TestFolder folder, ProgramNetwork network, XDisplay display, int vncPort) {
        this.folder = folder;
        this.network = network;
        this.display = display;
        this.port = freePort();
        List<String> command = command(configure(vncPort), Files.exists(SYSTEM_PID_FILE));
        this.xrdp = OwnProcess.start(folder, Map.of(), network.command(command));
    }

    /** How to start xrdp; beside the system's own it needs a folder of its own for pid file and sockets. */
    private static List<String> command(Path configuration, boolean besideSystem) {
        List<String> command = new ArrayList<>();
        if (besideSystem) {
            String hide = "mount -t tmpfs none " + SYSTEM_PID_FILE.getParent() + " && exec \"$@\"";
            command.addAll(List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", hide, "sh"));
        }
        command.addAll(List.of("xrdp", "--nodaemon", "--config", configuration.toString()));
        return command;
    }

    /** Brings a desktop up; it takes connections and its terminal has the focus when this returns. */
    public static XrdpDesktop start(TestFolder folder) {
        return start(folder, ProgramNetwork.OURS);
    }

    /** The same in another network, where clients reach it at 127.0.0.1. */
    public static XrdpDesktop start(TestFolder folder, ProgramNetwork network) {
        // Somebody may take a free port before its server does: then another port is tried.
        return twice(() -> {
            int vncPort = freePort();
            XDisplay display = XDisplay.vnc(folder, network, SIZE, vncPort);
            try {
                startSession(display);
                return twice(() -> {
                    XrdpDesktop desktop = new XrdpDesktop(folder, network, display, vncPort);
                    desktop.awaitListening();
                    return desktop;
                });
            } catch (RuntimeException | Error e) {
                display.close();
                throw e;
            }
        });
    }

    /** The port on 127.0.0.1 where RDP clients connect. */
    public int port() {
        return port;
    }

    /** Gives the desktop one colour, from inside the session. */
    public void paint(Color colour) {
        display.paint(colour);
    }

    /** The session's own display: what is really on the desktop, whatever clients see. */
    public XDisplay display() {
        return display;
    }

    /** How many clients are connected now. */
    public int connections() {
        return xrdp.children().size();
    }

    /** Ends the connections of all clients at once, as a crash would; new clients may connect. */
    public void killTargetConnections() {
        xrdp.children().forEach(ProcessHandle::destroyForcibly);
    }

    private static void startSession(XDisplay display) {
        display.start("openbox");
        // A window that is there before its manager is ready is never shown.
        require(
                display,
                "a window manager",
                () -> display.tryRun("xdotool", "get_num_desktops").isPresent());
        String loop = "while read -r colour; do xsetroot -solid \"$colour\"; done";
        display.start("xterm", "-title", TERMINAL_NAME, "-geometry", "24x4+0+0", "-e", "bash", "-c", loop);
        require(
                display,
                "a terminal with the focus",
                () -> display.tryRun("xdotool", "getwindowfocus", "getwindowname")
                        .filter(title -> title.strip().equals(TERMINAL_NAME))
                        .isPresent());
    }

    private static void require(XDisplay display, String what, BooleanSupplier condition) {
        if (!Wait.until(START_LIMIT, condition)) {
            throw new DesktopException(what + " is missing" + " on display " + display.name() + " after "
                    + START_LIMIT.toSeconds() + " s: " + display.report());
        }
    }

    private void awaitListening() {
        boolean listening = Wait.until(START_LIMIT, () -> !xrdp.isAlive() || network.hasListener(port));
        if (!listening || !xrdp.isAlive()) {
            String report = xrdp.report();
            xrdp.close();
            throw new DesktopException("xrdp does not listen on port " + port + ": " + report);
        }
    }

    private Path configure(int vncPort) {
        Path home = folder.freshFolder("xrdp");
        Path key = home.resolve("key.pem");
        Path certificate = home.resolve("certificate.pem");
        display.run(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        String ini = """
                [Globals]
                ini_version=1
                fork=true
                port=tcp://127.0.0.1:%d
                security_layer=tls
                certificate=%s
                key_file=%s
                ssl_protocols=TLSv1.2, TLSv1.3
                autorun=session
                max_bpp=32
                bitmap_cache=true
                bitmap_compression=true
                allow_channels=true
                use_fastpath=both
                tcp_nodelay=true
                [Logging]
                LogFile=%s
                LogLevel=INFO
                EnableSyslog=false
                [session]
                name=session
                lib=libvnc.so
                ip=127.0.0.1
                port=%d
                username=nobody
                password=none
                """.formatted(port, certificate, key, home.resolve("xrdp.log"), vncPort);
        try {
            return Files.writeString(home.resolve("xrdp.ini"), ini);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T twice(Supplier<T> attempt) {
        try {
            return attempt.get();
        } catch (DesktopException first) {
            try {
                return attempt.get();
            } catch (DesktopException second) {
                second.addSuppressed(first);
                throw second;
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        xrdp.close();
        display.close();
    }
}
