package io.gatehouse.dist.installed;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONArrayUtils;
import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code gatehouse init} of the tarball, at a terminal. */
@Timeout(120)
class InitIT {
    /** Types answers at a pseudoterminal: each when its question is there. */
    private static final String TYPIST = """
            import json, os, pty, select, signal, sys
            steps = json.loads(sys.argv[1])
            pid, terminal = pty.fork()
            if pid == 0:
                # The test may run in the background of a shell, which has programs ignore it.
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                os.execv(sys.argv[2], sys.argv[2:])
            seen = ""
            def more():
                global seen
                if not select.select([terminal], [], [], 60)[0]:
                    sys.exit("nothing more after: " + seen)
                try:
                    data = os.read(terminal, 4096).decode("utf-8", "replace")
                except OSError:
                    data = ""
                sys.stdout.write(data)
                sys.stdout.flush()
                seen += data
                return data
            for question, answer in steps:
                while question not in seen:
                    if not more():
                        sys.exit("ended before: " + question)
                seen = seen.split(question, 1)[1]
                os.write(terminal, answer.encode())
            while more():
                pass
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            print("exit code", code)
            """;

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private Path home = Path.of("");
    private Path conf = Path.of("");
    private Path target = Path.of("");
    private Path temporary = Path.of("");

    @BeforeEach
    void unpack() throws IOException {
        RequiredTools.assume("python3");
        home = InstalledGateway.unpack(folder.freshFolder("gateway"));
        conf = folder.freshFolder("conf");
        target = conf.resolve("gatehouse.toml");
        temporary = folder.freshFolder("tmp");
    }

    private String typed(List<List<Object>> steps) {
        return typed(steps, List.of(home.resolve("bin/gatehouse").toString(), "init", "--config", target.toString()));
    }

    private String typed(List<List<Object>> steps, List<String> program) {
        List<String> command = new ArrayList<>(List.of(
                "python3",
                folder.write("typist.py", TYPIST).toString(),
                JSONArrayUtils.toJSONString(new ArrayList<>(steps))));
        command.addAll(program);
        return Command.of(command.toArray(String[]::new))
                .withEnvironment(Map.of("GATEHOUSE_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary))
                .run(folder)
                .output();
    }

    private static List<String> names(Path directory) {
        return List.of(Objects.requireNonNull(directory.toFile().list()));
    }

    @Test
    void answersAreTypedPasswordsAreNotShownAndCtrlCLeavesNothing() throws IOException {
        List<List<Object>> steps = List.of(
                List.of("Name of the gateway", "localhost\n"),
                List.of("Reverse proxy in front", "\n"),
                List.of("Where the gateway listens", "127.0.0.1:" + InstalledGateway.freePort() + "\n"),
                List.of("Certificate with its chain", "\n"),
                List.of("Who signs users in", "accounts\n"),
                List.of("First account to add", "alice\n"),
                List.of("Group of this account", "staff\n"),
                List.of("Password of this account", InstalledGateway.PASSWORD + "\n"),
                List.of("Repeat the password", InstalledGateway.PASSWORD + "\n"),
                List.of("Desktops, also", "127.0.0.1:1\n"),
                List.of("Groups that may connect", "staff\n"),
                List.of("Correct the answers", "n\n"));
        List<List<Object>> interrupted = new ArrayList<>(steps);
        interrupted.add(List.of("Portal, on which", "\u0003"));
        assertThat(typed(interrupted)).contains("[target.port-closed]", "exit code 130");
        assertThat(names(conf)).isEmpty();
        assertThat(names(temporary)).noneMatch(name -> name.startsWith("gatehouse-init"));

        List<List<Object>> finished = new ArrayList<>(steps);
        finished.add(List.of("Portal, on which", "yes\n"));
        assertThat(typed(finished))
                .contains("exit code 0", "wrote " + target, "gatehouse doctor --config " + target)
                .doesNotContain(InstalledGateway.PASSWORD);
        assertThat(names(conf)).contains("accounts", "gatehouse.toml");
        assertThat(names(temporary)).noneMatch(name -> name.startsWith("gatehouse-init"));
        assertThat(Files.readString(target)).contains("groups = [\"staff\"]");
        Command.of(home.resolve("bin/gatehouse").toString(), "check", "--config", target.toString())
                .runOrThrow(folder);
        aPasswordIsNotTypedWhereItIsSeen();
    }

    /** Also where the question is one for a password: somebody sits there, whatever the answer. */
    @Test
    void ctrlDEndsItAtOnce() {
        List<Object> end = List.of("Name of the gateway", "\u0004");
        assertThat(typed(List.of(end)))
                .containsOnlyOnce("Name of the gateway")
                .contains("Ctrl-D instead of an answer", "exit code 1");
        assertThat(typed(
                        List.of(List.of("Password of this account", "\u0004")),
                        List.of(
                                "/bin/sh",
                                "-c",
                                home.resolve("bin/gatehouse") + " init --config " + target + " --name localhost"
                                        + " --proxy none --listen 127.0.0.1:0 --certificate '' --sign-in accounts"
                                        + " --account carol --account-group staff")))
                .contains("Ctrl-D instead of an answer", "exit code 1")
                .doesNotContain("could be seen");
        assertThat(names(conf)).isEmpty();
    }

    /** Without a console there is nobody who switches the echo of the terminal off. */
    private void aPasswordIsNotTypedWhereItIsSeen() {
        String line = home.resolve("bin/gatehouse") + " init --config " + conf.resolve("other.toml")
                + " --name localhost --proxy none --listen 127.0.0.1:0 --certificate '' --sign-in accounts"
                + " --account carol --account-group staff | cat";
        assertThat(typed(List.of(), List.of("/bin/sh", "-c", line)))
                .contains("the answer could be seen while it is typed; use --account-password-file")
                .doesNotContain("Password of this account");
        assertThat(conf.resolve("other.toml")).doesNotExist();
    }
}
