package io.gatehouse.testkit.process;

import java.io.IOException;
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
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Data of servers whose making takes long: made once, kept below {@code java.io.tmpdir} in a folder that only its owner
 * can enter, and copied from then on, also by other JVMs.
 */
public final class FixtureStore {
    private FixtureStore() {}

    /**
     * The kept folder for this recipe; nobody may write into it.
     *
     * @param name what it is, for people who look into the store
     * @param recipe all that the data depends on; another recipe is another folder
     * @param maker makes the data at a path that does not exist yet
     */
    public static synchronized Path original(TestFolder folder, String name, String recipe, Consumer<Path> maker) {
        Path store = store();
        Path original = store.resolve(name + "-" + hash(recipe));
        // One JVM at a time makes the original; within a JVM, one thread.
        try (FileChannel channel = FileChannel.open(
                        store.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !Files.exists(original)) {
                Path unfinished = folder.fresh(name + "-original");
                maker.accept(unfinished);
                Path beside = store.resolve(name + "-unfinished");
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

    private static String hash(String recipe) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(recipe.getBytes(StandardCharsets.UTF_8));
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
}
