package io.gatehouse.testkit.directory;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.ProcessException;
import io.gatehouse.testkit.process.TestFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

/**
 * The data of a new domain. Making it takes five seconds, so the first one is kept, below {@code java.io.tmpdir} in a folder
 * that only its owner can enter, and copied from then on, also by other JVMs.
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

    /** One JVM at a time makes the original; within a JVM, one thread. */
    private static synchronized Path original(TestFolder folder) {
        Path store = store();
        Path original = store.resolve("samba-" + recipe(folder));
        try (FileChannel channel =
                        FileChannel.open(store.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !Files.exists(original)) {
                Path unfinished = folder.fresh("samba-original");
                make(folder, unfinished);
                Path beside = store.resolve("unfinished");
                Command.of("rm", "-rf", beside.toString()).runOrThrow(folder);
                Command.of("cp", "-a", unfinished.toString(), beside.toString()).runOrThrow(folder);
                Command.of("rm", "-rf", unfinished.toString()).runOrThrow(folder);
                Files.move(beside, original, StandardCopyOption.ATOMIC_MOVE);
            }
            return original;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        String ingredients = String.join(
                "\n",
                version,
                provision(any).toString(),
                FOLDERS.toString(),
                SambaConfiguration.text(any, NOWHERE),
                resource("samba-content.py"),
                SambaContent.json());
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(ingredients.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path store() {
        String user = System.getProperty("user.name");
        Path store = Path.of(System.getProperty("java.io.tmpdir"), "gatehouse-fixtures-" + user);
        try {
            Files.createDirectory(
                    store, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            // Made by an earlier run, or by somebody who wants us to run what he left there: see below.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            String owner = Files.getOwner(store, LinkOption.NOFOLLOW_LINKS).getName();
            String permissions =
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(store, LinkOption.NOFOLLOW_LINKS));
            if (!owner.equals(user) || !permissions.equals("rwx------")) {
                throw new ProcessException(
                        store + " belongs to " + owner + ", " + permissions + " (expected " + user + ", rwx------)");
            }
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
