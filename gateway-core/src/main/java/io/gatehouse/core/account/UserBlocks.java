package io.gatehouse.core.account;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.text.CountedLines;
import io.gatehouse.core.text.Parsed;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The users whom administrators keep out for a while, whatever the sign-in method. A block goes by name and domain, so
 * it holds for each provider that has an account of that name, and for every name with which its user signs in. Safe
 * for use by many threads.
 */
public final class UserBlocks {
    /** More users are not blocked at one time. */
    public static final int MOST = 10_000;

    private static final String WHAT = "gatehouse blocked users";
    private static final int FIELDS = 5;
    private static final int MOST_KNOWN = 8;

    private final Clock clock;
    private final Domains domains;
    private final AccountMap<Kept> blocks = new AccountMap<>();

    /**
     * A block.
     *
     * @param account {@link NamedAccount#key} of the user
     * @param since when it was made
     * @param until when it ends
     * @param by the administrator who made it
     * @param reason one line for the audit log; may be empty
     */
    public record Block(String account, Instant since, Instant until, String by, String reason) {
        /** For the audit line of a refused sign-in. */
        public String why() {
            return "blocked until " + until + " by " + by + (reason.isEmpty() ? "" : ": " + reason);
        }
    }

    /**
     * A block, and the users whom it has kept out so far, by all their names: whoever ends it may call them by another
     * one.
     */
    private record Kept(Block block, NamedAccount account, List<Identity> known) {
        boolean isOf(NamedAccount other) {
            return account.overlaps(other) || known.stream().anyMatch(other::matches);
        }

        void remember(Identity identity) {
            boolean isNew = known.stream()
                    .noneMatch(other -> AccountNames.key(other).equals(AccountNames.key(identity))
                            && other.upn().equals(identity.upn()));
            if (isNew && known.size() < MOST_KNOWN) {
                known.add(AccountNames.withoutGroups(identity));
            }
        }
    }

    /**
     * Nobody is blocked.
     *
     * @param domains by whose names users sign in
     */
    public UserBlocks(Clock clock, Domains domains) {
        this.clock = clock;
        this.domains = domains;
    }

    /** Nobody is blocked, and no domain is configured. */
    public UserBlocks(Clock clock) {
        this(clock, Domains.NONE);
    }

    /** Blocks a user, in the place of an earlier block; false when too many are blocked already. */
    public synchronized boolean block(Block block) {
        forgetEnded();
        NamedAccount account = NamedAccount.ofKey(block.account(), domains);
        Optional<Kept> earlier = blocks.get(AccountScope.everywhere(account));
        if (blocks.size() >= MOST && earlier.isEmpty()) {
            return false;
        }
        keep(block, account, earlier.map(Kept::known).orElseGet(ArrayList::new));
        return true;
    }

    private void keep(Block block, NamedAccount account, List<Identity> known) {
        blocks.put(AccountScope.everywhere(account), new Kept(block, account, known));
    }

    /**
     * Ends every block of the user whom {@code account} means, under whatever name it was made. Names are of one user
     * if they can mean the same account, or if a user whom a block has kept out has both.
     *
     * @return the blocks that were ended
     */
    public synchronized List<Block> unblock(NamedAccount account) {
        forgetEnded();
        List<Identity> users = blocks.values()
                .filter(kept -> kept.isOf(account))
                .flatMap(kept -> kept.known().stream())
                .toList();
        List<Block> ended = blocks.values()
                .filter(kept -> kept.isOf(account) || users.stream().anyMatch(kept.account()::matches))
                .map(Kept::block)
                .sorted(Comparator.comparing(Block::account))
                .toList();
        blocks.removeIf(kept -> ended.contains(kept.block()));
        return ended;
    }

    /** The block of {@code identity}, if there is one now; the longest of several, which name it differently. */
    public synchronized Optional<Block> of(Identity identity) {
        List<Kept> all = blocks.of(identity).filter(this::lasts).toList();
        all.forEach(kept -> kept.remember(identity));
        return all.stream().map(Kept::block).max(Comparator.comparing(Block::until));
    }

    /** The refusal of {@code identity}, who has proved who they are, if they are blocked now. */
    public Optional<Rejected> refusal(Identity identity) {
        return of(identity).map(block -> new Rejected(Reason.LOCKED, block.why()));
    }

    /** The blocks that last, by account. */
    public synchronized List<Block> all() {
        return blocks.values()
                .filter(this::lasts)
                .map(Kept::block)
                .sorted(Comparator.comparing(Block::account))
                .toList();
    }

    private boolean lasts(Kept kept) {
        return lasts(kept.block());
    }

    private boolean lasts(Block block) {
        return clock.instant().isBefore(block.until());
    }

    private void forgetEnded() {
        blocks.removeIf(kept -> !lasts(kept));
    }

    /** Makes {@code kept} the blocks, those among them that last. */
    public synchronized void restore(List<Block> kept) {
        blocks.removeIf(_ -> true);
        kept.stream()
                .filter(this::lasts)
                .limit(MOST)
                .forEach(block -> keep(block, NamedAccount.ofKey(block.account(), domains), new ArrayList<>()));
    }

    /** The blocks as the content of a file: counted lines, one a block, its fields separated by tabs. */
    public static String text(List<Block> blocks) {
        StringBuilder text = new StringBuilder();
        for (Block block : blocks) {
            text.append(String.join(
                            "\t",
                            block.until().toString(),
                            block.since().toString(),
                            block.by(),
                            block.account(),
                            block.reason()))
                    .append('\n');
        }
        return CountedLines.write(WHAT, text.toString());
    }

    /** Reads what {@link #text} wrote. */
    public static Parsed<List<Block>> parse(String text) {
        return CountedLines.parse(WHAT, text, UserBlocks::read);
    }

    private static Parsed<List<Block>> read(String text) {
        List<Block> blocks = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isEmpty()) {
                continue;
            }
            String[] fields = line.split("\t", -1);
            if (fields.length != FIELDS || fields[3].indexOf('\\') < 0) {
                return Parsed.faulty("line " + number
                        + " (expected the end and the beginning of a block, its administrator, DOMAIN\\user and a"
                        + " reason, separated by tabs)");
            }
            try {
                blocks.add(
                        new Block(fields[3], Instant.parse(fields[1]), Instant.parse(fields[0]), fields[2], fields[4]));
            } catch (DateTimeException _) {
                return Parsed.faulty("line " + number + ": no time (expected 2026-11-29T12:00:00Z)");
            }
        }
        return Parsed.valid(List.copyOf(blocks));
    }
}
