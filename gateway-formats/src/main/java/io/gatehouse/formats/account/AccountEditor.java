package io.gatehouse.formats.account;

import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.account.AccountLines.Line;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Changes the account file for the command line. A change is written beside the file and renamed over it, so that
 * readers see the old or the new content and nothing between; owner, group, permissions, comments and the order of
 * lines are kept. A lock file ({@code .<name>.lock} beside the file) keeps two commands from losing each other's
 * change.
 *
 * <p>A file that is broken or open to others is not changed: the exception says what is wrong with it.
 */
public final class AccountEditor {
    private static final String NO_ACCOUNTS = "# no accounts";
    private static final int MOST_PROBLEMS = 20;
    private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();

    private AccountEditor() {}

    @FunctionalInterface
    private interface Change {
        void apply(List<Line> lines) throws ProviderException;
    }

    /** Adds an account that must not exist yet; makes the file, readable by its owner only, when there is none. */
    public static void add(Path file, Account account) throws ProviderException {
        change(file, true, lines -> {
            if (indexOf(lines, account.name()).isPresent()) {
                throw new ProviderException("account " + account.name() + " exists already in " + file);
            }
            lines.add(checked(account));
        });
    }

    /**
     * Adds those accounts that do not exist yet, all of them or none; makes the file as {@link #add} does.
     *
     * @return the names of accounts that exist, which stay as they are
     * @throws ProviderException also when one of them cannot stand in the file, or two have one name; says which
     */
    public static List<String> addMissing(Path file, List<Account> accounts) throws ProviderException {
        List<String> existing = new ArrayList<>();
        change(file, true, lines -> {
            Set<String> known = new HashSet<>();
            lines.forEach(line -> line.account().ifPresent(account -> known.add(account.name())));
            Set<String> names = new HashSet<>();
            List<String> problems = new ArrayList<>();
            for (Account account : accounts) {
                problems.addAll(AccountLines.problems(account));
                if (!names.add(account.name())) {
                    problems.add("account " + account.name() + " stands twice (capital letters make no difference)");
                } else if (known.contains(account.name())) {
                    existing.add(account.name());
                } else {
                    lines.add(Line.of(account));
                }
            }
            if (!problems.isEmpty()) {
                throw new ProviderException(
                        String.join("; ", problems.subList(0, Math.min(problems.size(), MOST_PROBLEMS))));
            }
        });
        return existing;
    }

    /** Puts {@code account} in the place of the account of the same name, which must exist. */
    public static void replace(Path file, Account account) throws ProviderException {
        update(file, account.name(), _ -> account);
    }

    /** Changes the account {@code name}, which must exist, in one step that no other command can come between. */
    public static void update(Path file, String name, UnaryOperator<Account> change) throws ProviderException {
        change(file, false, lines -> {
            int index = existing(lines, name, file);
            Account account = lines.get(index).account().orElseThrow();
            Account changed = change.apply(account);
            if (!changed.name().equals(account.name())) {
                throw new ProviderException(
                        "account " + account.name() + " cannot change its name to " + changed.name());
            }
            lines.set(index, checked(changed));
        });
    }

    /** Removes the account {@code name}, which must exist. */
    public static void remove(Path file, String name) throws ProviderException {
        change(file, false, lines -> lines.remove(existing(lines, name, file)));
    }

    private static int existing(List<Line> lines, String name, Path file) throws ProviderException {
        return indexOf(lines, name)
                .orElseThrow(
                        () -> new ProviderException("there is no account " + Account.normalise(name) + " in " + file));
    }

    private static Optional<Integer> indexOf(List<Line> lines, String name) {
        String wanted = Account.normalise(name);
        for (int index = 0; index < lines.size(); index++) {
            if (lines.get(index)
                    .account()
                    .filter(account -> account.name().equals(wanted))
                    .isPresent()) {
                return Optional.of(index);
            }
        }
        return Optional.empty();
    }

    private static Line checked(Account account) throws ProviderException {
        List<String> problems = AccountLines.problems(account);
        if (!problems.isEmpty()) {
            throw new ProviderException(String.join("; ", problems));
        }
        return Line.of(account);
    }

    private static void change(Path file, boolean create, Change change) throws ProviderException {
        IN_THIS_PROCESS.lock();
        try {
            Path target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
            try (FileChannel channel = openLockFile(beside(target, ".lock"));
                    FileLock _ = channel.lock()) {
                changeLocked(target, create, change);
            }
        } catch (AccessDeniedException e) {
            throw new ProviderException(
                    "account file " + file + " or its folder may not be written by the user "
                            + System.getProperty("user.name"),
                    e);
        } catch (IOException e) {
            throw new ProviderException("account file " + file + " cannot be written: " + e, e);
        } finally {
            IN_THIS_PROCESS.unlock();
        }
    }

    private static void changeLocked(Path target, boolean create, Change change) throws ProviderException, IOException {
        List<Line> lines = new ArrayList<>();
        FileOwnership ownership = FileOwnership.ofSecret(target);
        if (!create || Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            lines.addAll(AccountFile.read(target).lines());
        }
        change.apply(lines);
        if (lines.isEmpty()) {
            // A gateway takes an empty file for a half-written one, and would go on serving the account that was
            // removed.
            lines.add(new Line(NO_ACCOUNTS, Optional.empty()));
        }
        byte[] bytes = new AccountLines(lines).bytes();
        if (bytes.length > AccountFile.LARGEST_FILE) {
            throw new ProviderException("account file " + target + " would have " + bytes.length
                    + " bytes (expected at most " + AccountFile.LARGEST_FILE + ")");
        }
        WholeFile.write(target, bytes, ownership);
    }

    private static FileChannel openLockFile(Path lock) throws IOException {
        return FileChannel.open(
                lock,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static Path beside(Path target, String suffix) {
        return directoryOf(target).resolve("." + target.getFileName() + suffix);
    }

    private static Path directoryOf(Path target) {
        Path parent = target.getParent();
        return parent == null ? Path.of("/") : parent;
    }
}
