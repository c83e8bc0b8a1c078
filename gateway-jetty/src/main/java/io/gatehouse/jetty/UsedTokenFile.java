package io.gatehouse.jetty;

import io.gatehouse.api.ProviderException;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.token.PaaLedger;
import io.gatehouse.core.token.TokenMemory;
import io.gatehouse.core.token.TokenMemoryText;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.SecretFile;
import io.gatehouse.formats.file.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps used tokens over a restart, in a file beside the token keys. A gateway that starts takes what the one before
 * has left, and puts its own name in the place: so nothing out of date is there when it crashes, and two gateways that
 * run at one time take nothing from each other. Whatever is wrong with the file, tokens from before the start are
 * refused then.
 */
final class UsedTokenFile {
    private static final Logger LOG = LoggerFactory.getLogger(UsedTokenFile.class);
    private static final String REFUSED = "tokens that were made before this start are refused";
    private static final int LARGEST = 64 << 20;

    private final Path file;
    private final PaaLedger ledger;
    private final TokenMemory.Running running =
            new TokenMemory.Running(UUID.randomUUID().toString());
    private boolean isOurs;

    private UsedTokenFile(Path file, PaaLedger ledger) {
        this.file = file;
        this.ledger = ledger;
    }

    /** Keeps what {@code ledger} knows beside {@code keys}. */
    static UsedTokenFile beside(Path keys, PaaLedger ledger) {
        return new UsedTokenFile(keys.toAbsolutePath().resolveSibling("used-tokens"), ledger);
    }

    /** Goes on with what the gateway before has left, before the first token is used. */
    synchronized void resume() {
        Optional<TokenMemory> left = read();
        try {
            write(running);
            isOurs = true;
        } catch (IOException e) {
            // It may be there still when this gateway crashes, and would be out of date then.
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.toString())
                    .log("used tokens cannot be kept over a restart; " + REFUSED);
            return;
        }
        if (left.isEmpty()) {
            return;
        }
        switch (left.get()) {
            case TokenMemory.Running _ ->
                LOG.atInfo().addKeyValue("file", file).log("the gateway before crashed, or still runs; " + REFUSED);
            case TokenMemory.Ended ended ->
                ledger.resume(ended)
                        .ifPresentOrElse(
                                this::tellUnusable,
                                () -> LOG.atInfo()
                                        .addKeyValue("tokens", ended.used().size())
                                        .addKeyValue("since", ended.began())
                                        .log("used tokens are known from before this start"));
        }
    }

    private Optional<TokenMemory> read() {
        if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            String text = new String(SecretFile.read(file, "file of used tokens", LARGEST), StandardCharsets.UTF_8);
            return switch (TokenMemoryText.parse(text)) {
                case Parsed.Valid<TokenMemory>(TokenMemory memory) -> Optional.of(memory);
                case Parsed.Faulty<TokenMemory>(String problem) -> {
                    tellUnusable(problem);
                    yield Optional.empty();
                }
            };
        } catch (ProviderException e) {
            tellUnusable(String.valueOf(e.getMessage()));
            return Optional.empty();
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
        if (!isOurs) {
            return;
        }
        isOurs = false;
        try {
            if (read().filter(running::equals).isEmpty()) {
                LOG.atWarn()
                        .addKeyValue("file", file)
                        .log("another gateway has taken the file of used tokens; it is left as it is");
                return;
            }
            write(ledger.leave());
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.toString())
                    .log("used tokens cannot be written: the next start refuses tokens that were made until now");
        }
    }

    private void write(TokenMemory memory) throws IOException {
        byte[] content = TokenMemoryText.write(memory).getBytes(StandardCharsets.UTF_8);
        if (content.length > LARGEST) {
            throw new IOException(content.length + " bytes (expected at most " + LARGEST + ")");
        }
        WholeFile.write(file, content, FileOwnership.PRIVATE);
    }
}
