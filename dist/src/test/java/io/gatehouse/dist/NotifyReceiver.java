package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.OwnProcess;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.process.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Hears what a service says to systemd; Java has no Unix sockets for datagrams. */
final class NotifyReceiver implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(20);
    /** Prints a line for each message, its own lines with bars between them, behind the microseconds of the machine. */
    private static final String PROGRAM = """
            import socket, sys, time, os
            name = sys.argv[1]
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind("\\0" + name[1:] if name[0] == "@" else name)
            if name[0] == "/":
                os.chmod(name, 0o666)
            print("listening", flush=True)
            while True:
                text = s.recv(4096).decode().replace("\\n", "|")
                print(time.monotonic_ns() // 1000, text, flush=True)
            """;

    private final String name;
    private final OwnProcess process;

    private NotifyReceiver(String name, OwnProcess process) {
        this.name = name;
        this.process = process;
    }

    /**
     * Listens at {@code name}.
     *
     * @param name a path, or {@code @NAME}
     */
    static NotifyReceiver at(TestFolder folder, String name) {
        RequiredTools.assume("python3");
        Path program = folder.write("receiver.py", PROGRAM);
        NotifyReceiver receiver = new NotifyReceiver(
                name, OwnProcess.start(folder, Map.of(), List.of("python3", program.toString(), name)));
        receiver.await("listening");
        return receiver;
    }

    /** The variable in which systemd says where it listens. */
    Map<String, String> environment() {
        return Map.of("NOTIFY_SOCKET", name);
    }

    /** Waits for a message with this text; returns all that has come. */
    String await(String text) {
        assertThat(Wait.until(SOON, () -> heard().contains(text) || !process.isAlive()))
                .as(process.report())
                .isTrue();
        assertThat(heard()).contains(text);
        return heard();
    }

    /** All messages, a line each. */
    String heard() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
    }
}
