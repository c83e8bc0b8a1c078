package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.FixtureStore;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The data of a new domain. Making it takes five seconds, so it comes out of the {@link FixtureStore}.
 */
final class SambaTree {
    private static final Path PYTHON = Path.of("/usr/bin/python3");
    private static final Duration PROVISION_LIMIT = Duration.ofMinutes(2);
    /** The domain controller's address in the original; of a network that exists in documentation only. */
    private static final String NOWHERE = "192.0.2.1";

    private static final List<String> FOLDERS =
            List.of("etc", "private", "state", "cache", "lock", "run", "ncalrpc", "bind-dns", "log", "keytabs");

    private SambaTree() {}

    /** Copies the data of a new domain, without configuration, to {@code tree}, which does not exist yet. */
    static void copyTo(TestFolder folder, Path tree) {
        Command.of("cp", "-a", "--reflink=auto", original(folder).toString(), tree.toString())
                .runOrThrow(folder);
    }

    /** Lets the domain's DNS say that its domain controller is at {@code address}. */
    static void move(TestFolder folder, Path configuration, String address) {
        script(folder, "samba-address.py", "", configuration.toString(), NOWHERE, address);
    }

    /** Runs one of our Python scripts with Samba's own modules. */
    private static void script(TestFolder folder, String name, String input, String... arguments) {
        String[] command = new String[arguments.length + 2];
        command[0] = PYTHON.toString();
        command[1] = folder.write(name, resource(name)).toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        Command.of(command).withInput(input).runOrThrow(folder);
    }

    private static Path original(TestFolder folder) {
        return FixtureStore.original(folder, "samba", recipe(folder), tree -> {
            try {
                make(folder, tree);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void make(TestFolder folder, Path tree) throws IOException {
        Command.of(provision(tree).toArray(String[]::new))
                .within(PROVISION_LIMIT)
                .runOrThrow(folder);
        for (String each : FOLDERS) {
            Files.createDirectories(tree.resolve(each));
        }
        Path configuration = SambaConfiguration.write(tree, "127.0.0.1");
        script(
                folder,
                "samba-content.py",
                SambaContent.json(),
                configuration.toString(),
                tree.resolve("keytabs").toString());
    }

    private static List<String> provision(Path tree) {
        return List.of(
                "samba-tool",
                "domain",
                "provision",
                "--targetdir=" + tree,
                "--realm=" + SambaDomain.REALM,
                "--domain=" + SambaDomain.NETBIOS_NAME,
                "--server-role=dc",
                "--dns-backend=SAMBA_INTERNAL",
                "--adminpass=" + SambaDomain.ADMINISTRATOR.password(),
                "--host-name=" + SambaDomain.HOST,
                "--host-ip=" + NOWHERE,
                "--option=interfaces=lo",
                "--option=bind interfaces only=yes");
    }

    /** What the data depends on: Samba's version and all that we put in. */
    private static String recipe(TestFolder folder) {
        String version = Command.of("samba", "--version").runOrThrow(folder);
        Path any = Path.of("/");
        return String.join(
                "\n",
                version,
                provision(any).toString(),
                FOLDERS.toString(),
                SambaConfiguration.text(any, NOWHERE),
                resource("samba-content.py"),
                SambaContent.json());
    }

    private static String resource(String name) {
        try (InputStream stream = SambaTree.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("resource " + name + " is missing");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
