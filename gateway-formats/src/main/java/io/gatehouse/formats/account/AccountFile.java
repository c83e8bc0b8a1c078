package io.gatehouse.formats.account;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.file.FileFormat;
import io.gatehouse.formats.file.GuardedFile;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks up local accounts in the account file, and notices when the file changes.
 *
 * <p>The file is UTF-8, one line an account: {@code name:enabled|disabled:group,group:credential:credential…}; lines
 * that begin with {@code #} are comments. It is a {@link GuardedFile}: who may touch it is checked, a change is seen at
 * once, and a broken one leaves the last good content in place. Safe for use by many threads.
 */
public final class AccountFile {
    static final int LARGEST_FILE = 16 << 20;
    private static final AccountFormat FORMAT = new AccountFormat();

    private final GuardedFile<Known> file;

    /** The accounts of one content, by name and in the order of their names. */
    private record Known(AccountLines lines, Map<String, Account> byName, List<Account> sorted) {
        static Known of(AccountLines lines) {
            Map<String, Account> byName = lines.accounts();
            return new Known(
                    lines,
                    byName,
                    byName.values().stream()
                            .sorted(Comparator.comparing(Account::name))
                            .toList());
        }
    }

    private record AccountFormat() implements FileFormat<Known> {
        @Override
        public String kind() {
            return "account file";
        }

        @Override
        public String remedy() {
            return "make it with: gatehouse user add";
        }

        @Override
        public int largest() {
            return LARGEST_FILE;
        }

        @Override
        public Known parse(byte[] bytes) throws ProviderException {
            List<String> problems = new ArrayList<>();
            AccountLines lines = AccountLines.parse(bytes, problems);
            if (!problems.isEmpty()) {
                throw new ProviderException(String.join("; ", problems));
            }
            return Known.of(lines);
        }

        @Override
        public boolean looksUnfinished(Known content) {
            return content.lines().lines().isEmpty();
        }
    }

    private AccountFile(GuardedFile<Known> file) {
        this.file = file;
    }

    /**
     * Opens and checks an account file.
     *
     * @throws ProviderException when it is missing, not a regular file, open to others, or breaks the format; the
     *     message lists every problem with its line number, or the command that mends the permissions
     */
    public static AccountFile open(Path file) throws ProviderException {
        return open(file, Clock.systemUTC());
    }

    /** The same by a clock of the caller's, with which the times of the file are compared. */
    static AccountFile open(Path file, Clock clock) throws ProviderException {
        return new AccountFile(GuardedFile.open(file, FORMAT, clock));
    }

    /**
     * The account of that name, however it is spelt in upper and lower case. Touches the disk, so it may block for a
     * moment.
     */
    public Optional<Account> find(String name) {
        return Optional.ofNullable(file.content().byName().get(Account.normalise(name)));
    }

    /**
     * What became of the account of that name since its user signed in. An account that is missing in a file that has
     * just changed is not taken for removed: somebody may be writing the file in pieces.
     *
     * @return empty when there is no such account any more
     */
    public Optional<AccountStatus> status(String name) {
        Optional<Account> account = find(name);
        return account.isPresent() || file.isSettled()
                ? account.map(Account::status)
                : Optional.of(new AccountStatus.Unavailable(
                        "the account is missing in the account file, which has just changed or cannot be loaded"));
    }

    /** All accounts, in the order of their names; the very same list until the file changes. */
    public List<Account> accounts() {
        return file.content().sorted();
    }

    /** Why the file's present content is not the one that is served; empty when all is well. */
    public Optional<String> problem() {
        return file.problem();
    }

    /** Reads, checks and parses the file; what it returns is a content that really was in the file at one moment. */
    static AccountLines read(Path file) throws ProviderException {
        return GuardedFile.read(file, FORMAT).lines();
    }
}
