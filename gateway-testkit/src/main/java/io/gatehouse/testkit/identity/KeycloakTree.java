package io.gatehouse.testkit.identity;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.FixtureStore;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An unpacked Keycloak that has been built for its options and has been started once, so that its database has tables
 * and realm. Making it takes more than a minute, so it comes out of the {@link FixtureStore}.
 */
final class KeycloakTree {
    static final String ADMIN = "admin";
    static final String ADMIN_PASSWORD = "administrator of a test";

    private static final Duration BUILD_LIMIT = Duration.ofMinutes(3);
    private static final List<String> BUILD =
            List.of("build", "--db=dev-file", "--cache=local", "--metrics-enabled=false");

    private KeycloakTree() {}

    static Path assume() {
        return RequiredTools.assumeArtifact("keycloak.archive", "mvn -N dependency:get@keycloak");
    }

    /** Makes a Keycloak of its own at {@code home}, which does not exist yet. */
    static void copyTo(TestFolder folder, Path home) {
        Path archive = assume();
        String recipe = String.join("\n", archive.getFileName().toString(), BUILD.toString(), realm(), ADMIN_PASSWORD);
        Path original = FixtureStore.original(folder, "keycloak", recipe, tree -> make(folder, archive, tree));
        // Its programs may be shared with all copies, its database may not.
        Command.of("cp", "-al", original.toString(), home.toString()).runOrThrow(folder);
        Command.of("rm", "-rf", home.resolve("data").toString()).runOrThrow(folder);
        Command.of(
                        "cp",
                        "-a",
                        original.resolve("data").toString(),
                        home.resolve("data").toString())
                .runOrThrow(folder);
    }

    static List<String> startCommand(Path home, int port, List<String> more) {
        List<String> command = new ArrayList<>(List.of(program(home), "start", "--optimized"));
        command.addAll(List.of("--http-enabled=true", "--http-host=127.0.0.1", "--http-port=" + port));
        command.add("--hostname=http://localhost:" + port);
        command.addAll(more);
        return command;
    }

    static Map<String, String> environment() {
        return Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "JAVA_OPTS_KC_HEAP",
                "-Xms64m -Xmx512m",
                "KC_BOOTSTRAP_ADMIN_USERNAME",
                ADMIN,
                "KC_BOOTSTRAP_ADMIN_PASSWORD",
                ADMIN_PASSWORD);
    }

    private static void make(TestFolder folder, Path archive, Path tree) {
        try {
            Files.createDirectory(tree);
            Command.of("tar", "-xzf", archive.toString(), "-C", tree.toString(), "--strip-components=1")
                    .runOrThrow(folder);
            List<String> build = new ArrayList<>(List.of(program(tree)));
            build.addAll(BUILD);
            Command.of(build.toArray(String[]::new))
                    .withEnvironment(environment())
                    .within(BUILD_LIMIT)
                    .runOrThrow(folder);
            Path realms = Files.createDirectories(tree.resolve("data/import"));
            Path realm = Files.writeString(realms.resolve("realm.json"), realm());
            Keycloak.start(folder, tree, List.of("--import-realm")).close();
            Files.delete(realm);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String program(Path home) {
        return home.resolve("bin/kc.sh").toString();
    }

    private static String realm() {
        try (InputStream stream = KeycloakTree.class.getResourceAsStream("keycloak-realm.json")) {
            if (stream == null) {
                throw new IllegalStateException("resource keycloak-realm.json is missing");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
