package io.gatehouse.jetty.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.core.config.Configuration;
import io.gatehouse.core.config.ConfigurationLoader;
import io.gatehouse.jetty.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One gateway at a time writes what a gateway keeps on the disk. */
class StateOwnerTest {
    @TempDir
    private Path folder;

    /** A configuration with these tables beside what each must have. */
    private Configuration configuration(String tables) {
        String whole = """
                [[listener]]
                address = "127.0.0.1:0"
                [auth]
                order = ["local"]
                [auth.local]
                accounts = "accounts"
                """ + tables;
        return switch (ConfigurationLoader.load(whole, folder, Providers.installed())) {
            case ConfigurationLoader.Loaded loaded -> loaded.configuration();
            case ConfigurationLoader.Invalid(var problems) -> throw new AssertionError(problems.toString());
        };
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[audit]\nfile = \"NAME\"",
                "[auth.paa]\nkeys = \"NAME\"",
                "[admin]\nsocket = \"admin.sock\"\nblocks = \"NAME\"",
                "[[listener]]\naddress = \"127.0.0.1:1\"\ntls = { acme = true }\n[acme]\nagree-to-terms = true\n"
                        + "names = [\"gw.example.com\"]\nstate = \"NAME\""
            })
    void theSecondGatewayWithOneFileIsRefusedUntilTheFirstHasEnded(String table) throws Exception {
        Configuration shared = configuration(table.replace("NAME", "shared"));
        Configuration other = configuration(table.replace("NAME", "other"));
        StateOwner first = StateOwner.of(shared);
        assertThatThrownBy(() -> StateOwner.of(shared))
                .isInstanceOf(GatewayStartException.class)
                .hasMessageContainingAll("another gateway that runs uses " + folder.resolve("shared"), "stop it first");
        StateOwner.of(other).close();
        assertThat(files()).hasSize(2).allSatisfy(file -> assertThat(file).endsWith("lock"));
        first.close();
        StateOwner.of(shared).close();
    }

    /** The first of two files is free: it is let go again. */
    @Test
    void aGatewayThatIsRefusedKeepsNothing() throws Exception {
        String keys = "[auth.paa]\nkeys = \"keys\"\n";
        StateOwner first = StateOwner.of(configuration(keys));
        assertThatThrownBy(() -> StateOwner.of(configuration("[audit]\nfile = \"audit.jsonl\"\n" + keys)))
                .hasMessageContaining(folder.resolve("keys").toString());
        StateOwner.of(configuration("[audit]\nfile = \"audit.jsonl\"\n")).close();
        first.close();
    }

    @Test
    void aDeviceHasNoOwner() throws Exception {
        Configuration device = configuration("[audit]\nfile = \"/dev/null\"");
        StateOwner first = StateOwner.of(device);
        StateOwner.of(device).close();
        first.close();
        assertThat(Path.of("/dev/null.lock")).doesNotExist();
    }

    @Test
    void whatCannotBeLockedIsUsedWithoutALock() throws Exception {
        Files.createDirectory(folder.resolve("audit.jsonl.lock"));
        Configuration configuration = configuration("[audit]\nfile = \"audit.jsonl\"\n[auth.paa]\nkeys = \"keys\"");
        StateOwner owner = StateOwner.of(configuration);
        assertThat(owner.lockOf(folder.resolve("audit.jsonl"))).isEmpty();
        assertThat(owner.lockOf(folder.resolve("keys"))).isPresent();
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("keys.used-tokens.lock"))))
                .isEqualTo("rw-------");
        owner.close();
    }
}
