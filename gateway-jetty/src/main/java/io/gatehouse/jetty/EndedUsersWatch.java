package io.gatehouse.jetty;

import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.token.EndedUsers;
import io.gatehouse.formats.file.RegularFile;
import io.gatehouse.jetty.scheduling.RegularLook;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the users whom {@code gatehouse user end} writes into its file, each once, within a second or two. Looks by a
 * thread of its own, for which nobody waits.
 */
final class EndedUsersWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EndedUsersWatch.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final int LARGEST = 8 << 20;

    private final Path file;
    private final Clock clock;
    private final Duration tokenLifetime;
    private final Consumer<EndedUsers.Ended> end;
    private final Consumer<EndedUsers.Ended> endUntilThen;
    private final RegularLook looks = new RegularLook("ended-users", this::look);
    /** Those whose end was carried out; one that fails is tried again with the next look. */
    private final Set<EndedUsers.Ended> known = new HashSet<>();

    private Optional<String> problem = Optional.empty();
    private String content = "";
    private boolean isFirstLook = true;

    /**
     * A watch that does not look yet.
     *
     * @param tokenLifetime how long tokens can be used for the first time: a line that is older when it comes does not
     *     end what the user has now
     * @param end ends all that a user has now
     * @param endUntilThen ends what is left of what a user had when they were ended, and nothing that they got since:
     *     the gateway was told before this start, or long ago
     */
    EndedUsersWatch(
            Path file,
            Clock clock,
            Duration tokenLifetime,
            Consumer<EndedUsers.Ended> end,
            Consumer<EndedUsers.Ended> endUntilThen) {
        this.endUntilThen = endUntilThen;
        this.file = file;
        this.clock = clock;
        this.tokenLifetime = tokenLifetime;
        this.end = end;
    }

    /** Looks once, at what was ended before this start, and goes on by itself. */
    void start() {
        look();
        looks.start(BETWEEN_LOOKS);
    }

    /** Reads the file, and ends who is new in it. */
    synchronized void look() {
        try {
            String now = read();
            if (now.equals(content)) {
                return;
            }
            switch (EndedUsers.parse(now)) {
                case Parsed.Faulty<EndedUsers>(String why) -> tell(Optional.of(why));
                case Parsed.Valid<EndedUsers>(EndedUsers users) -> {
                    endNew(users.all());
                    content = now;
                    tell(Optional.empty());
                }
            }
        } catch (IOException | RuntimeException e) {
            tell(Optional.of(e.toString()));
        } finally {
            isFirstLook = false;
        }
    }

    private void endNew(List<EndedUsers.Ended> users) {
        known.retainAll(users);
        for (EndedUsers.Ended ended : users) {
            if (known.contains(ended)) {
                continue;
            }
            boolean isNew =
                    !isFirstLook && clock.instant().isBefore(ended.when().plus(tokenLifetime));
            if (isNew) {
                end.accept(ended);
            } else {
                endUntilThen.accept(ended);
            }
            known.add(ended);
        }
    }

    /**
     * What stands in the file; nothing, when there is none. Whoever may write it may end everybody, so only its owner
     * may.
     */
    private String read() throws IOException {
        try (InputStream stream = RegularFile.open(file)) {
            PosixFileAttributes facts = Files.readAttributes(file, PosixFileAttributes.class);
            if (facts.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                    || facts.permissions().contains(PosixFilePermission.GROUP_WRITE)) {
                throw new IOException(file + " may be written by others (expected mode 644)");
            }
            byte[] bytes = stream.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new IOException(file + " is larger than " + LARGEST + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException _) {
            return "";
        }
    }

    private void tell(Optional<String> now) {
        if (now.equals(problem)) {
            return;
        }
        problem = now;
        now.ifPresent(why -> LOG.atWarn()
                .addKeyValue("file", file)
                .addKeyValue("reason", why)
                .log("the file of ended users cannot be read; users that were added to it since are not ended"));
    }

    @Override
    public void close() {
        looks.close();
    }
}
