package io.gatehouse.api.account;

import io.gatehouse.api.ProviderException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Looks up local accounts in the account file, and notices when the file changes.
 *
 * <p>The file is UTF-8, one line an account: {@code name:enabled|disabled:group,group:credential:credential…}; lines that
 * begin with {@code #} are comments. It must belong to root or to the user of this process; its group may read it, nobody else.
 *
 * <p>Every look-up asks the file system whether the file is still the same and reads it again when it is not. A new content is
 * taken as a whole or not at all: while the file is broken, missing or open to others, the last good content is served and
 * {@link #problem()} says why. Safe for use by many threads.
 */
public final class AccountFile {
    static final int LARGEST_FILE = 16 << 20;
    private static final int MOST_ATTEMPTS = 3;
    /** A change within the resolution of the file's times does not show in them: young files are read again. */
    private static final Duration SETTLED = Duration.ofSeconds(1);

    private final Path file;
    private final Clock clock;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile State state;

    private record State(Optional<FileFacts> facts, boolean settled, Known known, Optional<String> problem) {}

    /** The accounts of one content, by name and in the order of their names. */
    private record Known(Map<String, Account> byName, List<Account> sorted) {
        static Known of(AccountLines lines) {
            Map<String, Account> byName = lines.accounts();
            return new Known(
                    byName,
                    byName.values().stream()
                            .sorted(Comparator.comparing(Account::name))
                            .toList());
        }
    }

    /** A content together with the facts that held before and after it was read. */
    record Content(FileFacts facts, AccountLines lines) {}

    private AccountFile(Path file, Clock clock, State state) {
        this.file = file;
        this.clock = clock;
        this.state = state;
    }

    /**
     * Opens and checks an account file.
     *
     * @throws ProviderException when it is missing, not a regular file, open to others, or breaks the format; the message
     *     lists every problem with its line number, or the command that mends the permissions
     */
    public static AccountFile open(Path file) throws ProviderException {
        return open(file, Clock.systemUTC());
    }

    static AccountFile open(Path file, Clock clock) throws ProviderException {
        Content content = read(file);
        State state = new State(
                Optional.of(content.facts()),
                settled(content.facts(), clock),
                Known.of(content.lines()),
                Optional.empty());
        return new AccountFile(file, clock, state);
    }

    /** The account of that name, however it is spelt in upper and lower case. Touches the disk, so it may block for a moment. */
    public Optional<Account> find(String name) {
        return Optional.ofNullable(current().known().byName().get(Account.normalise(name)));
    }

    /** All accounts, in the order of their names; the very same list until the file changes. */
    public List<Account> accounts() {
        return current().known().sorted();
    }

    /** Why the file's present content is not the one that is served; empty when all is well. */
    public Optional<String> problem() {
        return current().problem();
    }

    private State current() {
        State known = state;
        if (isCurrent(known)) {
            return known;
        }
        reading.lock();
        try {
            known = state;
            if (!isCurrent(known)) {
                known = reload(known);
                state = known;
            }
            return known;
        } finally {
            reading.unlock();
        }
    }

    private boolean isCurrent(State known) {
        return known.settled() && known.facts().equals(examine());
    }

    private Optional<FileFacts> examine() {
        try {
            return Optional.of(FileFacts.of(file));
        } catch (ProviderException e) {
            return Optional.empty();
        }
    }

    private State reload(State last) {
        Optional<FileFacts> facts = examine();
        try {
            Content content = read(file);
            if (content.lines().lines().isEmpty()) {
                throw new ProviderException("account file " + file + " is empty (it may be half written)");
            }
            return new State(
                    Optional.of(content.facts()),
                    settled(content.facts(), clock),
                    Known.of(content.lines()),
                    Optional.empty());
        } catch (ProviderException e) {
            boolean settled = facts.map(known -> settled(known, clock)).orElse(false);
            return new State(facts, settled, last.known(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private static boolean settled(FileFacts facts, Clock clock) {
        return clock.instant().isAfter(facts.changed().toInstant().plus(SETTLED));
    }

    /** Reads, checks and parses the file; what it returns is a content that really was in the file at one moment. */
    static Content read(Path file) throws ProviderException {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            FileFacts before = FileFacts.of(file);
            before.requireGuarded(file);
            byte[] bytes = readBytes(file);
            if (before.equals(FileFacts.of(file))) {
                List<String> problems = new ArrayList<>();
                AccountLines lines = AccountLines.parse(bytes, problems);
                if (!problems.isEmpty()) {
                    throw new ProviderException("account file " + file + ": " + String.join("; ", problems));
                }
                return new Content(before, lines);
            }
        }
        throw new ProviderException("account file " + file + " changed while it was read");
    }

    private static byte[] readBytes(Path file) throws ProviderException {
        try (InputStream input = Files.newInputStream(file)) {
            byte[] bytes = input.readNBytes(LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new ProviderException(
                        "account file " + file + " is larger than " + LARGEST_FILE + " bytes (expected at most that)");
            }
            return bytes;
        } catch (AccessDeniedException e) {
            throw new ProviderException(
                    "account file " + file + " may not be read by the user " + System.getProperty("user.name"), e);
        } catch (IOException e) {
            throw new ProviderException("account file " + file + " cannot be read: " + e, e);
        }
    }
}
