package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Holds the port of an installed gateway as systemd does with a socket unit, and runs the gateway on it: connections
 * that come while none runs wait for the next one. Ends the gateway when this JVM ends.
 */
final class LentSocket implements AutoCloseable {
    /** For each line that it reads: {@code start} a gateway, {@code term} it, {@code wait} for its end. */
    private static final String PROGRAM = """
            import os, signal, socket, sys, time
            port, program, configuration, log = sys.argv[1:]
            held = socket.socket()
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind(("127.0.0.1", int(port)))
            held.listen(4096)
            pid = 0
            def await_end():
                global pid
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                pid = 0
                return code
            def start():
                output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                os.dup2(output, 1)
                os.dup2(output, 2)
                if held.fileno() == 3:
                    os.set_inheritable(3, True)
                else:
                    os.dup2(held.fileno(), 3)
                os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
                os.execv(program, [program, "run", "--config", configuration])
            print("held", flush=True)
            for line in sys.stdin:
                match line.strip():
                    case "start":
                        pid = os.fork()
                        if pid == 0:
                            start()
                        print(pid, flush=True)
                    case "term":
                        os.kill(pid, signal.SIGTERM)
                        print("sent", flush=True)
                    case "wait":
                        print(await_end(), flush=True)
            if pid != 0:
                os.kill(pid, signal.SIGTERM)
                time.sleep(0.2)
                os.kill(pid, signal.SIGTERM)
                end = time.monotonic() + 20
                while os.waitpid(pid, os.WNOHANG)[0] == 0:
                    if time.monotonic() > end:
                        os.kill(pid, signal.SIGKILL)
                    time.sleep(0.1)
            """;

    private final Process process;
    private final BufferedReader answers;

    private LentSocket(Process process) {
        this.process = process;
        this.answers = process.inputReader();
    }

    /** Holds the port of {@code gateway}, which has ended. */
    static LentSocket of(InstalledGateway gateway, TestFolder folder) throws IOException {
        RequiredTools.assume("python3");
        Path program = folder.write("lent-socket.py", PROGRAM);
        ProcessBuilder holder = new ProcessBuilder(
                "python3",
                program.toString(),
                String.valueOf(gateway.port()),
                gateway.program().toString(),
                gateway.configurationFile("gatehouse.toml").toString(),
                gateway.logFile().toString());
        holder.environment().putAll(InstalledGateway.QUICK_START);
        LentSocket socket = new LentSocket(
                holder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
        assertThat(socket.answers.readLine()).isEqualTo("held");
        return socket;
    }

    private String tell(String command) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        input.flush();
        return String.valueOf(answers.readLine());
    }

    /** Starts a gateway; returns at once. */
    void start() throws IOException {
        assertThat(tell("start")).containsOnlyDigits();
    }

    /** Sends SIGTERM to it. */
    void terminate() throws IOException {
        assertThat(tell("term")).isEqualTo("sent");
    }

    /** Waits until it has ended; its exit code. */
    int awaitEnd() throws IOException {
        return Integer.parseInt(tell("wait"));
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        assertThat(answers.readLine()).isNull();
    }
}
