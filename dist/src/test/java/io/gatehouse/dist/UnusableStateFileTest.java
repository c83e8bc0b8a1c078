package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A state file that cannot be used is one line and exit code 2, with every feature that needs it switched on. */
class UnusableStateFileTest {
    private static final List<String> STATE_FILES = List.of("grants", "device-tickets", "blocks", "totp");

    @TempDir
    private Path folder;

    enum Fault {
        CUT {
            @Override
            void make(Path file) throws IOException {
                PrivateFiles.write(file, "x");
            }
        },
        OPEN_TO_OTHERS {
            @Override
            void make(Path file) throws IOException {
                Files.writeString(file, "");
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
        },
        FOLDER {
            @Override
            void make(Path file) throws IOException {
                Files.createDirectory(file);
            }
        };

        abstract void make(Path file) throws IOException;
    }

    static Stream<Arguments> faults() {
        return STATE_FILES.stream().flatMap(file -> Stream.of(Fault.values()).map(fault -> Arguments.of(file, fault)));
    }

    @BeforeEach
    void writeConfiguration() throws IOException {
        ExampleFolder.in(folder).withCertificate("server", Clock.systemUTC()).withText("""
                [server]
                name = "gw.example.test"
                [[listener]]
                address = "127.0.0.1:0"
                tls = { certificate = "server.pem", key = "server.key" }
                [auth]
                order = ["ntlm", "local"]
                [auth.ntlm]
                accounts = "accounts"
                [auth.local]
                accounts = "accounts"
                [auth.paa]
                [portal]
                url = "https://gw.example.test"
                [portal.totp]
                file = "totp"
                [portal.grants]
                file = "grants"
                desktops = ["d1"]
                approver-users = ["root"]
                [portal.device-tickets]
                file = "device-tickets"
                [portal.admin]
                [[portal.admin.rule]]
                role = "operator"
                users = ["root"]
                [admin]
                socket = "admin.sock"
                blocks = "blocks"
                [[desktop]]
                name = "d1"
                host = "127.0.0.1"
                [[policy.rule]]
                name = "r"
                targets = ["127.0.0.0/8"]
                """);
    }

    @Test
    void theConfigurationCanBeUsed() {
        CommandRun check = check();

        assertThat(check.code()).as(check.err()).isZero();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void oneThatCannotBeUsedIsOneLine(String file, Fault fault) throws IOException {
        fault.make(folder.resolve(file));

        assertThat(problems(check())).singleElement().asString().contains(folder + "/" + file);
        assertThat(problems(CommandRun.of("run", "--config", configuration())))
                .singleElement()
                .asString()
                .contains(folder + "/" + file);
    }

    @Test
    void everyOneThatCannotBeUsedIsNamed() throws IOException {
        Fault.FOLDER.make(folder.resolve("grants"));
        Fault.OPEN_TO_OTHERS.make(folder.resolve("device-tickets"));

        assertThat(problems(check()))
                .hasSize(2)
                .anyMatch(line -> line.contains(folder + "/grants"))
                .anyMatch(line -> line.contains(folder + "/device-tickets"));
    }

    private String configuration() {
        return folder.resolve("gatehouse.toml").toString();
    }

    private CommandRun check() {
        return CommandRun.of("check", "--config", configuration());
    }

    private static List<String> problems(CommandRun command) {
        assertThat(command.code()).as(command.err()).isEqualTo(2);
        return command.err()
                .lines()
                .filter(line ->
                        !line.startsWith("warning: ") && !line.endsWith(" problem") && !line.endsWith(" problems"))
                .toList();
    }
}
