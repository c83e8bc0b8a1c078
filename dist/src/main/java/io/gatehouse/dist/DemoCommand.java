package io.gatehouse.dist;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gatehouse demo}. */
@Command(
        name = "demo",
        description = {
            "Starts a demo gateway: makes a self-signed certificate, an account with a strong password "
                    + "and a rule that allows RDP on this machine, starts, tests itself by signing in as a client "
                    + "over both transports, and prints what to enter in a browser, mstsc and xfreerdp. The "
                    + "folder keeps certificate and password.",
            "",
            "  gatehouse demo",
            "  gatehouse demo --port 9443 --address 127.0.0.1",
            ""
        })
final class DemoCommand extends Action {
    private static final int DESKTOP_PATIENCE_MILLIS = 1000;

    @Option(
            names = "--directory",
            paramLabel = "FOLDER",
            defaultValue = "gatehouse-demo",
            description = "keeps certificate, password and configuration (default: ${DEFAULT-VALUE})")
    private Path directory = Path.of("gatehouse-demo");

    @Option(names = "--port", defaultValue = "8443", description = "where to listen (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--address", defaultValue = "", description = "listen on this address only; on all otherwise")
    private String address = "";

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:3389",
            description = "the desktop that the instructions name; ports 3389 to 3399 of this machine are allowed"
                    + " (default: ${DEFAULT-VALUE})")
    private String target = "";

    @Option(names = "--ready-file", paramLabel = "FILE", description = "a file to create when the self-test has passed")
    private @Nullable Path readyFile;

    DemoCommand(World world) {
        super(world);
    }

    @Override
    void act() throws CommandException, IOException, InterruptedException {
        if (port < 0 || port > 65535) {
            throw CommandException.wrong("port " + port + " (expected 1 to 65535, or 0 for any free one)");
        }
        if (!target.matches("[A-Za-z0-9._-]+:[0-9]{1,5}")) {
            throw CommandException.wrong("target " + target + " (expected HOST:PORT)");
        }
        int free = freePort(address, port);
        try (SelfTestTarget echo = SelfTestTarget.start()) {
            DemoFolder folder = DemoFolder.prepare(directory, world().clock());
            folder.writeConfiguration(address, free, echo.port(), target);
            try (RunningGateway gateway = RunningGateway.start(folder.configuration(), world(), err())) {
                SelfTest.run(folder, SelfTest.door(gateway.address()), echo.port(), out());
                out().print(DemoInstructions.of(folder, gateway.address().getPort(), target, desktopAnswers()));
                out().flush();
                if (readyFile != null) {
                    Files.createFile(readyFile);
                }
                world().lifetime().serve(gateway::close);
            }
        }
    }

    private boolean desktopAnswers() {
        int colon = target.lastIndexOf(':');
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1))),
                    DESKTOP_PATIENCE_MILLIS);
            return true;
        } catch (IOException | IllegalArgumentException noDesktop) {
            return false;
        }
    }

    /** The port to listen on, which the address of the portal must name. */
    static int freePort(String address, int port) throws CommandException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(address, port));
            return probe.getLocalPort();
        } catch (IOException exception) {
            throw CommandException.failed("cannot listen on port " + port + ": " + exception.getMessage()
                    + "; is another program there? Choose another with --port");
        }
    }
}
