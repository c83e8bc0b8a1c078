package io.gatehouse.jetty;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.token.PaaLedger;
import io.gatehouse.core.token.TokenMemory;
import io.gatehouse.core.token.TokenMemoryText;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.formats.file.WholeFile;
import io.gatehouse.jetty.startup.StateLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps used tokens over a restart, in a file that is named after that of the token keys. A gateway that starts takes
 * what the one before has left, and puts its own name in the place: so nothing out of date is there when it crashes.
 * The lock that the gateway has of its keys names the file that was left, by inode and time of change: no copy has
 * both. Whatever is wrong with the file, tokens from before the start are refused then.
 */
final class UsedTokenFile {
    private static final Logger LOG = LoggerFactory.getLogger(UsedTokenFile.class);
    private static final String REFUSED = "tokens that were made before this start are refused";
    private static final int LARGEST = 64 << 20;
    /** What the lock says of a gateway that runs, or has crashed. */
    private static final String NOTHING_LEFT = "nothing is left\n";

    private final Path file;
    private final Optional<StateLock> lock;
    private final PaaLedger ledger;
    private final TokenMemory.Running running =
            new TokenMemory.Running(UUID.randomUUID().toString());
    private boolean isOurs;

    private UsedTokenFile(Path file, Optional<StateLock> lock, PaaLedger ledger) {
        this.file = file;
        this.lock = lock;
        this.ledger = ledger;
    }

    /** Keeps what {@code ledger} knows beside {@code keys}, for the gateway that has their lock. */
    static UsedTokenFile beside(Path keys, Optional<StateLock> lock, PaaLedger ledger) {
        return new UsedTokenFile(
                keys.toAbsolutePath().resolveSibling(keys.getFileName() + ".used-tokens"), lock, ledger);
    }

    /** Goes on with what the gateway before has left, before the first token is used. */
    synchronized void resume() {
        boolean isFirstStart = false;
        boolean known = false;
        try {
            StateLock locked = lock.orElseThrow(() -> new IOException("the lock beside it cannot be had"));
            String named = locked.text();
            isFirstStart = named.isEmpty() && Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
            locked.write(NOTHING_LEFT);
            Optional<TokenMemory.Ended> left = left(named);
            write(running);
            isOurs = true;
            known = left.isPresent() && isResumed(left.get());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.toString())
                    .log("used tokens cannot be kept over a restart; " + REFUSED);
        }
        if (!known && !isFirstStart) {
            pause(ledger.begin());
        }
    }

    /** Tokens of this second are refused, since they have no fraction of it: so the next one is waited for. */
    private static void pause(Duration rest) {
        try {
            boolean _ = new CountDownLatch(1).await(rest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<TokenMemory.Ended> left(String named) throws IOException {
        return switch (read()) {
            case Left.Missing() -> Optional.empty();
            case Left.Faulty(String why) -> {
                tellUnusable(why);
                yield Optional.empty();
            }
            case Left.Whole(TokenMemory.Running _) -> {
                LOG.atInfo().addKeyValue("file", file).log("the gateway before crashed; " + REFUSED);
                yield Optional.empty();
            }
            case Left.Whole(TokenMemory.Ended ended) -> {
                if (named.equals(nameOf(file))) {
                    yield Optional.of(ended);
                }
                tellUnusable("not the one that the last gateway has left, but a copy, or from before that");
                yield Optional.empty();
            }
        };
    }

    private boolean isResumed(TokenMemory.Ended ended) {
        Optional<String> problem = ledger.resume(ended);
        problem.ifPresentOrElse(
                this::tellUnusable,
                () -> LOG.atInfo()
                        .addKeyValue("tokens", ended.used().size())
                        .addKeyValue("since", ended.began())
                        .log("used tokens are known from before this start"));
        return problem.isEmpty();
    }

    /** What is in the place of the file. */
    private sealed interface Left {
        record Missing() implements Left {}

        record Faulty(String why) implements Left {}

        record Whole(TokenMemory memory) implements Left {}
    }

    private Left read() {
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return new Left.Missing();
        }
        try {
            String text = new String(SecretFile.read(file, "file of used tokens", LARGEST), StandardCharsets.UTF_8);
            return switch (TokenMemoryText.parse(text)) {
                case Parsed.Valid<TokenMemory>(TokenMemory memory) -> new Left.Whole(memory);
                case Parsed.Faulty<TokenMemory>(String problem) -> new Left.Faulty(problem);
            };
        } catch (ProviderException e) {
            return new Left.Faulty(String.valueOf(e.getMessage()));
        }
    }

    private void tellUnusable(String why) {
        LOG.atWarn()
                .addKeyValue("file", file)
                .addKeyValue("reason", why)
                .log("the file of used tokens cannot be used; " + REFUSED);
    }

    /** Leaves what is known to the next gateway, after the last token was used; nothing if it did not resume. */
    synchronized void leave() {
        try {
            if (isOurs && isThere()) {
                write(ledger.leave());
                lock.orElseThrow().write(nameOf(file));
            }
        } catch (IOException e) {
            tellNotLeft(e.toString());
        }
        isOurs = false;
    }

    private static String nameOf(Path file) throws IOException {
        Map<String, Object> facts = Files.readAttributes(file, "unix:ino,ctime", LinkOption.NOFOLLOW_LINKS);
        return "inode " + facts.get("ino") + ", changed " + facts.get("ctime") + "\n";
    }

    /** Whether the mark is in its place: somebody touched the folder otherwise. */
    private boolean isThere() {
        Optional<String> problem = switch (read()) {
            case Left.Missing() -> Optional.of("the file was deleted meanwhile");
            case Left.Faulty(String why) -> Optional.of(why);
            case Left.Whole(TokenMemory memory) ->
                memory.equals(running) ? Optional.empty() : Optional.of("the file was replaced meanwhile");
        };
        problem.ifPresent(this::tellNotLeft);
        return problem.isEmpty();
    }

    private void tellNotLeft(String why) {
        LOG.atWarn()
                .addKeyValue("file", file)
                .addKeyValue("reason", why)
                .log("used tokens are not written: the next start refuses tokens that were made until now");
    }

    private void write(TokenMemory memory) throws IOException {
        byte[] content = TokenMemoryText.write(memory).getBytes(StandardCharsets.UTF_8);
        if (content.length > LARGEST) {
            throw new IOException(content.length + " bytes (expected at most " + LARGEST + ")");
        }
        WholeFile.write(file, content, FileOwnership.PRIVATE);
    }
}
